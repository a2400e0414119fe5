from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.urls import (
    canonical,
    host,
    is_home,
    is_web,
    looks_like_article,
    same_site,
    url_keys,
)

STORY = "https://www.tidewater.example/2026/11/21/harbour-bank-merges-with-rivals"
KEY = "https://tidewater.example/2026/11/21/harbour-bank-merges-with-rivals"

_PIECES = [
    "https://", "http://", "www.", "m.", "amp.", "ex.example", "/amp", "/amp/", "/amp_x", "/amp/1",
    "index.html", ".amp", ".html", "//", "..", "/", "%2e", "%25", "%41", "%", "?", "&", "q=", "=",
    "url=", "id=5", "utm_source=x", "https%3A%2F%2F", "a.cdn.ampproject.org/c/s/", "+", " ", "\t",
    "https://www.google.com/url?q=", "https://google.com/amp/s/", "#!", "#", ";jsessionid=", "é",
    "[::1]", "[", ":80", ":443", ":8080", ":x", "user:p@", "\u3002", "\ud800", "\x00", "İ",
]  # fmt: skip
ADDRESSES = st.one_of(
    st.lists(st.sampled_from(_PIECES), max_size=10).map("".join),
    st.lists(st.sampled_from(_PIECES), max_size=8).map(
        lambda p: "https://ex.example/" + "".join(p)
    ),
    st.text(),
)


@pytest.mark.parametrize(
    "disguise",
    [
        STORY,
        "  " + STORY + "\n",
        STORY.replace("https", "http"),
        STORY.replace("https", "HTTPS").replace("www.tidewater", "WWW.Tidewater"),
        STORY.replace("www.", "m."),
        STORY.replace("www.", "www.m."),
        STORY.replace(".example", ".example."),
        STORY.replace(".example", ".example:443"),
        STORY.replace(".example", ".example:80"),
        STORY.replace("//", "//reader:secret@"),
        STORY.replace("/2026", "//2026/./x/.."),
        STORY.replace("harbour", "h%61rbour"),
        STORY + "/",
        STORY + "/index.html",
        STORY + "/amp",
        STORY + "/amp/",
        STORY + "/amp/1",
        STORY + ".amp",
        STORY + ";jsessionid=0A1B",
        STORY.replace("/2026", "/amp/2026"),
        STORY + "?",
        STORY + "?amp",
        STORY + "?outputType=amp",
        STORY + "?utm_source=feed&utm_medium=rss",
        STORY + "?fbclid=Iw1&gclid=2&mc_cid=3&CMP=share&xtor=RSS-1&guccounter=1",
        STORY + "?igshid=1#:~:text=bank",
        STORY + "#comments",
        "https://www-tidewater-example.cdn.ampproject.org/c/s/" + STORY[8:],
        "https://www-tidewater-example.cdn.ampproject.org/v/s/" + STORY[8:] + "?amp_js_v=0.1",
        "https://www-tidewater-example.cdn.ampproject.org/c/" + STORY[8:],
        "https://www.google.com/amp/s/" + STORY[8:] + "/amp/",
        "https://www.google.co.in/url?sa=t&url=" + STORY.replace("/", "%2F").replace(":", "%3A"),
        "https://google.com/url?q=" + STORY + "&usg=1",
        "https://l.facebook.com/l.php?h=AT1&u=" + STORY.replace("/", "%2F"),
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D" + STORY,
        "https://out.reddit.com/t3_x?url=" + STORY,
        "https://eur01.safelinks.protection.outlook.com/?url=" + STORY + "&data=1",
    ],
)
def test_disguises_of_one_page_fold(disguise: str) -> None:
    assert canonical(disguise) == KEY


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://Ex.example", "https://ex.example/"),
        ("https://ex.example:8443/a", "https://ex.example:8443/a"),
        ("https://ex.example/?b=2&a=1&b=1", "https://ex.example/?a=1&b=1&b=2"),
        ("https://ex.example/s?q=a+b&x=%7e%2f", "https://ex.example/s?q=a%20b&x=~%2F"),
        ("https://ex.example/café", "https://ex.example/caf%C3%A9"),
        ("https://ex.example/caf%c3%a9", "https://ex.example/caf%C3%A9"),
        ("https://ex.example/100%", "https://ex.example/100%25"),
        ("https://BÜCHER.example/a", "https://xn--bcher-kva.example/a"),
        ("https://ex.example/app#!/story/5", "https://ex.example/app#!/story/5"),
        ("https://ex.example/amp_articleshow/12.cms", "https://ex.example/articleshow/12.cms"),
        ("https://ex.example/a.amp.html", "https://ex.example/a.html"),
        ("http://[2001:DB8::1]:80/a", "https://[2001:db8::1]/a"),
        ("http://127.0.1.7:8801/a", "https://127.0.1.7:8801/a"),
        ("https://www.nytimes.com/a?partner=rss&emc=rss", "https://nytimes.com/a"),
        ("https://ex.example/a?partner=rss", "https://ex.example/a?partner=rss"),
        ("https://twitter.com/a/status/1?s=20&t=x", "https://twitter.com/a/status/1"),
        ("https://ex.example/a?s=20", "https://ex.example/a?s=20"),
        ("https://amp.dev/about", "https://amp.dev/about"),
        ("https://guitars.example/amp", "https://guitars.example/amp"),
        ("https://www.google.com/url?q=cats", "https://google.com/url?q=cats"),
        ("https://www.google.com/amp/about", "https://google.com/about"),
        ("https://www.facebook.com/l/5?u=https://a.example/", "https://facebook.com/l/5?u=https://a.example/"),
        ("https://a.cdn.ampproject.org/", "https://a.cdn.ampproject.org/"),
        (f"https://{'ü' * 70}.example/a", f"https://{'ü' * 70}.example/a"),
    ],
)  # fmt: skip
def test_one_form(url: str, key: str) -> None:
    assert canonical(url) == key


