import json
import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.decoding import decode
from monitor.errors import ParseError
from monitor.model import Document, Entry
from monitor.sources import entry_keys, read_document, read_listing, sane_date
from monitor.sources.dates import from_parts
from monitor.sources.plain import plain, plain_line

FEEDS = Path(__file__).parent / "data" / "feeds"
URL = "https://www.lantern.example/feed"


def rss(*items: str, head: str = "") -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel>{head}{body}</channel></rss>'.encode()


def item(
    title: str = "A report", link: str = "https://www.lantern.example/a", more: str = ""
) -> str:
    return f"<title>{title}</title><link>{link}</link>{more}"


def only(document: Document) -> Entry:
    assert len(document.entries) == 1
    return document.entries[0]


@pytest.mark.parametrize(
    ("file", "url"),
    [
        ("rss20.xml", "https://www.lantern.example/rss"),
        ("atom10.xml", "https://quay.example/atom"),
        ("rdf10.rdf", "https://gazette.example/rdf"),
        ("feed11.json", "https://night.example/feed.json"),
        ("undeclared-1252.xml", "https://stadtblatt.example/rss"),
    ],
)
def test_formats_are_read_as_expected(file: str, url: str) -> None:
    document = read_document((FEEDS / file).read_bytes(), url)
    found = json.loads(json.dumps(asdict(document), default=datetime.isoformat))
    expected = json.loads((FEEDS / f"{file}.expected.json").read_text(encoding="utf-8"))
    assert found == expected | {"links": []}  # which only listings have


# --- what is no feed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n", "is empty"),
        (b"<!DOCTYPE html><html><title>Just a moment...</title>", "keeps programs out (“Just a"),
        (b"<html><head><title>Tide tables</title></head></html>", "a web page (“Tide tables”)"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html><body>x", "a web page, not a feed"),
        (b"<!-- x --> <body>hello", "a web page, not a feed"),
        (b"<?xml version='1.0'?><urlset></urlset>", "is a sitemap, not a feed"),
        (b"<opml version='2.0'></opml>", "is an OPML list"),
        (b"<invoice/>", "is XML (<invoice>)"),
        (b"%PDF-1.7 x", "is a PDF file"),
        (b"just words", "is no XML, JSON or HTML"),
        (b'{"version": "x"}', "no JSON Feed"),
        (b"[1, 2]", "no JSON Feed"),
        (b'{"items": [', "begins like JSON but cannot be read"),
        (b'{"items": "\xff"}', "begins like JSON but cannot be read"),
        (b"[" * 200_000, "nested too deeply"),
    ],
)
def test_other_documents_are_named(data: bytes, says: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_document(data, URL)
    message = str(caught.value)
    assert message.startswith(URL)
    assert says in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("links", "says"),
    [
        (
            '<link rel="alternate" type="application/rss+xml" href="/feed/">'
            '<link type="application/atom+xml" rel="ALTERNATE" href="https://b.example/atom">',
            "the feed (the page names https://a.example/feed/, https://b.example/atom), or set",
        ),
        ('<link rel="alternate" hreflang="de" href="/de/">', "the feed, or set"),
        ('<link rel="alternate" type="text/rss" href="http://[x">', "the feed, or set"),
    ],
)
def test_the_feeds_that_a_page_names_are_told(links: str, says: str) -> None:
    with pytest.raises(ParseError, match=re.escape(says)):
        read_document(f"<html><head>{links}".encode(), "https://a.example/x")


def test_a_feed_without_entries_is_a_feed() -> None:
    document = read_document(rss(head="<title>Quiet</title>"), URL)
    assert document.title == "Quiet"
    assert document.problems == ("the feed lists no entries",)


def test_what_feedparser_stumbles_over_is_one_error() -> None:
    with pytest.raises(ParseError, match="too broken to be read as a feed"):
        read_document(rss(item(more="</width>")), URL)


