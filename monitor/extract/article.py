"""A page put together: one parse, metadata, the story's blocks, and what kind of page it is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from selectolax.lexbor import LexborHTMLParser

from monitor.decoding import decode
from monitor.extract.blocks import Outline, outline_of, weight_of
from monitor.extract.captions import may_be_told_in_pictures, told_in_pictures
from monitor.extract.imposters import check_is_page
from monitor.extract.kinds import Signs, confidence_of, kind_of
from monitor.extract.known import Known, fold
from monitor.extract.languages import lang_of
from monitor.extract.lines import is_boilerplate, without_boilerplate
from monitor.extract.live import updates_of
from monitor.extract.metadata import Metadata, metadata_of
from monitor.extract.parsing import parsed
from monitor.extract.prompts import without_prompts
from monitor.extract.pruning import prune
from monitor.extract.recurrence import passages_of, without_recurring
from monitor.extract.scoring import Story, story_of
from monitor.extract.selectors import NOTHING, chosen, drop
from monitor.extract.standfirst import leads_with_standfirst, standfirst_of
from monitor.model import Guidance, Page, PageKind

_NO_GUIDANCE = Guidance()
_SHORT = 40  # characters
_CRUMB, _FAR_MORE = 140, 10  # weight of no story, and times as much of what is one


def read_page(
    data: bytes,
    url: str,
    content_type: str | None = None,
    guidance: Guidance = _NO_GUIDANCE,
) -> Page:
    """Decode and extract a response; ParseError where it is no HTML page, saying what it is."""
    check_is_page(data, url, content_type)
    return extract_article(decode(data, content_type), url, guidance)


def extract_article(html: str, url: str, guidance: Guidance = _NO_GUIDANCE) -> Page:
    """Read a page's story and what the page says about itself.

    Raises ParseError only for a page nested so deep that reading it would stall the process.
    """
    return examine(html, url, guidance).page


@dataclass(frozen=True, slots=True)
class Examination:
    """A page that was read, with what led to it, for those who ask why."""

    page: Page
    outline: Outline
    known: Known
    story: Story
    left_out: frozenset[int]  # blocks of the story that its outlet repeats


def examine(html: str, url: str, guidance: Guidance = _NO_GUIDANCE) -> Examination:
    """Do what ``extract_article`` does, and keep the working."""
    tree = parsed(html, url)
    named = NOTHING
    if guidance.selectors:
        drop(tree, guidance.selectors)
        named = chosen(tree, guidance.selectors)
    meta, outline, known = prepared(tree, url)
    story = story_of(outline, known)
    if leads_with_standfirst(outline, story, known):
        story = replace(story, blocks=story.blocks[1:])
    whole = story
    story, left_out = without_recurring(outline, whole, guidance.recurring)
    text = _text_of(outline, story, known)
    if _is_crumb("".join(named.lines), text):
        text = "\n".join(_unrepeated([*named.lines, *text.split("\n")]))  # it may be the news
        named = replace(named, lines=(), unmatched=(*named.unmatched, "body"))
    text = "\n".join(_unrepeated(named.lines)) or text
    fallback = "" if named.lines else _body_of_linked_data(meta, text)
    text = fallback or text
    whole_tree = cache(lambda: parsed(html, url))  # few pages are in such doubt that it is needed
    signs = Signs(weight=weight_of(text), meta=meta, outline=outline, story=story, tree=whole_tree)
    kind = PageKind.ARTICLE if named.lines else kind_of(signs)
    if kind is PageKind.ARTICLE and not named.lines and may_be_told_in_pictures(html, text):
        text = "\n".join([text, *told_in_pictures(whole_tree(), text)])
    confidence = 1.0 if named.lines else confidence_of(signs, kind, fallback=bool(fallback))
    updates = updates_of(tree, outline, meta, url, text) if kind is not PageKind.BLOCKED else ()
    page = Page(
        url=url,
        kind=PageKind.LIVE_BLOG if updates else kind,
        title=named.title or meta.title,
        standfirst=standfirst_of(outline, story, known, meta.description),
        text=text,
        published=named.date or meta.published,
        modified=meta.modified,
        authors=meta.authors,
        section=meta.section,
        lang=lang_of(meta.lang, text),
        canonical_url=meta.canonical_url,
        image=meta.image,
        confidence=confidence,
        updates=updates,
        unmatched=named.unmatched,
        passages=() if fallback or named.lines else passages_of(outline, whole, left_out),
    )
    return Examination(page, outline, known, story, left_out)


def _is_crumb(chosen: str, text: str) -> bool:
    """Whether a selector names next to nothing of a story: the class names may have moved."""
    return 0 < (weight := weight_of(chosen)) < _CRUMB and weight_of(text) >= _FAR_MORE * weight


def prepared(tree: LexborHTMLParser, url: str) -> tuple[Metadata, Outline, Known]:
    """What is known of a page before a block is judged; takes off the tree what is no text."""
    meta = metadata_of(tree, url)
    prune(tree)
    outline = outline_of(tree.root) if tree.root is not None else Outline()
    known = Known(tuple(filter(None, map(fold, meta.headings))), fold(meta.linked.body))
    return meta, outline, known


def _text_of(outline: Outline, story: Story, known: Known) -> str:
    """One paragraph a line, without repeating the title or a paragraph that the page has twice."""
    told = without_prompts(list(map(without_boilerplate, _paragraphs(outline, story))))
    return "\n".join(_unrepeated([_without_title(text, known) for text in told]))


def _paragraphs(outline: Outline, story: Story) -> list[str]:
    """The texts of the blocks; the cells of a row as one, since only together do they say it."""
    texts: list[list[str]] = []
    before = -1
    for index in story.blocks:
        row, text = outline.row(index), outline.blocks[index].text
        if row == before >= 0:
            texts[-1].append(text)
        else:
            texts.append([text])
        before = row
    return list(map(" ".join, texts))


def _without_title(text: str, known: Known) -> str:
    """Old pages part headline and story by line breaks alone."""
    first, _, rest = text.partition("\n")
    return rest if fold(first) in known.titles else text


def _unrepeated(texts: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    kept = []
    for text in texts:
        if len(text) > _SHORT:  # a text may well say “Yes.” twice
            key = fold(text)
            if not key or (len(key) > _SHORT and key in seen):
                continue
            seen.add(key)
        if text:
            kept.append(text.replace("\n", " "))
    return kept


def _body_of_linked_data(meta: Metadata, text: str) -> str:
    """JSON-LD's body where the page itself shows much less of the story; else nothing."""
    body = meta.linked.body
    if len(text) > len(body):  # no character weighs over 2.5 times as much as another
        return ""
    weight = weight_of(body)
    if weight < 250 or weight_of(text) > 0.4 * weight:
        return ""
    lines = [line for line in body.split("\n") if not is_boilerplate(line)]
    return "\n".join(_unrepeated(without_prompts(lines)))