def test_parameters_that_may_name_the_page_stay() -> None:
    base = "https://ex.example/story"
    pages = [base] + [
        f"{base}?{name}={value}"
        for name in ("id", "cid", "sid", "source", "ref", "page", "lang", "story")
        for value in (1, 2)
    ]
    assert all(canonical(a) != canonical(b) for a, b in combinations(pages, 2))


def test_different_pages_stay_different() -> None:
    pages = [
        "https://ex.example/Story/AbC",
        "https://ex.example/story/abc",
        "https://news.ex.example/a",
        "https://sport.ex.example/a",
        "https://ex.example/a",
        "https://ex.example:8080/a",
        "https://ex.example/a%2Fb",
        "https://ex.example/a/b",
        "https://ex.example/amp",
        "https://ex.example/",
    ]
    assert all(canonical(a) != canonical(b) for a, b in combinations(pages, 2))


@pytest.mark.parametrize(
    "url",
    ["", "   ", "mailto:desk@ex.example", "javascript:void(0)", "/relative", "ex.example/a",
     "http://", "http://[::1", "http://[x]/", "http://ex.example:port/", "http://ex.example:0/",
     "http://ex.example:99999/", "ftp://ex.example/a", "http://a b.example/", "http://./",
     "http://ex\u2100ample/"],
)  # fmt: skip
def test_what_is_no_web_address_comes_back_as_it_is(url: str) -> None:
    assert canonical(url) == url
    assert not is_web(url)
    assert host(url) == ""
    assert not same_site(url, url)
    assert not looks_like_article(url)
    assert not is_home(url)


@given(ADDRESSES)
@example("http://www.google.co/url?q=+http://h")
@example("https://ex.example/%%34%31")
@example("https://ex.example/x/amp/amp/1/index.html/amp")
@example("https://ex.example/amp/amp_amp_x")
def test_canonical_is_idempotent_and_never_raises(url: str) -> None:
    key = canonical(url)
    assert canonical(key) == key
    assert is_web(key) == is_web(url)
    assert url_keys(url, key, url)[0] == key
    assert looks_like_article(url) in (True, False)
    assert same_site(url, url) == is_web(url)