def test_elements_named_like_feedparsers_fields_are_ignored() -> None:
    names = ("content", "title_detail", "published_parsed", "authors")
    fields = "".join(f"<{name}>x</{name}>" for name in names)
    entry = only(read_document(rss(item(more=fields)), URL))
    assert (entry.title, entry.published, entry.authors) == ("A report", None, ())


# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<link>/a?x=1&amp;y=2</link>", "https://www.lantern.example/a?x=1&y=2"),
        ("<link>\n https://x.example/a \n</link>", "https://x.example/a"),
        ("<guid>https://x.example/guid</guid>", "https://x.example/guid"),
        ("<guid>/relative</guid>", "https://www.lantern.example/relative"),
        ('<guid isPermaLink="false">https://x.example/?p=4</guid>', "https://x.example/?p=4"),
        ("<link>javascript:void(0)</link><guid>https://x.example/b</guid>", "https://x.example/b"),
        ("<link>http://[broken</link><guid>https://x.example/b</guid>", "https://x.example/b"),
    ],
)
def test_address_of_an_entry(inner: str, url: str) -> None:
    assert only(read_document(rss(f"<title>t</title>{inner}"), URL)).url == url


@pytest.mark.parametrize("inner", ["", "<guid>ll-7</guid>", "<link>mailto:a@x.example</link>"])
def test_entries_without_address_are_known_by_their_words(inner: str) -> None:
    document = read_document(rss(item(), f"<title>t</title>{inner}"), URL)
    assert [entry.url for entry in document.entries][1:] == [""]
    assert document.problems == ("1 of 2 entries had no address: known by their words alone",)
    first, second = entry_keys("s", document.entries)
    assert set(first).isdisjoint(second)
    assert not any(key.startswith("url:") for key in second)


def test_entries_that_say_nothing_at_all_are_left_out() -> None:
    document = read_document(rss(item(), "<guid>ll-7</guid>"), URL)
    assert len(document.entries) == 1
    assert document.problems == ("1 of 2 entries had no address and no words: left out",)


def test_half_an_emoji_in_a_json_feed_is_no_obstacle() -> None:
    data = rb'{"items": [{"id": "a\ud83d", "url": "https://x.example/1", "title": "t\ud83d"}]}'
    (keys,) = entry_keys("s", read_document(data, URL).entries)
    assert "".join(keys).encode()


def test_ids_do_not_depend_on_the_address_of_the_feed() -> None:
    entry = '<entry><id>/7</id><link href="/a"/></entry>'
    data = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode()
    here, there = (only(read_document(data, f"https://{h}.example/")) for h in ("a", "b"))
    assert here.id == there.id == "/7"
    assert (here.url, there.url) == ("https://a.example/a", "https://b.example/a")


# --- texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Fish &amp; chips", "Fish & chips"),
        ("Fish &amp;amp; chips", "Fish & chips"),
        ("<![CDATA[Port <i>vote</i> &quot;No&quot;]]>", 'Port vote "No"'),
        ("1 &lt; 2 &amp;amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
        ("Use a &lt;b in code", "Use a <b in code"),
        ("  two\n lines ", "two lines"),
        ("Smile &#55357;&#56832; now", "Smile \ufffd\ufffd now"),
        ("Far &#x110000; off", "Far \ufffd off"),
        ("Tower &#128512; &#xAC00;", "Tower \U0001f600 \uac00"),
    ],
)
def test_titles_are_plain(written: str, title: str) -> None:
    assert only(read_document(rss(item(written)), URL)).title == title


def test_a_pictures_description_is_not_the_entrys() -> None:
    media = "<media:description>A crane</media:description>"
    more = f"{media}<description>Short text</description>{media.replace('n>', 'n >', 1)}"
    head = '<rss xmlns:media="http://search.yahoo.com/mrss/" version="2.0"><channel><item>'
    data = f"{head}{item(more=more)}</item></channel></rss>".encode()
    assert only(read_document(data, URL)).summary == "Short text"


