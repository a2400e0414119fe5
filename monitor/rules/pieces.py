"""A query in pieces, for writing it anew: each in its canonical form, with its comments."""

import re
from dataclasses import dataclass, field

from monitor.rules.lexemes import META, NEARNESS, OPERATORS, Kind, Lexeme, lex

_COMMENT = re.compile(r"//[^\n]*")


@dataclass(slots=True)
class Piece:
    """A lexeme as it is to be written.

    ``above``: comments on lines of their own before it; ``beside``: the one after it on its line;
    ``fresh``: it began a line.
    """

    kind: Kind
    text: str
    above: list[str] = field(default_factory=list)
    beside: str = ""
    fresh: bool = False

    @property
    def commented(self) -> bool:
        """Whether a comment stands before or after it."""
        return bool(self.above or self.beside)


@dataclass(slots=True)
class Group:
    """What stands between parentheses.

    ``values``: they belong to a field such as ``source:``. ``open_lines``: comments or its author's
    line breaks ask for a line for each part.
    """

    opening: Piece
    body: list["Piece | Group"]
    closing: Piece
    values: bool = False
    open_lines: bool = False


Item = Piece | Group
_WITHOUT_BLANK = frozenset({Kind.FIELD, Kind.COUNT, Kind.EQUALS, Kind.OPEN})


def pieces(query: str) -> tuple[list[Item], list[str]]:
    """The items of a query without errors, and the comments below the last of them."""
    flat: list[Piece] = []
    end = 0
    for lexeme in lex(query).lexemes:
        piece = Piece(lexeme.kind, _canonical(query, lexeme))
        piece.above = _comments(query[end : lexeme.at[0]], flat)
        piece.fresh = "\n" in query[end : lexeme.at[0]]
        if lexeme.kind is Kind.NOT_NEAR:  # written apart
            piece.above += map(str.rstrip, _COMMENT.findall(query[slice(*lexeme.at)]))
        flat.append(piece)
        end = lexeme.at[1]
    return _grouped(flat), _comments(query[end:], flat)


def _comments(gap: str, before: list[Piece]) -> list[str]:
    """The comments between two lexemes; one on the line of the first is given to that."""
    lines = [found.group().rstrip() for found in map(_COMMENT.search, gap.split("\n")) if found]
    if lines and before and _COMMENT.search(gap.partition("\n")[0]):
        before[-1].beside = lines.pop(0)
    return lines


def _canonical(query: str, lexeme: Lexeme) -> str:
    written = query[slice(*lexeme.at)]
    if lexeme.kind in NEARNESS:
        return f"{lexeme.kind}/{int(lexeme.text)}"
    if lexeme.kind in OPERATORS:
        return str(lexeme.kind)
    match lexeme.kind:
        case Kind.OF:
            return f"{int(lexeme.text)} OF"
        case Kind.FIELD | Kind.COUNT:
            return written.lower()
        case Kind.COMMA:
            return ","
        case Kind.VALUE if written.upper() in (Kind.AND, Kind.OR, Kind.NOT):
            return f'"{written}"'
        case _:
            return written


def _grouped(flat: list[Piece]) -> list[Item]:
    """Pieces put into the parentheses around them."""
    top: list[Item] = []
    bodies = [top]
    openings: list[Piece] = []
    for piece in flat:
        body = bodies[-1]
        if piece.kind is Kind.OPEN:
            openings.append(piece)
            bodies.append([])
        elif piece.kind is Kind.CLOSE:
            inner = bodies.pop()
            outer = bodies[-1]
            values = bool(outer) and head(outer[-1]).text[:-1] in META
            outer.append(_group(openings.pop(), inner, piece, values=values))
        elif piece.kind is Kind.EQUALS and _counted(body):
            piece.kind, piece.text = Kind.COMPARE, "=="
            body.append(piece)
        else:
            body.append(piece)
    return top


def _counted(body: list[Item]) -> bool:
    return len(body) > 1 and isinstance(body[-1], Group) and head(body[-2]).kind is Kind.COUNT


def _group(opening: Piece, body: list[Item], closing: Piece, *, values: bool) -> Group:
    if values or any(head(item).kind is Kind.COMMA for item in body):
        body = _separated(body, closing, comma=not values)
    comments = bool(opening.beside or closing.above)
    breaks = bool(body) and (head(body[0]).fresh or closing.fresh)
    nested = any(isinstance(item, Group) and item.open_lines for item in body)
    lines = comments or breaks or nested or any(map(_is_commented, body)) or breaks_lines(body)
    return Group(opening, body, closing, values, lines)


def _is_commented(item: Item) -> bool:
    return head(item).commented if isinstance(item, Piece) else outside(item)


def outside(group: Group) -> bool:
    """Whether a comment stands right before or after a group."""
    return bool(group.opening.above or group.closing.beside)


def breaks_lines(body: list[Item]) -> bool:
    """Whether its author began a new line at an operator or comma."""
    before: Item | None = None
    for item in body:
        joint = is_joint(item, before)
        after = before is not None and head(before).kind in (Kind.AND, Kind.OR, Kind.COMMA)
        value = head(item).kind is Kind.VALUE
        if before is not None and head(item).fresh and (joint or after or value):
            return True
        before = item
    return False


def is_joint(item: Item, before: Item | None) -> bool:
    """Whether an item joins what follows to what is before."""
    kind = head(item).kind
    if kind is Kind.NOT:
        return before is not None and head(before).kind not in (Kind.AND, Kind.OR, Kind.COMMA)
    return kind in (Kind.AND, Kind.OR)


def head(item: Item) -> Piece:
    """The first piece of an item."""
    return item if isinstance(item, Piece) else item.opening


def tail(item: Item) -> Piece:
    """The last piece of an item."""
    return item if isinstance(item, Piece) else item.closing


def _separated(body: list[Item], closing: Piece, *, comma: bool) -> list[Item]:
    """The items without what separates them, or with one comma between each and the next.

    No comment is lost: it stays beside the comma if it is the only one there, else it goes above
    what follows.
    """
    kept: list[Item] = []
    separators: list[Piece] = []
    for item in [*body, closing]:
        piece = head(item)
        if piece.kind is Kind.COMMA or (piece.kind is Kind.OR and not comma):
            separators.append(piece)
            continue
        if separators:
            between = Piece(Kind.COMMA, ",")
            before = tail(kept[-1]) if kept else None
            stays = comma and before is not None and piece is not closing
            _keep_comments(before, separators, piece, between if stays else before)
            kept += [between] if stays else []
            separators = []
        kept.append(item)
    return kept[:-1]


def _keep_comments(
    before: Piece | None, separators: list[Piece], after: Piece, home: Piece | None
) -> None:
    """Give the comments at separators to ``home``, or if there are several to what follows."""
    comments = [before.beside] if before and before.beside else []
    for piece in separators:
        comments += [*piece.above, *([piece.beside] if piece.beside else [])]
    if before is not None:
        before.beside = ""
    if home is not None and len(comments) == 1 and not any(piece.above for piece in separators):
        home.beside = comments[0]
    else:
        after.above[:0] = comments


def flat(items: list[Item]) -> str:
    """Items on one line, without their comments."""
    line = ""
    glued = True
    for item in items:
        inner = item.text if isinstance(item, Piece) else f"({flat(item.body)})"
        blank = "" if glued or head(item).kind is Kind.COMMA else " "
        line += blank + inner
        glued = isinstance(item, Piece) and glues(item)
    return line


def glues(piece: Piece) -> bool:
    """Whether what follows stands right after it."""
    return piece.kind in _WITHOUT_BLANK
