"""What is wrong with a rule file, and how it is shown: where, what, why, and the mended text."""

import unicodedata
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Label:
    """A place that matters to a problem: 1-based line and column, width in code points."""

    line: int
    column: int
    width: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong in a rule file.

    ``line`` and ``column`` count from 1, columns in code points of the file's line. ``label``
    stands at the caret, ``note`` says why, ``help`` what to write instead (its first line a
    sentence, the others the mended text).
    """

    code: str
    path: str
    line: int
    column: int
    title: str
    severity: Severity = "error"
    width: int = 1
    label: str = ""
    note: str = ""
    help: str = ""
    secondary: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is wrong in a query, as offsets into it; see Problem for the texts."""

    code: str
    at: tuple[int, int]
    title: str
    severity: Severity = "error"
    label: str = ""
    note: str = ""
    help: str = ""
    secondary: tuple[tuple[tuple[int, int], str], ...] = ()


def edited(query: str, at: tuple[int, int], new: str) -> str:
    """The query with one place rewritten."""
    return query[: at[0]] + new + query[at[1] :]


def render(problem: Problem, source_text: str, *, begins: int = 1) -> str:
    """Show a problem with its lines and carets, for people at a terminal; plain text.

    ``begins`` is the number of the first line of the text, if that is a part of a file.
    """
    lines = source_text.split("\n")
    main = Label(problem.line, problem.column, problem.width, problem.label)
    labels = [(main, "^"), *((label, "-") for label in problem.secondary)]
    shown = sorted({label.line for label, _ in labels})
    gutter = len(str(shown[-1]))
    blank = " " * gutter
    report = [
        f"{problem.severity}[{problem.code}]: {problem.title}",
        f"{blank}--> {problem.path}:{problem.line}:{problem.column}",
        f"{blank} |",
    ]
    for number in shown:
        source = lines[number - begins].rstrip("\r") if number - begins < len(lines) else ""
        report.append(f"{number:>{gutter}} | {_cells(source)}".rstrip())
        report += [
            f"{blank} | {_underline(source, label, sign)}"
            for label, sign in labels
            if label.line == number
        ]
    if problem.note:
        report.append(f"{blank} = note: {problem.note}")
    if problem.help:
        first, *mended = problem.help.rstrip().split("\n")
        report.append(f"{blank} = help: {first}")
        report += [f"{blank} |   {line}".rstrip() for line in mended]
    return "\n".join(report)


def _underline(source: str, label: Label, sign: str) -> str:
    start = label.column - 1
    pad = " " * _width(source[:start])
    marked = _width(source[start : start + label.width])
    return f"{pad}{sign * max(marked, 1)} {label.text}".rstrip()


def _cells(text: str) -> str:
    """A line as it is shown: a tab is four columns, other controls none."""
    return "".join(" " * 4 if c == "\t" else c for c in text if c == "\t" or c.isprintable())


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if character == "\t":
        return 4
    if not character.isprintable() or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
