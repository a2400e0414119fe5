"""A page put together: one parse, metadata, the story's blocks, and what kind of page it is."""

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

from monitor.errors import ParseError
from monitor.extract.blocks import HEADINGS, Outline, outline_of, weight_of
from monitor.extract.decoding import check_is_page, decode
from monitor.extract.kinds import Signs, confidence_of, kind_of
from monitor.extract.lines import is_boilerplate, without_boilerplate
from monitor.extract.metadata import Metadata, metadata_of
from monitor.extract.scoring import Known, Story, fold, story_of
from monitor.extract.tokens import says_standfirst
from monitor.model import Page

_DEEP = 5_000  # block elements in each other; the parser takes quadratic time in their number
_MANY = 20_000  # tags; fewer cannot nest so deep
_BLOCK_TAGS = re.compile(
    r"<(/?)(?:div|section|article|main|ul|ol|dl|center|blockquote|aside|nav|header|footer|form|"
    r"fieldset|figure|details|summary|address|pre|h[1-6]|button)\b",
    re.IGNORECASE,
)


def read_page(data: bytes, url: str, content_type: str | None = None) -> Page:
    """Decode and extract a response; ParseError where it is no HTML page, saying what it is."""
    check_is_page(data, url, content_type)
    return extract_article(decode(data, content_type), url)


def extract_article(html: str, url: str) -> Page:
    """Read a page's story and what the page says about itself.

    Raises ParseError only for a page nested so deep that reading it would stall the process.
    """
    _check_depth(html, url)
    # With scripting, <noscript> stays one text, and cannot move the rest of the head into the body.
    tree = LexborHTMLParser(html, scripting=True)
    meta = metadata_of(tree, url)
    outline = outline_of(tree.root) if tree.root is not None else Outline()
    known = Known(tuple(filter(None, map(fold, meta.headings))), fold(meta.linked.body))
    story = story_of(outline, known)
    text = _text_of(outline, story)
    standfirst = _standfirst(outline, story, meta, text)
    fallback = _body_of_linked_data(meta, text)
    signs = Signs(
        text=fallback or text,
        meta=meta,
        outline=outline,
        story=story,
        tree=tree,
    )
    kind = kind_of(signs)
    return Page(
        url=url,
        kind=kind,
        title=meta.title,
        standfirst=standfirst,
        text=fallback or text,
        published=meta.published,
        modified=meta.modified,
        authors=meta.authors,
        section=meta.section,
        lang=meta.lang,
        canonical_url=meta.canonical_url,
        image=meta.image,
        confidence=confidence_of(signs, kind, fallback=bool(fallback)),
    )


def _check_depth(html: str, url: str) -> None:
    if html.count("<") < _MANY:
        return
    depth = 0
    for tag in _BLOCK_TAGS.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _DEEP:
            raise ParseError(
                f"{url}: the page nests its elements over {_DEEP:,} deep, which no browser shows; "
                "check the address, or leave such links out of the source"
            )


def _text_of(outline: Outline, story: Story) -> str:
    """One paragraph a line, without repeating a paragraph that the page has twice."""
    texts = (without_boilerplate(outline.blocks[i].text) for i in story.blocks)
    return "\n".join(_unrepeated(texts))


def _unrepeated(texts: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    kept = []
    for text in texts:
        key = fold(text)
        if not key or (len(key) > 40 and key in seen):
            continue
        seen.add(key)
        kept.append(text.replace("\n", " "))
    return kept


def _body_of_linked_data(meta: Metadata, text: str) -> str:
    """JSON-LD's body where the page itself shows much less of the story; else nothing."""
    body = meta.linked.body
    if weight_of(body) < 250 or weight_of(text) > 0.4 * weight_of(body):
        return ""
    lines = (line for line in body.split("\n") if not is_boilerplate(line))
    return "\n".join(_unrepeated(lines))


def _standfirst(outline: Outline, story: Story, meta: Metadata, text: str) -> str:
    """The visible summary under the headline, unless the text has it too."""
    described = fold(meta.description) if len(meta.description) > 40 else ""
    body, folded_text = set(story.blocks), fold(text)
    first = min(body, default=len(outline.blocks))
    titles = set(map(fold, meta.headings))
    for index, block in enumerate(outline.blocks[:first]):
        folded = fold(block.text)
        if block.weight < 40 or block.link_density > 0.3 or folded in titles:
            continue
        names = outline.elements[block.element].names
        marked = block.weight < 600 and bool(names) and says_standfirst(names)
        if (folded == described or (marked and _follows_title(outline, index, titles))) and (
            folded not in folded_text and not is_boilerplate(block.text)
        ):
            return block.text.replace("\n", " ")
    return ""


def _follows_title(outline: Outline, index: int, titles: set[str]) -> bool:
    near = outline.blocks[max(0, index - 4) : index]
    return any(b.tag in HEADINGS and fold(b.text) in titles for b in near)