def test_a_summary_copied_from_a_long_content_is_cut() -> None:
    words = "lorem " * 200
    data = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"/><title>t</title>'
        f"<content>{words}</content></entry></feed>"
    )
    entry = only(read_document(data.encode(), URL))
    assert entry.content == words.strip()
    assert entry.summary.endswith("lorem …")
    assert 300 < len(entry.summary) <= 402


def test_an_empty_summary_gives_way_to_the_content() -> None:
    data = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"/>'
        '<content type="html">&lt;p&gt;All of it.</content><summary type="html"/></entry></feed>'
    )
    entry = only(read_document(data.encode(), URL))
    assert (entry.summary, entry.content) == ("All of it.", "All of it.")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("a\nb\n\nc", "a\nb\nc"),
        ("a &lt; b", "a < b"),
        ("<p>one\ntwo</p>three<br>four<div><b>fi</b>ve</div>", "one two\nthree\nfour\nfive"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<p>x<script>y</script><style>z</style></p>", "x"),
        ("<iframe src='x'/>after", "after"),
        ("<frameset><frame></frameset>", ""),
        ("a\x00b <b>c\x1ed</b>", "a b c d"),
        ("half \ud83d of <i>it</i>", "half of it"),
        ("1 < 2 &amp; 3 > 2", "1 < 2 & 3 > 2"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    ],
)
def test_plain_text_of_markup(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_plain_text_that_is_declared_plain() -> None:
    assert plain("if a <b and c> d", marked_up=False) == "if a <b and c> d"
    assert plain("<p>but</p> this", marked_up=False) == "but\nthis"
    assert plain_line("R&amp;D &unknown;", marked_up=False) == "R&D &unknown;"


@given(st.text(alphabet="<>/&;!-ab p\x00\x1e\ud800\n'\"=", max_size=60))
def test_plain_text_never_raises_and_is_clean(text: str) -> None:
    for marked_up in (True, False):
        found = plain(text, marked_up=marked_up)
        assert not set(found) & {"\x00", "\x1e", "\ud800"}
        assert found == "\n".join(" ".join(line.split()) for line in found.splitlines())


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Sat, 21 Nov 2026 09:15:00 +0530", datetime(2026, 11, 21, 3, 45, tzinfo=UTC)),
        ("2026-11-21T09:15:60Z", datetime(2026, 11, 21, 9, 16, tzinfo=UTC)),
        ("2027-01-01T00:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)),
        ("Fri, 01 Jan 2100 00:00:00 GMT", None),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("yesterday, about noon", None),
        ("", None),
    ],
)
def test_dates_are_given_or_none(written: str, date: datetime | None) -> None:
    entry = only(read_document(rss(item(more=f"<pubDate>{written}</pubDate>")), URL))
    assert entry.published == date


@pytest.mark.parametrize("written", ['"0001-01-01T00:00:00+14:00"', '"soon"', "5", "null", '""'])
def test_dates_of_json_feeds_are_none_when_unreadable(written: str) -> None:
    data = f'{{"items": [{{"url": "/a", "date_published": {written}}}]}}'.encode()
    assert only(read_document(data, URL)).published is None


@pytest.mark.parametrize("parts", [None, "x", (), (0, 1, 1, 0, 0, 0), (2026, 13, 1, 0, 0, 0, 0)])
def test_dates_that_are_none(parts: object) -> None:
    assert from_parts(parts) is None


def test_sane_date() -> None:
    now = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    assert sane_date(None, now) is None
    assert sane_date(datetime(1994, 12, 31, tzinfo=UTC), now) is None
    assert sane_date(now - timedelta(days=1), now) == now - timedelta(days=1)
    assert sane_date(now + timedelta(minutes=9), now) == now + timedelta(minutes=9)
    assert sane_date(now + timedelta(minutes=11), now) == now


