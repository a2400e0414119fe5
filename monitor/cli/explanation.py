"""The working of an extraction, for people: each block of a page, its score, and why."""

from collections.abc import Iterator

from rich.text import Text

from monitor.extract.explanation import ExplainedBlock, Explanation

_SHOWN = 100  # characters of a block
_INDENT = " " * 14


def explained(explanation: Explanation) -> Iterator[Text]:
    """Lines to print; colour where the terminal has it."""
    page, blocks = explanation.page, explanation.blocks
    kept = sum(block.kept for block in blocks)
    yield Text(page.title or "(no title)", style="bold")
    yield Text(
        f"{page.kind}, confidence {page.confidence:.2f}; {kept} of {len(blocks)} blocks are "
        "its text (+)",
        style="dim",
    )
    if explanation.note:
        yield Text(explanation.note, style="yellow")
    yield Text()
    for block in blocks:
        yield from _block(block)


def _block(block: ExplainedBlock) -> Iterator[Text]:
    sign = "+" if block.kept else "-"
    opening = " ".join(block.text.split())
    if len(opening) > _SHOWN:
        opening = opening[: _SHOWN - 1].rstrip() + "…"
    style = "green" if block.kept else "red"
    head = Text(f"{sign} {block.score:.2f} {block.tag[:6]:<6} ", style=style)
    yield head.append(opening, style="default")
    yield Text(f"{_INDENT}{block.reason}", style="dim")
