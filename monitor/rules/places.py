"""Where keys and texts stand in a TOML file.

tomllib gives values without places. This scanner walks a source that tomllib has accepted, so it
may take validity for granted, and notes where each key begins and, for every text, where each of
its characters stands in the file, whatever quotes and escapes were used.
"""

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""Keys and indexes down to a value: ``("rule", 0, "query")``."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[ \t]*\n\s*|.)")


@dataclass(slots=True)
class Places:
    """Offsets into a TOML source.

    ``keys``: path → where the key (of an element: the value; of a table: its header) begins.
    ``texts``: path of a text → offset of each character, and of the closing quote at the end.
    """

    source: str
    keys: dict[Path, int] = field(default_factory=dict)
    texts: dict[Path, Sequence[int]] = field(default_factory=dict)
    _lines: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines = [0, *(found.end() for found in re.finditer("\n", self.source))]

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """1-based line, and column in code points."""
        line = bisect.bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def nearest(self, path: Path) -> int:
        """Where a path begins, or the closest thing around it that the file has."""
        while path and path not in self.keys:
            path = path[:-1]
        return self.keys.get(path, 0)


def locate(source: str) -> Places:
    """Scan a valid TOML source with ``\\n`` as line ends."""
    scanner = _Scanner(source)
    scanner.document()
    return scanner.places


class _Scanner:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.places = Places(source)
        self.tables: dict[Path, int] = {}  # arrays of tables → how many so far

    def document(self) -> None:
        base: Path = ()
        self.skip()
        while self.at < len(self.source):
            if self.source[self.at] == "[":
                base = self.header()
            else:
                self.pair(base)
            self.skip()

    def skip(self) -> None:
        """Go over blanks, line ends and comments."""
        found = _BLANK.match(self.source, self.at)
        assert found is not None  # it matches nothing, too
        self.at = found.end()

    def header(self) -> Path:
        start = self.at
        many = self.source.startswith("[[", start)
        self.at += 2 if many else 1
        self.skip()
        parts = self.key()
        self.skip()
        self.at += 2 if many else 1
        path: Path = ()
        for part in parts[:-1]:
            path = self.current((*path, part))
            self.places.keys.setdefault(path, start)
        path = (*path, parts[-1])
        if many:
            self.tables[path] = self.tables.get(path, 0) + 1
            self.places.keys.setdefault(path, start)
            path = self.current(path)
        self.places.keys[path] = start
        return path

    def current(self, path: Path) -> Path:
        """The path, down to the latest element if it is an array of tables."""
        return (*path, self.tables[path] - 1) if path in self.tables else path

    def key(self) -> list[str]:
        parts = []
        while True:
            if self.source[self.at] in "\"'":
                offsets = self.text()
                parts.append("".join(self.source[at] for at in offsets[:-1]))
            else:
                found = _BARE.match(self.source, self.at)
                assert found is not None
                parts.append(found.group())
                self.at = found.end()
            dot = _DOT.match(self.source, self.at)
            if dot is None:
                return parts
            self.at = dot.end()

    def pair(self, base: Path) -> None:
        start = self.at
        path = base
        for part in self.key():
            path = (*path, part)
            self.places.keys.setdefault(path, start)
        self.skip()
        self.at += 1  # the equals sign
        self.skip()
        self.value(path)

    def value(self, path: Path) -> None:
        first = self.source[self.at]
        if first in "\"'":
            self.places.texts[path] = self.text()
        elif first == "[":
            self.array(path)
        elif first == "{":
            self.inline_table(path)
        else:
            found = _SCALAR.match(self.source, self.at)
            assert found is not None
            self.at = found.end()

    def array(self, path: Path) -> None:
        self.at += 1
        self.skip()
        index = 0
        while self.source[self.at] != "]":
            self.places.keys[(*path, index)] = self.at
            self.value((*path, index))
            self.skip()
            if self.source[self.at] == ",":
                self.at += 1
                self.skip()
            index += 1
        self.at += 1

    def inline_table(self, path: Path) -> None:
        self.at += 1
        self.skip()
        while self.source[self.at] != "}":
            self.pair(path)
            self.skip()
            if self.source[self.at] == ",":
                self.at += 1
                self.skip()
        self.at += 1

    def text(self) -> Sequence[int]:
        """Go over a text in quotes; the offset of each of its characters, and of its end."""
        quote = self.source[self.at]
        if not self.source.startswith(quote * 3, self.at):
            self.at += 1
            return self.characters(quote, escapes=quote == '"')
        self.at += 3
        if self.source.startswith("\n", self.at):
            self.at += 1
        return self.characters(quote * 3, escapes=quote == '"')

    def characters(self, closing: str, *, escapes: bool) -> Sequence[int]:
        end = self.source.index(closing, self.at)
        if escapes and self.source.find("\\", self.at, end) >= 0:
            return self.escaped(closing)
        while len(closing) == 3 and self.source.startswith(closing[0], end + 3):
            end += 1  # up to two quotes may stand right before the closing ones
        offsets = range(self.at, end + 1)
        self.at = end + len(closing)
        return offsets

    def escaped(self, closing: str) -> Sequence[int]:
        """The offsets of a text in which a character may be written with several."""
        offsets = []
        while not self.source.startswith(closing, self.at):
            width = 1
            if self.source[self.at] == "\\":
                found = _ESCAPE.match(self.source, self.at)
                assert found is not None
                width = found.end() - found.start()
                if "\n" in found.group():  # a line continued: stands for nothing
                    self.at += width
                    continue
            offsets.append(self.at)
            self.at += width
        while len(closing) == 3 and self.source.startswith(closing[0], self.at + 3):
            offsets.append(self.at)
            self.at += 1
        end = self.at
        self.at += len(closing)
        return (*offsets, end)
