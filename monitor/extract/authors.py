"""Who wrote an article: by JSON-LD, meta tags, microdata and the byline near the headline."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.dates import dates_in
from monitor.extract.head import Head, line
from monitor.extract.jsonld import LinkedData
from monitor.extract.known import fold
from monitor.extract.names import (
    is_agency,
    is_label,
    is_login,
    is_role,
    looks_full,
    names_in,
    opens_byline,
    without_by,
)
from monitor.extract.surroundings import Line, Run

_META = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
         "dcterms.creator", "byl", "cxenseparse:author", "article:author_name", "citation_author",
         "authors", "article.author", "og:article:author", "og:author", "author_name", "byline",
         "page_author", "lp.article:author", "news_author")  # fmt: skip
_WRITTEN = re.compile(
    r"writ|author|autor|auteur|verfasst|geschrieben|escrito|scritto|écrit|door|skrevet|"
    r"автор|написа|作者|執筆|投稿者|yazan|penulis|oleh|tác giả",
    re.IGNORECASE,
)
# Not “de” and its like, after which a place may stand.
_BY_AFTER = re.compile(
    r"(?:\w+\s)?by\b|von\b|par\b|por\b|di\b|door\b|oleh\b|auth?or|auteur|автор|द्वारा|بقلم|كتب",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s*(?:https?:|www\.|/|\S+\.(?:com|org|net)/)", re.IGNORECASE)
_NAMED = re.compile(r"author|byline|autor|writer|yazar|penulis|redacteur|contributor|verfasser")
_NOT_NAMED = re.compile(
    r"bio|title|role|job|desc|image|avatar|follow|social|date|position|excerpt|count|articles|"
    r"label|prefix|twitter|email|about|reviewer|editor|related|more"
)
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:en|es|in)?|auteurs?|people|profiles?|staff|team|contributors?|"
    r"columnists?|writers?|journalists?|redaktion|by|bio|user|users|u|reporters?|experts?)/[^/?]",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]")
_BYLINES = '[class*="author" i], [class*="byline" i]'
_FEW = 8  # elements that are called a byline; later ones are of other stories
_WRAPPERS = 60  # elements looked at for those few; many are empty, or hold a picture alone
_UNSEEN = frozenset(("script", "style", "noscript", "template", "svg", "-comment"))
_ENOUGH = 1_000  # characters or nodes of one: what is longer is no byline
_AND = frozenset(("", "and", "et", "og", "och", "y", "e", "und", "en", "i", "и", "ve"))
_NEAR = 30  # lines
_LONG = 160
_MOST = 10

Lines = Callable[[], Iterable[Line]]


def authors_of(
    tree: LexborHTMLParser, head: Head, linked: LinkedData, lines: Lines, sites: frozenset[str]
) -> tuple[str, ...]:
    """The people; else the organisation that the page names as its author.

    ``sites`` are the outlet's names, folded: they are no author where a person is there as well.
    """
    told = [head.meta[key] for key in _META if key in head.meta] + _labelled(head)
    single: list[str] = []
    for names in _sources(tree, head, linked, told, lines):
        people = [name for name in _unique(names) if _is_person(name, sites)]
        if any(map(looks_full, people)):
            return tuple(people[:_MOST])
        single = single or people  # the byline may have the whole name
    if single:
        return tuple(single[:_MOST])
    return _others(_unpeopled(head, linked, told, lines))


def _sources(
    tree: LexborHTMLParser, head: Head, linked: LinkedData, told: Sequence[str], lines: Lines
) -> Iterator[list[str]]:
    """What names authors, the surest first; each is read only if those before say nothing."""
    yield _names(linked.authors)
    yield _names(told[:1])
    yield _names(told[1:])
    yield _marked(head)
    yield _byline(lines())
    if not (linked.authors or linked.groups or told):
        yield _classed(tree)


def _unpeopled(
    head: Head, linked: LinkedData, told: Sequence[str], lines: Lines
) -> Iterator[Sequence[str]]:
    """What may name an author that is no person, the surest first."""
    yield linked.groups
    yield linked.authors
    yield told
    yield _marked_texts(head)
    yield _desk(lines())


def _is_person(name: str, sites: frozenset[str]) -> bool:
    return fold(name) not in sites and not is_agency(name) and not is_login(name)


def _others(sources: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """An organisation, an agency or a login name, as the page has it, of one source alone."""
    for texts in sources:
        names = [text.strip() for text in texts if not _ADDRESS.match(text)]
        if known := [name for name in names if is_label(name)]:
            return tuple(_unique(known)[:3])
    return ()


def _marked_texts(head: Head) -> list[str]:
    nodes = [n for n in head.marked[:300] if (n.attributes.get("itemprop") or "") == "author"]
    return [line(text) for _, text in _saying(nodes, 1)]


def _labelled(head: Head) -> list[str]:
    """``twitter:data1`` holds whatever ``twitter:label1`` says."""
    return [
        value
        for n in ("1", "2")
        if (value := head.meta.get(f"twitter:data{n}"))
        and _WRITTEN.search(head.meta.get(f"twitter:label{n}", ""))
    ]


def _names(texts: Iterable[str]) -> list[str]:
    return [n for text in texts if not _ADDRESS.match(text) for n in names_in(_usual_order(text))]


def _usual_order(text: str) -> str:
    """“Okafor, Inga” of a library's record → “Inga Okafor”."""
    last, comma, first = text.partition(", ")
    plain = comma and " " not in last and "," not in first and len(first.split()) <= 2
    return f"{first} {last}" if plain and first[-1:] == "." else text


