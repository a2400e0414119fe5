"""Matches with the words that they rest on, for people."""

from collections.abc import Iterable

from rich.text import Text

from monitor.cli.output import out
from monitor.model import Article, Match, Rule, Span

_AROUND = 60  # characters shown on each side of the evidence


def print_match(name: str, found: Match, article: Article) -> None:
    """Show a match of an article, which is called ``name`` if it has no headline."""
    print_finding(found.rule, name, article)
    print_evidence(found.spans, article)


def print_finding(rule: Rule, name: str, article: Article) -> None:
    """Show that a rule holds for an article."""
    out.print(Text.assemble((rule.id, "bold cyan"), "  ", article.title or name))


def print_evidence(spans: Iterable[Span], article: Article) -> None:
    """Show the first mention of each leaf, with a few words around it."""
    leaves: dict[str, Span] = {}
    for span in spans:
        leaves.setdefault(span.leaf, span)
    for span in leaves.values():
        out.print(
            Text.assemble(f"    {span.leaf}: ", *_excerpt(getattr(article, span.field), span))
        )


def _excerpt(text: str, span: Span) -> list[str | tuple[str, str]]:
    """The evidence with a few words around it."""
    start, end = max(span.start - _AROUND, 0), min(span.end + _AROUND, len(text))
    before = ("…" if start else "") + text[start : span.start]
    after = text[span.end : end] + ("…" if end < len(text) else "")
    shown = text[span.start : span.end]
    pieces: list[str | tuple[str, str]] = [before.replace("\n", " "), (f"«{shown}»", "bold")]
    return [*pieces, after.replace("\n", " "), f"  ({span.field})"]