@given(st.sampled_from(["www.", "m.", "amp.", "www.m.", "mobile."]), st.booleans())
def test_host_folds_do_not_leave_the_site(prefix: str, secure: bool) -> None:
    url = f"http{'s' * secure}://{prefix}ex.example/a"
    assert canonical(url) == "https://ex.example/a"
    assert same_site(url, "https://ex.example/b")


def test_host_and_site() -> None:
    assert host("https://WWW.Ex.example.:8080/a") == "www.ex.example"
    assert same_site("https://www.ex.example/", "http://m.ex.example/a")
    assert not same_site("https://news.ex.example/", "https://ex.example/")
    assert not same_site("https://ex.example/", "nonsense")


# --- what an article is known by -----------------------------------------------------------------


def test_all_addresses_of_an_article_are_its_keys() -> None:
    short = "https://go.example/x1"
    assert url_keys(short, STORY + "?utm_source=a", STORY) == ("https://go.example/x1", KEY)
    assert url_keys(STORY, None, None) == (KEY,)
    moved = "https://tidewater.example/money/harbour-bank-merges-with-two-rivals-8812"
    assert url_keys(STORY, STORY, moved) == (KEY, moved)


@pytest.mark.parametrize(
    "claimed",
    [
        "https://www.tidewater.example/",
        "https://www.tidewater.example/index.html",
        "https://www.tidewater.example/business",
        "https://www.tidewater.example/news/business/",
        "https://other.example/2026/11/21/harbour-bank-merges-with-rivals",
        "javascript:void(0)",
        "/2026",
        "",
    ],
)
def test_a_canonical_link_that_many_pages_share_is_ignored(claimed: str) -> None:
    assert url_keys(STORY, STORY, claimed) == (KEY,)


def test_a_request_that_ends_on_a_front_page_gives_no_key() -> None:
    assert url_keys(STORY, "https://www.tidewater.example/", None) == (KEY,)
    assert url_keys(STORY, "https://www.tidewater.example/login", None) == (KEY,)
    plain = "https://tidewater.example/about-us"
    assert url_keys(plain, "https://tidewater.example/", None) == (plain,)


def test_a_canonical_link_may_not_drop_what_names_the_article() -> None:
    asked = "https://ex.example/story.php?id=5512"
    assert url_keys(asked, asked, "https://ex.example/story.php") == (asked,)


def test_front_and_section_pages_have_keys_of_their_own() -> None:
    home = "https://ex.example/"
    assert url_keys(home, home, home) == (home,)
    section = "https://ex.example/business"
    assert url_keys(section, section, section) == (section,)


# --- the shape of an article ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/2026/11/21/harbour-bank-merges",
        "/business/2026/nov/21/harbour-bank-merges",
        "/news/world/why-the-harbour-bank-merged-with-its-rivals",
        "/harbour-bank-merges-81234",
        "/news/81234567",
        "/story/harbour-bank-merges-now",
        "/news/articles/c1ab2d3efgho",
        "/town/bank-merges-now.html?x=1",
        "/119166/bank-merges",
        "/view.php?id=88",
        "/?p=4411",
        "/politics/वित्त-मंत्री-ने-बजट-पेश-किया",
        "/articleshow/11223344.cms",
    ],
)
def test_addresses_of_articles(path: str) -> None:
    assert looks_like_article("https://ex.example" + path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/?utm_source=x",
        "/business",
        "/business/markets/",
        "/about-us",
        "/tag/harbour-bank-and-its-many-rivals",
        "/author/a-b-c-d-e",
        "/privacy-policy",
        "/2026",
        "/2026/11",
        "/subscribe?id=x",
        "/uploads/2026/11/21/a-picture-of-the-harbour-bank.jpg",
        "/rss.xml",
        "/video/12345",
    ],
)
def test_addresses_of_other_pages(path: str) -> None:
    assert not looks_like_article("https://ex.example" + path)