def _unique(names: Iterable[str]) -> list[str]:
    return list({fold(name): name for name in reversed([*names])}.values())[::-1]


def _saying(nodes: Sequence[LexborNode], most: int) -> list[tuple[LexborNode, str]]:
    """The first elements that say something, with what they say; empty ones do not count."""
    told = ((node, node.attributes.get("content") or _text(node)) for node in nodes[:_WRAPPERS])
    return list(islice(((node, text) for node, text in told if _WORD.search(text)), most))


def _text(node: LexborNode) -> str:
    """The text that readers see, with its pieces on lines of their own."""
    inner = node.css_first('[itemprop="name"]') or node
    pieces = (piece.strip() for text in _shown(inner) for piece in text.split("\n"))
    return "\n".join(piece for piece in pieces if piece)


def _shown(top: LexborNode) -> Iterator[str]:
    """The texts of an element that readers see, in order."""
    todo, size = [top], 0
    for _ in range(_ENOUGH):
        if not todo or size > _ENOUGH:
            return
        node = todo.pop()
        tag = node.tag
        if tag == "-text":
            text = node.text_content or ""
            size += len(text)
            yield text[:_ENOUGH]
        elif tag not in _UNSEEN:
            todo.extend(reversed(list(islice(node.iter(include_text=True), _ENOUGH))))


def _marked(head: Head) -> list[str]:
    """Microdata and ``rel=author``: the first, and those of the same kind if they are few."""
    for key, value in (("itemprop", "author"), ("rel", "author")):
        nodes = [n for n in head.marked[:300] if value in (n.attributes.get(key) or "").split()]
        found = _unique(name for _, text in _saying(nodes, 12) for name in _names([text]))
        if found:
            return found if len(found) <= 3 else found[:1]
    return []


def _desk(lines: Iterable[Line]) -> list[str]:
    """Who else stands in a byline: “By Our Desk”."""
    near = [row for row in islice(lines, _NEAR) if len(row.text) <= 60 and row.text[-1:] != "."]
    texts = [without_by(row.text) for row in near if opens_byline(row.text)]
    texts += [run.text for row in near for run in row.runs if _is_named(run)]
    desks = (text.split("|")[0].strip() for text in texts)
    return [desk for desk in desks if desk and not desk[0].islower() and len(desk.split()) <= 5][:1]


