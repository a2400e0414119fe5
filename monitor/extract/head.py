"""Everything marked up on a page that metadata is read from, gathered in one pass."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

_TOLD = (
    'title, meta[content], link[rel~="canonical" i][href], h1, script[type="application/ld+json" i]'
)
_MARKED = '[itemprop], [rel~="author" i]'
_MOST = 2_000  # elements looked at
_MOST_SCRIPTS = 40
_TWO_PART = frozenset(("co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go", "gob"))
# Country codes that sites all over the world use for what they look like.
_BORROWED = frozenset(("ai", "cc", "co", "fm", "gg", "io", "ly", "me", "sh", "to", "tv", "ws"))


@dataclass
class Head:
    """The marked elements in document order; those that few pages need are found when asked for."""

    tree: LexborHTMLParser
    lang: str = ""  # as the root element declares it
    title: str = ""
    canonical: str = ""
    meta: dict[str, str] = field(default_factory=dict)  # name in lower case → first content
    scripts: list[str] = field(default_factory=list)  # JSON-LD
    headings: list[LexborNode] = field(default_factory=list)  # h1

    @cached_property
    def times(self) -> list[LexborNode]:
        """All ``<time>``."""
        return self.tree.css("time")[:_MOST]

    @cached_property
    def marked(self) -> list[LexborNode]:
        """What has an itemprop, or is an author by its rel."""
        return self.tree.css(_MARKED)[:_MOST]


def head_of(tree: LexborHTMLParser) -> Head:
    """Gather what the page says about itself in markup."""
    head = Head(tree, lang=_lang_of(tree.root))
    for node in tree.css(_TOLD)[:_MOST]:
        tag = node.tag
        if tag == "meta":  # most of them
            _add_meta(head, node.attributes)
        elif tag == "h1":
            head.headings.append(node)
        elif tag == "title":
            head.title = head.title or line(node.text())
        elif tag == "script":
            if len(head.scripts) < _MOST_SCRIPTS:
                head.scripts.append(node.text())
        elif not (attributes := node.attributes).get("itemprop"):
            head.canonical = head.canonical or attributes.get("href") or ""
    return head


def line(text: str | None) -> str:
    """One line, without what is not seen (soft hyphens, zero-width spaces)."""
    if not text:
        return ""
    if text.isprintable() and "  " not in text:  # most are fine as they are
        return text.strip()
    if not text.isascii():
        text = text.replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")
    return " ".join(text.split())


def country_of(url: str) -> str:
    """The country of an address by its top-level domain, in lower case; "" if that says none."""
    last = _labels(url)[-1:]
    return last[0] if last and len(last[0]) == 2 and last[0] not in _BORROWED else ""


def host_names(url: str) -> tuple[str, ...]:
    """What a site may call itself by its address: ``bold`` and ``boldorg`` for bold.org."""
    labels = _labels(url)
    ends = 2 if len(labels) > 2 and labels[-2] in _TWO_PART else 1
    name = "".join(labels[:-ends][-1:])
    return (name, name + "".join(labels[-ends:])) if name else ()


def _labels(url: str) -> list[str]:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return []
    return host.lower().rstrip(".").split(".") if "." in host else []


def _lang_of(root: LexborNode | None) -> str:
    attributes = root.attributes if root is not None else {}
    return line(attributes.get("lang") or attributes.get("xml:lang"))


def _add_meta(head: Head, attributes: dict[str, str | None]) -> None:
    name = (
        attributes.get("property")
        or attributes.get("name")
        or attributes.get("http-equiv")
        or attributes.get("itemprop")
    )
    if name and (content := line(attributes.get("content"))):
        head.meta.setdefault(name.strip().lower(), content)
