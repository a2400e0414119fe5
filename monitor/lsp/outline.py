"""A TOML text in pieces, also while it is being typed and is no TOML yet.

Nothing here raises: what cannot be understood is passed over, and reading goes on at the next line
that looks like a key or a header.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

Path = tuple[str, ...]


class Kind(StrEnum):
    """What a piece is."""

    COMMENT = "comment"
    HEADER = "header"
    KEY = "key"
    TEXT = "text"
    SCALAR = "scalar"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a TOML text.

    ``path``: the names down to it; of a header its table, without counting rows. ``header``: where
    the header of its table begins, -1 above the first. ``inner``: a text without its quotes, a
    header without its brackets. ``closed``: whether quotes or brackets are closed, and a key has
    its equals sign.
    """

    kind: Kind
    start: int
    end: int
    path: Path
    header: int
    inner: tuple[int, int]
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """A text without quotes and escapes; ``offsets`` say where its characters and its end stand."""

    value: str
    offsets: tuple[int, ...]

    def index(self, offset: int) -> int:
        """Which character stands at an offset."""
        return max(bisect_right(self.offsets, offset) - 1, 0)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is being written at a place.

    ``kind``: COMMENT, HEADER, KEY (also where one may begin), TEXT or SCALAR (also where a value
    may begin), None behind a value. ``path`` is the table's for a key, else the key's. ``start``:
    where what is being written begins.
    """

    kind: Kind | None
    path: Path
    header: int
    start: int


_SPACE = re.compile(r"\s*")
_BLANK = re.compile(r"[^\S\n]*")
_COMMENT = re.compile(r"#[^\n]*")
_HEADER = re.compile(r"\[\[?(?P<inner>[^\]\n#]*)(?P<close>\]{0,2})")
_KEY = re.compile(r"""(?P<inner>(?:"[^"\n]*"|'[^'\n]*'|[^=\n#])*)(?P<close>=?)""")
_TEXTS = (
    re.compile(r"'''\n?(?P<inner>[\s\S]*?)(?P<close>'''(?!')|\Z)"),
    re.compile(r'"""\n?(?P<inner>(?:\\[\s\S]|\\\Z|[^\\])*?)(?P<close>"""(?!")|\Z)'),
    re.compile(r"'(?P<inner>[^'\n]*)(?P<close>'?)"),
    re.compile(r'"(?P<inner>(?:\\.|\\\Z|[^"\\\n])*)(?P<close>"?)'),
)
_SCALAR = re.compile(r"""[^\s,\[\]{}#"']+""")
_STATEMENT = re.compile(r"[^\S\n]*(?:\[\[?[\w.-]+\]|[\w-]+[^\S\n]*=(?![=~]))")
_NAME = re.compile(r"""\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^.\s"']+))\s*\.?""")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\n\s*|[\s\S])")
_MEANT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "e": "\x1b"}


@lru_cache(maxsize=256)
def outline(source: str) -> tuple[Piece, ...]:
    """All pieces of a text, in their order."""
    return tuple(_Scanner(source).pieces)


def piece_at(source: str, offset: int) -> Piece | None:
    """The piece that an offset lies in, or else touches."""
    touching = [piece for piece in outline(source) if piece.start <= offset <= piece.end]
    return touching[-1] if touching else None


def cursor(source: str, offset: int) -> Cursor:
    """What is being written at an offset; all behind it does not count."""
    scanner = _Scanner(source[:offset])
    table, header = scanner.table, scanner.header
    last = scanner.pieces[-1] if scanner.pieces else None
    if last is not None and last.end == offset:
        if last.kind is Kind.COMMENT or (not last.closed and last.kind is not Kind.KEY):
            return Cursor(last.kind, last.path, last.header, last.inner[0])
        if last.kind is Kind.KEY and not last.closed:
            return Cursor(Kind.KEY, table, header, last.inner[0])
        if last.kind is Kind.SCALAR:
            return Cursor(Kind.SCALAR, last.path, last.header, last.start)
    if not scanner.in_value:
        fresh = last is None or "\n" in source[last.end : offset]
        return Cursor(Kind.KEY if fresh else None, table, header, offset)
    return Cursor(None if scanner.done else Kind.SCALAR, scanner.path, header, offset)