# --- bylines ------------------------------------------------------------------------------


def _byline(lines: Iterable[Line]) -> list[str]:
    """The first byline near the headline."""
    for row, after in pairwise(chain(islice(lines, _NEAR), (None,))):
        if row is None or len(row.text) > _LONG:
            continue
        following = after.runs if after else ()
        if found := (
            _after_by(row.runs, following)
            or _named(row)
            or _dated(row, following)
            or _after_date(row)
        ):
            return found
    return []


def _dated(row: Line, following: Sequence[Run]) -> list[str]:
    """A full name beside a date or a job, or in a row of its own right before one."""
    first = row.runs[0]
    text = first.text.strip(" |·•-–—,")
    if not looks_full(text) or len(text) > 40 or names_in(text) != (text,):
        return []
    if len(row.runs) == 1:
        if first.href or not (text.isascii() or text[0].isupper()):
            return []
        beside = following[:1]
    elif row.before and first.href:  # the site's name, above its sections
        return []
    else:
        beside = row.runs[1:3]
    sure = any(_is_date(run.text) or is_role(run.text) for run in beside)
    return [text] if sure else []


def _after_date(row: Line) -> list[str]:
    """“Posted on 3 March 2026 by Inga Okafor”, in one piece."""
    for run in row.runs:
        date = next(dates_in(run.text), None)
        rest = run.text[date.end :].lstrip(" |·•,–—-") if date else ""
        names = names_in(rest) if _BY_AFTER.match(rest) and opens_byline(rest) else ()
        if names and looks_full(names[0]):
            return [name for name in names if looks_full(name)]
    return []


def _is_date(text: str) -> bool:
    printed = next(dates_in(text), None) if len(text) < 60 else None
    return printed is not None and len(text) - (printed.end - printed.start) < 30


def _after_by(runs: Sequence[Run], following: Sequence[Run]) -> list[str]:
    """What follows “By”, be it in the same piece of text, the next, or the next line."""
    for number, run in enumerate(runs):
        if not opens_byline(run.text):
            continue
        rest = without_by(run.text).strip(" :")
        pieces = [run.text] if rest else []
        pieces += [piece.text for piece in runs[number + 1 :]]
        if found := list(_leading_names(pieces or [piece.text for piece in following[:2]])):
            return found
    return []


def _leading_names(pieces: Iterable[str]) -> Iterator[str]:
    """Full names until something else stands there; a single word only at once after “By”."""
    begun = False
    for piece in pieces:
        if begun and piece.strip(" ,&|") in _AND:
            continue
        names = names_in(piece)
        if not names or not (looks_full(names[0]) or (not begun and names[0][0].isupper())):
            return
        yield from (name for name in names if looks_full(name) or not begun)
        begun = True


def _named(row: Line) -> list[str]:
    """Pieces that their class names or their links say to be an author."""
    found: list[str] = []
    for run in row.runs:
        if (_is_named(run) or _PROFILE.search(run.href)) and len(run.text) <= 80:
            found += [name for name in names_in(run.text) if looks_full(name)]
    return found


def _is_named(run: Run) -> bool:
    return bool(_NAMED.search(run.names)) and not _NOT_NAMED.search(run.names)


def _classed(tree: LexborHTMLParser) -> list[str]:
    """Elements anywhere that are called a byline, if they agree on whose."""
    found: list[tuple[str, ...]] = []
    for node, text in _saying(tree.css(_BYLINES), _FEW):
        if len(text) <= _LONG and (names := names_in(text)):
            called = opens_byline(text) or "byline" in (node.attributes.get("class") or "")
            full = tuple(name for name in names if called or looks_full(name))
            found += [full] if full else []
    distinct = {tuple(map(fold, names)) for names in found}
    return list(found[0]) if found and len(distinct) <= 2 else []
