"""Why a page's text is what it is: every block in order, with its score and what decided.

Menus and footers are no blocks: they were taken off before. Nor are lists of links and boxes of
labels, which are named as what was passed over.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from monitor.decoding import decode
from monitor.extract.article import Examination, examine
from monitor.extract.blocks import Block, Outline
from monitor.extract.imposters import check_is_page
from monitor.extract.known import Known, fold, imprint
from monitor.extract.lines import is_boilerplate, without_boilerplate
from monitor.extract.prompts import without_prompt
from monitor.extract.scoring import judged
from monitor.extract.tokens import Hint
from monitor.model import Guidance, Page, Recurring

_BY_SCORE = frozenset(("kept", "left out"))  # reasons that say no more than the score does
_OPENING = 80  # characters of what was passed over
_LINKED = 0.6  # share of links from which on they are worth naming


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedBlock:
    """A block of the page and what became of it."""

    text: str
    tag: str  # of the element that says what it is: p, li, h2
    score: float  # how much it looks like the story, 0 to 1
    kept: bool  # it is part of the text
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A page as it was read, and its blocks."""

    page: Page
    blocks: tuple[ExplainedBlock, ...]
    passed: tuple[str, ...] = ()  # over: elements that hold but labels and links
    note: str = ""  # where the text is none of the blocks


def explain_page(
    data: bytes,
    url: str,
    content_type: str | None,
    guidance: Guidance,
    evidence: Collection[Recurring] = (),
) -> Explanation:
    """Read a page as ``read_page`` does, and say why; raises ParseError as that does.

    ``evidence`` is what is known of the passages that the outlet repeats.
    """
    check_is_page(data, url, content_type)
    guidance = replace(guidance, recurring=frozenset(each.imprint for each in evidence))
    found = examine(decode(data, content_type), url, guidance)
    note = ""
    if found.page.text and not found.page.passages and _is_elsewhere(found):
        note = "the text is not that of the blocks, which show too little of the story"
    repeated = {each.imprint: each for each in evidence}
    blocks = _blocks(found, repeated)
    if guidance.selectors and guidance.selectors.body and "body" not in found.page.unmatched:
        note, blocks = "", _named_blocks(blocks, found.page)
    return Explanation(
        page=found.page,
        blocks=tuple(blocks),
        passed=tuple(map(_passed, found.outline.passed)),
        note=note,
    )


def repeated_by(outlet: Recurring) -> str:
    """How it is known that a passage is its outlet's and not an article's."""
    return (
        f"{outlet.articles} articles of this outlet have it since {outlet.since:%Y-%m-%d}, "
        f"{outlet.topics} of them about unrelated things"
    )


def _is_elsewhere(found: Examination) -> bool:
    text = fold(found.page.text)
    return not any(fold(found.outline.blocks[i].text) in text for i in found.story.blocks)


def _named_blocks(blocks: Iterator[ExplainedBlock], page: Page) -> Iterator[ExplainedBlock]:
    """The blocks of a page whose text is what the source's selector for the body names."""
    lines = set(map(fold, page.text.split("\n")))
    for block in blocks:
        kept = fold(block.text) in lines
        what = "names it" if kept else "leaves it out"
        yield replace(block, kept=kept, reason=f"the source's selector for the body {what}")


def _blocks(found: Examination, repeated: Mapping[str, Recurring]) -> Iterator[ExplainedBlock]:
    story = frozenset(found.story.blocks)
    rows = Counter(map(found.outline.row, story))
    printed: set[str] = set()
    for verdict in judged(found.outline, found.known):
        block = found.outline.blocks[verdict.index]
        kept, reason = verdict.index in story, verdict.reason
        row = found.outline.row(verdict.index)
        is_joined = row >= 0 and rows[row] > 1  # with the other cells of its row
        if kept and not is_joined and (loss := _lost(block, found.known, printed)):
            kept, reason = False, loss
        elif verdict.index in found.left_out:
            reason = f"recurs: {repeated_by(repeated[imprint(block.text)])}"
        elif verdict.kept and not kept:
            reason = "the standfirst, which is kept apart from the text"
        elif not kept and reason in _BY_SCORE:
            reason = _cause(block, found.outline, found.known)
        elif reason in _BY_SCORE:
            reason = "reads like the story"
            if without_prompt(block.text) != block.text:
                reason += ", without what asks to follow somebody"
        if kept:
            printed.add(fold(block.text))
        yield ExplainedBlock(
            text=block.text, tag=block.tag, score=verdict.score, kept=kept, reason=reason
        )


def _lost(block: Block, known: Known, printed: Collection[str]) -> str:
    """Why a block of the story is no line of the text all the same."""
    told = without_boilerplate(block.text)
    key = fold(told)
    if told and not without_prompt(told):
        return "asks to follow somebody, or to allow what is embedded; tells nothing"
    if not key:
        return "a line of the page's own: a credit, tags, a prompt such as “Also read”"
    if key in known.titles:
        return "repeats the headline"
    return "stands above already" if len(key) > 40 and key in printed else ""


def _cause(block: Block, outline: Outline, known: Known) -> str:
    """What most plainly speaks against a block."""
    if fold(block.text) in known.titles:
        return "the headline"
    if named := _named(block, outline):
        return named
    if is_boilerplate(block.text):
        return "a line of the page's own: a credit, tags, a prompt such as “Also read”"
    if block.link_density > _LINKED:
        return f"{block.link_density:.0%} of it are links"
    return "does not read like the story, or stands apart from it"


def _passed(node: LexborNode) -> str:
    names = f"{node.attributes.get('class') or ''} {node.id or ''}"
    opening = " ".join(node.text(separator=" ")[:_OPENING].split())
    return f"{_tagged(node.tag or '', names)} with {len(node.css('a'))} links: {opening}"


def _tagged(tag: str, names: str) -> str:
    return f"<{tag} {' '.join(names.split())[:60]}".strip() + ">"


def _named(block: Block, outline: Outline) -> str:
    """The innermost element around a block that says it is none of the story, or is hidden."""
    for index in outline.ancestors(block.element):
        element = outline.elements[index]
        shown = _tagged(element.tag, element.names)
        if element.hint == Hint.COMMENTS:
            return f"in {shown}: other people's comments"
        if element.hint < Hint.NONE:
            return f"in {shown}: by its name no part of the story"
        if element.hidden:
            return f"in {shown}, which is hidden"
    return ""