def read_text(source: str, piece: Piece) -> Text:
    """What a text says; escapes that there are not stand for their character."""
    start, end = piece.inner
    raw = source[start:end]
    if source[piece.start] != '"' or "\\" not in raw:
        return Text(raw, tuple(range(start, end + 1)))
    characters, offsets, at = [], [], start
    while at < end:
        found = _ESCAPE.match(source, at, end)
        width = len(found.group()) if found else 1
        meant = _unescaped(found.group()) if found else source[at]
        if meant:
            characters.append(meant)
            offsets.append(at)
        at += width
    return Text("".join(characters), (*offsets, end))


def _unescaped(escape: str) -> str:
    if escape[1] in "uU" and len(escape) > 2:
        code = int(f"0x{escape[2:]}", 0)
        return chr(code) if code < 0x110000 else "\N{REPLACEMENT CHARACTER}"
    return "" if "\n" in escape else _MEANT.get(escape[1], escape[1])


def _names(written: str) -> Path:
    """The parts of a dotted key."""
    return tuple(
        found[1] or found[2] or found[3] or "" for found in _NAME.finditer(written) if found.group()
    )


class _Scanner:
    """Reads a text from its beginning; afterwards it says where it stands."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[Piece] = []
        self.table: Path = ()
        self.header = -1
        self.path: Path = ()
        self.in_value = False
        self.done = False  # a value that is no list or table has been read
        self._depth = 0
        while self.at < len(source):
            if self.in_value:
                self._value()
            else:
                self._statement()

    def _statement(self) -> None:
        self._skip(_SPACE)
        sign = self.source[self.at : self.at + 1]
        if sign == "#":
            self._comment()
        elif sign == "[":
            self._header()
        elif sign:
            self._key()

    def _header(self) -> None:
        found = _HEADER.match(self.source, self.at)
        assert found is not None  # it begins with a bracket
        self.table, self.header = _names(found["inner"]), self.at
        self.path = self.table
        wanted = 2 if found.group().startswith("[[") else 1
        self._take(Kind.HEADER, found, closed=len(found["close"]) >= wanted)

    def _key(self) -> None:
        found = _KEY.match(self.source, self.at)
        assert found is not None  # it may be empty
        self.path = (*self.table, *_names(found["inner"]))
        if found["close"]:
            self.in_value, self.done, self._depth = True, False, 0
        if found.group():
            self._take(Kind.KEY, found, closed=bool(found["close"]))

    def _comment(self) -> None:
        found = _COMMENT.match(self.source, self.at)
        assert found is not None
        self._add(Kind.COMMENT, found.end(), found.span(), closed=True)

    def _value(self) -> None:
        self._skip(_BLANK)
        sign = self.source[self.at : self.at + 1]
        if sign == "\n":
            self._line_end()
        elif sign == "#":
            self._comment()
        elif sign and sign in "\"'":
            self._text()
        elif sign and sign in "[]{},":
            self._depth += (sign in "[{") - (sign in "]}")
            self.done = self._depth <= 0
            self.at += 1
        elif sign:
            self._scalar()

    def _line_end(self) -> None:
        """A value ends with its line, or where an unclosed list is followed by a statement."""
        self.at += 1
        if self._depth <= 0 or _STATEMENT.match(self.source, self.at):
            self.in_value = False

    def _text(self) -> None:
        found = next(found for style in _TEXTS if (found := style.match(self.source, self.at)))
        self.done = self._depth <= 0
        self._take(Kind.TEXT, found, closed=bool(found["close"]))

    def _scalar(self) -> None:
        found = _SCALAR.match(self.source, self.at)
        end = found.end() if found else self.at + 1
        self.done = self._depth <= 0
        self._add(Kind.SCALAR, end, (self.at, end), closed=True)

    def _skip(self, blank: re.Pattern[str]) -> None:
        found = blank.match(self.source, self.at)
        self.at = found.end() if found else self.at

    def _take(self, kind: Kind, found: re.Match[str], *, closed: bool) -> None:
        self._add(kind, found.end(), found.span("inner"), closed=closed)

    def _add(self, kind: Kind, end: int, inner: tuple[int, int], *, closed: bool) -> None:
        path = self.path
        self.pieces.append(Piece(kind, self.at, end, path, self.header, inner, closed))
        self.at = end
