"""Paragraphs and sentences as (start, end) offsets into the text."""

import re

_LINE = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CLOSING = "\"'”’»)\\]」』）】"
# 。！？ । ॥ ۔ end a sentence wherever they stand; the others only before a blank or a quote.
_END = re.compile(
    f"(?:[。！？｡।॥۔؟။។]+[{_CLOSING}]*"
    f"|[.!?…]+[{_CLOSING}]*(?=\\s|$)"
    r"|(?<=\w\w)[.!?](?=\w\w))"
)
_LAST_WORD = re.compile(r"[\w.]*\w(?=\W*$)")
_NEXT = re.compile(r"[^\w]*(\w)")
_USUAL = (
    "mr mrs ms dr prof sr jr st hon rev gen lt col sgt capt cmdr adm gov sen rep "
    "inc ltd co corp bros llc plc pvt vs etc al fig no nos vol pp ed eds dept est approx "
    "rs cr jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun "
    "e.g i.e u.s u.k u.n a.m p.m ph.d "
    "bzw ca evtl ggf inkl mio mrd nr usw z.b d.h "
    "mme mlle av sra srta dott sig"
)
_ABBREVIATIONS = frozenset(_USUAL.split())


def paragraphs(text: str) -> list[tuple[int, int]]:
    """The paragraphs: lines without the blanks around them; blank lines are none."""
    found = []
    for line in _LINE.finditer(text):
        shown = line.group()
        start = line.start() + len(shown) - len(shown.lstrip())
        end = line.start() + len(shown.rstrip())
        if start < end:
            found.append((start, end))
    return found


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences, without the blanks between them; none crosses a paragraph.

    They end at ``. ! ? 。 ！ ？ । ۔ ؟``, not after usual abbreviations, initials and inside
    numbers. Where a blank is missing (``India.The``) the capital tells.
    """
    return [piece for start, end in paragraphs(text) for piece in _split(text, start, end)]


def _split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found = []
    for mark in _END.finditer(text, start, end):
        if _ends(text, start, mark, end):
            found.append((start, mark.end()))
            start = mark.end()
            while start < end and text[start].isspace():
                start += 1
    if start < end:
        found.append((start, end))
    return found


def _ends(text: str, start: int, mark: re.Match[str], end: int) -> bool:
    """Whether this mark ends the sentence that began at ``start``."""
    if mark.group()[0] not in ".!?…":
        return True
    following = _NEXT.match(text, mark.end(), end)
    if following is None:
        return True
    glued = not text[mark.end()].isspace()
    if glued:
        return following.group(1).isupper() and text[mark.start() - 1].islower()
    if following.group(1).islower():
        return False
    return mark.group()[0] != "." or not _abbreviated(text[start : mark.start()])


def _abbreviated(before: str) -> bool:
    """Whether the dot after this beginning of a sentence belongs to its last word."""
    word = _LAST_WORD.search(before)
    if word is None or word.end() != len(before):
        return False
    last = word.group()
    initial = len(last) == 1 and last.isupper()
    numbering = last.isdecimal() and last == before.strip()
    return initial or numbering or last.casefold() in _ABBREVIATIONS
