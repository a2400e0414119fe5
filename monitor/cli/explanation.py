"""The working of an extraction, for people: each block of a page, its score, and why."""

from collections.abc import Iterator

from rich.text import Text

from monitor.cli.output import shown
from monitor.extract.explanation import ExplainedBlock, Explanation
from monitor.model import PageKind
from monitor.pipeline import why_feed

# What a rule sees of a page that is not the whole article.
_FEED = "the feed's text is matched instead"
_LONGER = "the feed's text is matched with it, or instead where it is longer"
MATCHED_INSTEAD = {
    PageKind.STUB: _LONGER,
    PageKind.LISTING: _LONGER,
    PageKind.BLOCKED: _FEED,
    PageKind.NEEDS_JAVASCRIPT: _FEED,
    PageKind.EMPTY: _FEED,
}
_SHOWN = 100  # characters of a block
_INDENT = " " * 14


def explained(explanation: Explanation) -> Iterator[Text]:
    """Lines to print; colour where the terminal has it."""
    page, blocks = explanation.page, explanation.blocks
    kept = sum(block.kept for block in blocks)
    yield Text(shown(page.title or "(no title)"), style="bold")
    yield Text(
        f"{page.kind}, confidence {page.confidence:.2f}; {kept} of {len(blocks)} blocks are "
        "its text (+)",
        style="dim",
    )
    if page.kind in MATCHED_INSTEAD:
        yield Text(f"{why_feed(page)}: {MATCHED_INSTEAD[page.kind]}", style="yellow")
    if explanation.note:
        yield Text(explanation.note, style="yellow")
    yield Text()
    for block in blocks:
        yield from _block(block)
    if explanation.passed:
        yield Text()
        yield Text("passed over, since they hold but labels and links:", style="dim")
    for element in explanation.passed:
        yield Text(f"  {shown(element)}", style="dim")


def _block(block: ExplainedBlock) -> Iterator[Text]:
    sign = "+" if block.kept else "-"
    opening = " ".join(block.text.split())
    if len(opening) > _SHOWN:
        opening = opening[: _SHOWN - 1].rstrip() + "…"
    style = "green" if block.kept else "red"
    head = Text(f"{sign} {block.score:.2f} {block.tag[:6]:<6} ", style=style)
    yield head.append(shown(opening), style="default")
    yield Text(f"{_INDENT}{shown(block.reason)}", style="dim")
