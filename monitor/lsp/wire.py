"""Values of the rules as values of the protocol."""

from collections.abc import Callable, Iterable

from lsprotocol import types

from monitor.lsp.completion import Suggestion
from monitor.lsp.fixes import offset_of
from monitor.lsp.positions import Positions
from monitor.rules.codes import CODES
from monitor.rules.problems import Problem

_SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
}
_KINDS = {
    "operator": types.CompletionItemKind.Operator,
    "field": types.CompletionItemKind.Field,
    "entity": types.CompletionItemKind.Class,
    "fragment": types.CompletionItemKind.Variable,
    "key": types.CompletionItemKind.Property,
    "table": types.CompletionItemKind.Module,
    "value": types.CompletionItemKind.EnumMember,
}
_UNUSED = frozenset({"W030", "W031", "W032", "W035", "W044", "W062", "W090"})


def span(positions: Positions, start: int, end: int) -> types.Range:
    """The range of two offsets."""
    return types.Range(types.Position(*positions.of(start)), types.Position(*positions.of(end)))


def place(source: str, positions: Positions, line: int, column: int, width: int) -> types.Range:
    """The range of a problem's place, which counts from 1 in code points."""
    start = offset_of(source, line, column)
    return span(positions, start, min(start + width, len(source)))


def diagnostic(problem: Problem, source: str, positions: Positions, uri: str) -> types.Diagnostic:
    """A problem, with the reason and the advice in its message."""
    advice = problem.help.partition("\n")[0]
    label = f" ({problem.label})" if problem.label else ""
    lines = [f"{problem.title}{label}", problem.note, f"help: {advice}" if advice else ""]
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(uri, place(source, positions, other.line, other.column, other.width)),
            other.text,
        )
        for other in problem.secondary
    ]
    return types.Diagnostic(
        range=place(source, positions, problem.line, problem.column, problem.width),
        message="\n".join(filter(None, lines)),
        severity=_SEVERITY[problem.severity],
        code=problem.code,
        source="monitor",
        tags=[types.DiagnosticTag.Unnecessary] if problem.code in _UNUSED else None,
        related_information=related or None,
        data=CODES.get(problem.code),
    )


def items(
    suggestions: Iterable[Suggestion], ranged: Callable[[int, int], types.Range], *, snippets: bool
) -> list[types.CompletionItem]:
    """Suggestions; without ``snippets`` what is inserted ends where writing goes on."""
    return [_item(one, ranged(one.start, one.end), snippets=snippets) for one in suggestions]


def _item(one: Suggestion, where: types.Range, *, snippets: bool) -> types.CompletionItem:
    snippet = types.InsertTextFormat.Snippet if snippets else types.InsertTextFormat.PlainText
    text = one.insert if snippets else one.insert.split("$0")[0].replace("\\$", "$")
    return types.CompletionItem(
        label=one.label,
        kind=_KINDS[one.kind],
        detail=one.detail or None,
        documentation=markdown(one.about) if one.about else None,
        sort_text=f"{one.rank}{one.label}",
        filter_text=one.filter or None,
        insert_text_format=snippet,
        text_edit=types.TextEdit(where, text),
    )


def markdown(text: str) -> types.MarkupContent:
    """A text for people."""
    return types.MarkupContent(types.MarkupKind.Markdown, text)
