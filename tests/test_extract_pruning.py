"""What is taken off a page before it is walked, and what must stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from monitor.extract import extract_article
from monitor.extract.blocks import outline_of
from monitor.extract.pruning import prune
from monitor.model import PageKind

PROSE = "The pilots of Port Anand rowed home on Tuesday, since the wind had gone. " * 4
LINKS = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(30))
PARTS = st.recursive(
    st.sampled_from(["<p>Row.</p>", f"<p>{PROSE}</p>", LINKS, "<svg><path/></svg>", "text"]),
    lambda inner: st.tuples(
        st.sampled_from(["nav", "footer", "div", "div role=navigation", "footer role=contentinfo"]),
        st.lists(inner, max_size=3).map("".join),
    ).map(lambda each: f"<{each[0]}>{each[1]}</{each[0].split()[0]}>"),
    max_leaves=12,
)


def left(html: str) -> list[str]:
    tree = LexborHTMLParser(html, scripting=True)
    prune(tree)
    assert tree.root is not None
    return [block.text for block in outline_of(tree.root).blocks]


@pytest.mark.parametrize("tag", ["nav", "footer", "div role=navigation", "ul role='contentinfo'"])
def test_menus_go(tag: str) -> None:
    assert left(f"<{tag}>{LINKS}</{tag.split()[0]}><p>Row.</p>") == ["Row."]


@pytest.mark.parametrize("tag", ["nav", "footer", "div role=navigation"])
def test_what_holds_a_line_of_prose_is_no_menu_whatever_its_tag(tag: str) -> None:
    assert PROSE.strip() in left(f"<{tag}>{LINKS}<p>{PROSE}</p></{tag.split()[0]}>")


def test_what_shows_no_text_goes() -> None:
    silent = "<script>1</script><style>p{}</style><svg><text>x</text></svg><noscript>y</noscript>"
    assert left(f"<p>a{silent}b</p><button>Go</button><select><option>z</select>") == ["ab"]


def test_a_menu_with_a_script_is_still_a_menu() -> None:
    assert left(f"<nav>{LINKS}<script>{PROSE}</script></nav><p>Row.</p>") == ["Row."]


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=5).map("".join))
def test_no_prose_is_lost_however_menus_are_nested(html: str) -> None:
    assert left(html).count(PROSE.strip()) == html.count(PROSE)


def test_a_page_is_still_known_by_the_scripts_and_notices_that_were_taken_off() -> None:
    empty = "<title>Harbour</title><script src='/app.js'></script><div id='root'></div>"
    page = extract_article(
        f"{empty}<noscript>You need to enable JavaScript to run this app.</noscript>",
        "https://site.example/app",
    )
    assert page.kind is PageKind.NEEDS_JAVASCRIPT


TEASERS = "".join(f"<li><a href='/{n}'>The story of today, number {n}</a></li>" for n in range(9))


def walked(html: str, *, links: bool = False) -> list[str]:
    root = LexborHTMLParser(html, scripting=True).root
    assert root is not None
    return [block.text for block in outline_of(root, links=links).blocks]


@pytest.mark.parametrize(
    "html",
    [
        f"<ul>{LINKS}</ul>",
        f"<ol>{LINKS}</ol>",
        "<div class=related><h3>Related</h3><a href=/a>Boats</a> <p><a href=/b>Rows</a></p></div>",
        f"<aside>Most read <a href=/a>Boats</a><script>{PROSE}</script></aside>",
        "<header><a href=/>Home</a> <a href=/in>Log in</a></header>",
        "<div class=teaser><a href=/1>東京は晴れだった</a></div>",
    ],
    ids=["list", "numbers", "related", "script", "header", "Japanese"],
)
def test_lists_of_links_and_boxes_of_labels_are_passed_over(html: str) -> None:
    assert walked(f"<p>Row.</p>{html}<p>Home.</p>") == ["Row.", "Home."]
    assert len(walked(f"<p>Row.</p>{html}<p>Home.</p>", links=True)) > 2


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li><a href=/1>One</a><li><a href=/2>Two</a></ul>",
        f"<ul>{'<li>A row <a href=/1>home</a>' * 6}</ul>",
        f"<ul>{LINKS}<li><a href=/>{PROSE}</a></ul>",
        f"<aside>{LINKS}<p>{PROSE}</p></aside>",
        "<div class=related><p>They rowed <a href=/a>home</a> because there was no wind, and the "
        "harbour was <b>wide</b> and <b>cold</b> that night.</p></div>",
        "<div class=related>It says a lot more than <a href=/a>this</a> link.</div>",
        "<div class=share>Nothing here is a link</div>",
        "<div class=promo><a href=/1>" + "東京は晴れだった。" * 6 + "</a></div>",
    ],
    ids=["few", "half", "prose", "aside", "pieces", "share", "none", "Japanese"],
)
def test_what_may_be_of_the_story_is_walked(html: str) -> None:
    assert walked(html) == walked(html, links=True) != []


def test_a_listing_is_known_by_the_links_that_the_walk_passed_over() -> None:
    page = extract_article(
        f"<title>News</title><h1>News</h1><ul>{TEASERS}</ul>", "https://a.example/"
    )
    assert page.kind is PageKind.LISTING


def test_a_form_beside_many_links_makes_no_wall() -> None:
    links = TEASERS * 9
    story = "".join(
        f"<p>They rowed home on day {n}, since the wind had gone.</p>" for n in range(4)
    )
    form = "<form><div class='g-recaptcha'></div><input></form>"
    html = f"<title>Rowing</title><main><h1>Rowing</h1>{story}</main>{form}<ul>{links}</ul>"
    assert extract_article(html, "https://a.example/").kind is not PageKind.BLOCKED
