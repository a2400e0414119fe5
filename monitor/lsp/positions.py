"""Offsets into a text, and positions as editors count them."""

import re
from bisect import bisect_right

_LINE_END = re.compile(r"\r\n|\n|\r")


class Positions:
    """Turns offsets into (line, character), both from 0, and back.

    ``encoding`` says what a character is: a unit of UTF-16, as the protocol asks, or what else an
    editor agreed on (utf-8, utf-32).
    """

    def __init__(self, source: str, encoding: str = "utf-16") -> None:
        self._source = source
        self._encoding = encoding
        ends = list(_LINE_END.finditer(source))
        self._starts = [0, *(end.end() for end in ends)]
        self._ends = [*(end.start() for end in ends), len(source)]

    def of(self, offset: int) -> tuple[int, int]:
        """The line and character of an offset."""
        line = bisect_right(self._starts, min(max(offset, 0), len(self._source))) - 1
        return line, self._units(self._source[self._starts[line] : offset])

    def offset(self, line: int, character: int) -> int:
        """The offset of a position; the nearest there is, if it lies outside the text."""
        if line >= len(self._starts):
            return len(self._source)
        at, end = self._starts[line], self._ends[line]
        while at < end and character > 0:
            character -= self._units(self._source[at])
            at += 1
        return at

    def _units(self, text: str) -> int:
        if self._encoding == "utf-32":
            return len(text)
        if self._encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
