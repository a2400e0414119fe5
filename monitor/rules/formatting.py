"""The canonical form of a query as its author wrote it, with comments and lines.

Operators are in capitals, fields in lower case, one blank between. What fits stands on one line,
unless its author began new lines at its operators or put comments there; else there is one line
for each part.
"""

from monitor.rules.lexemes import Kind
from monitor.rules.parsing import parse
from monitor.rules.pieces import (
    Group,
    Item,
    Piece,
    breaks_lines,
    flat,
    glues,
    head,
    is_joint,
    pieces,
    tail,
)

_WIDEST = 100
_STEP = 2


def format_query(query: str) -> str:
    """The query in its canonical form; one with errors as it is.

    It means the same, and formatting it again changes nothing. Blanks around it are left out; a
    line end that follows it stays.
    """
    if parse(query).broken:
        return query
    items, below = pieces(query)
    page = _Page()
    page.chain(items, 0, 0)
    for comment in below:
        page.turn(0)
        page.put(comment)
    ending = "\n" if "\n" in query[len(query.rstrip()) :] else ""
    return page.text() + ending


class _Page:
    """Writes items line by line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""

    def text(self) -> str:
        """All that is written."""
        return "\n".join([*self._lines, self._line]).rstrip()

    def turn(self, indent: int) -> None:
        """Begin a line, unless this one is empty."""
        if self._line.strip():
            self._lines.append(self._line.rstrip())
        self._line = " " * indent

    def put(self, text: str, *, glued: bool = True) -> None:
        """Write into the line, after a blank unless it is glued to what is before."""
        blank = "" if glued or not self._line.strip() else " "
        self._line += blank + text

    def chain(self, items: list[Item], indent: int, further: int) -> None:
        """Operands and what joins them; their lines after the first have the ``further`` indent."""
        runs = _runs(items)
        broken = _breaks(runs, items, len(self._line))
        for number, run in enumerate(runs):
            if number and broken:
                self.turn(further)
            self._run(run, further if number and broken else indent)

    def _run(self, run: list[Item], indent: int) -> None:
        """Items that stay on a line but for comments and groups too long for it."""
        glued = not self._line.strip()
        for number, item in enumerate(run):
            inner = indent + _STEP if number else indent
            if isinstance(item, Piece):
                self._piece(item, inner, glued=glued or item.kind is Kind.COMMA)
                glued = glues(item)
                continue
            rest = _until_group(run[number + 1 :])
            line = flat([item])
            if item.open_lines or len(self._line) + len(line) + len(rest) + 2 > _WIDEST:
                listed = number > 0 and head(run[number - 1]).kind is Kind.OF
                self._group(item, indent, glued=glued, listed=listed)
            else:
                self._above(item.opening, inner)
                self.put(line, glued=glued)
                self._beside(item.closing, inner)
            glued = False

    def _group(self, group: Group, indent: int, *, glued: bool, listed: bool) -> None:
        inner = indent + _STEP
        self._piece(group.opening, inner, glued=glued)
        if group.values:
            parts: list[list[Item]] = [[item] for item in group.body]
        elif listed:
            parts = _entries(group.body)
        else:
            parts = _runs(group.body)
        for part in parts:
            self.turn(inner)
            if listed:
                self.chain(part, inner, inner + _STEP)
            else:
                self._run(part, inner)
        self._above(group.closing, inner)
        self.turn(indent)
        self.put(")")
        self._beside(group.closing, indent + _STEP)

    def _piece(self, piece: Piece, indent: int, *, glued: bool) -> None:
        self._above(piece, indent)
        self.put(piece.text, glued=glued)
        self._beside(piece, indent)

    def _above(self, piece: Piece, indent: int) -> None:
        for comment in piece.above:
            self.turn(indent)
            self.put(comment)
        if piece.above:
            self.turn(indent)

    def _beside(self, piece: Piece, indent: int) -> None:
        if piece.beside:
            self._line += f"  {piece.beside}"
            self.turn(indent)


def _runs(items: list[Item]) -> list[list[Item]]:
    """The operands of a chain, each with what joins it to the one before."""
    runs: list[list[Item]] = [[]]
    before: Item | None = None
    for item in items:
        if before is not None and is_joint(item, before):
            runs.append([])
        runs[-1].append(item)
        before = item
    return runs


def _entries(items: list[Item]) -> list[list[Item]]:
    """The alternatives of a list, each with its comma."""
    entries: list[list[Item]] = [[]]
    for item in items:
        entries[-1].append(item)
        if head(item).kind is Kind.COMMA:
            entries.append([])
    return entries


def _breaks(runs: list[list[Item]], items: list[Item], column: int) -> bool:
    """Whether each operand of a chain has its own line."""
    if breaks_lines(items) or _has_comments(items):
        return True
    opened = [run for run in runs if any(isinstance(i, Group) and i.open_lines for i in run)]
    if not opened:
        return column + len(flat(items)) > _WIDEST
    prefix = flat([item for run in runs[:-1] for item in run]) + _until_group(runs[-1])
    return opened != [runs[-1]] or column + len(prefix) + 2 > _WIDEST


def _has_comments(items: list[Item]) -> bool:
    """Whether comments stand within a chain; those around it and in its groups do not count."""
    first, last = head(items[0]), tail(items[-1])
    for item in items:
        opening, closing = head(item), tail(item)
        above = opening.above and opening is not first
        beside = closing.beside and closing is not last
        if above or beside:
            return True
    return False


def _until_group(items: list[Item]) -> str:
    """What stands on the line up to the next group."""
    for number, item in enumerate(items):
        if isinstance(item, Group):
            return flat(items[:number]) + " ("
    return flat(items)