# --- encodings, sizes, damage --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "", None),
        ("utf-8-sig", "utf-8", None),
        ("utf-16", "utf-16", None),
        ("windows-1252", "", "application/xml"),
        ("windows-1252", "iso-8859-1", "application/rss+xml"),
        ("iso-8859-1", "", "application/rss+xml; charset=iso-8859-1"),
        ("utf-8", "", "text/xml; charset=no-such-thing"),
    ],
)
def test_encodings(encoding: str, declared: str, header: str | None) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    data = (declaration + rss(item("Café «Zür")).decode()).encode(encoding)
    assert only(read_document(data, URL, header)).title == "Café «Zür"


def test_what_stands_before_the_declaration_is_cut() -> None:
    data = b"<br />\n<b>Warning</b>: x\n<?xml version='1.0'?>" + rss(item())
    assert only(read_document(data, URL)).title == "A report"


def test_at_most_500_entries() -> None:
    items = [item(f"Report {n}", f"https://www.lantern.example/{n}") for n in range(502)]
    document = read_document(rss(*items), URL)
    assert [e.title for e in document.entries] == [f"Report {n}" for n in range(500)]
    assert document.problems == ("the feed lists 502 entries: the first 500 taken",)


def test_entity_bombs_and_outside_entities_stay_shut() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    doctype = (
        f'<!DOCTYPE rss [<!ENTITY e0 "boom"><!ENTITY file SYSTEM "file:///etc/hostname">{bomb}]>'
    )
    data = f"{doctype}{rss(item('x &e8; &file;')).decode()}".encode()
    document = read_document(data, URL)
    assert len(only(document).title) < 100
    hostname = Path("/etc/hostname")
    assert not hostname.exists() or hostname.read_text().strip() not in only(document).title


SEEDS = [path.read_bytes() for path in sorted(FEEDS.iterdir()) if path.suffix != ".json"]
SEEDS.append((FEEDS / "feed11.json").read_bytes())
BITS = [
    b"<![", b"]]>", b"<!DOCTYPE x [", b"&#xD800;", b"&#99999999999;", b"<links>x</links>",
    b"<authors>x</authors>", b"\xff\xfe", b"\x00",
    b"<link href='http://[x'/>", b"<image>", b"<svg>",
    b"<pubDate>2026-99-99</pubDate>", b"</width>", b"<item>", b"</item>", b"<entry>", b"{",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 60), st.sampled_from(BITS)), max_size=5
    ),
)
def test_damaged_documents_are_read_or_refused(
    data: bytes, damages: list[tuple[int, int, bytes]]
) -> None:
    for place, length, bit in damages:
        data = data[:place] + bit + data[place + length :]
    for read in (read_document, read_listing):
        try:
            document = read(data, URL)
        except ParseError as error:
            assert URL in str(error)
            continue
        assert len(entry_keys("s", document.entries)) == len(document.entries)
        for entry in document.entries:
            assert not entry.url or entry.url.startswith(("http://", "https://"))
            (entry.title + entry.summary + entry.content).encode()


@pytest.mark.parametrize(
    ("data", "header", "text"),
    [
        ("é".encode(), None, "é"),
        ("é".encode("utf-8-sig"), "text/html; charset=iso-8859-1", "é"),
        ("é".encode("utf-16"), None, "é"),
        ("\ufeffé".encode("utf-16-be"), None, "é"),
        (b"\x93\xe9\x94", "text/html; charset=ISO-8859-1", "“é”"),
        ("é".encode(), "text/html; charset=ISO-8859-1", "é"),
        ("<meta charset=shift_jis>港".encode("cp932"), "text/html", "<meta charset=shift_jis>港"),
        (b"\xe9", "text/html; charset=idna", "é"),
        (b"\xe9", "text/html; charset=hex", "é"),
        (b"\xe9", "text/html; charset=utf-8", "é"),
        (b"\x81\xe9", None, "\ufffdé"),
        ("é".encode() * 30 + b"\xff", "text/html; charset=utf-8", "é" * 30 + "\ufffd"),
    ],
)
def test_decoding(data: bytes, header: str | None, text: str) -> None:
    assert decode(data, header) == text
