"""How mentions lie to each other within one field: near, clear of, outside of.

Mentions are (first token, one past the last), sorted. NEAR considers all tuples of mentions, yet
never lists them: mentions of equal length are the bits of one integer, so a step from all mentions
reached so far to all that may follow is a few shifts, whatever their number. A chain of k operands
takes at most k·2^k such steps, BEFORE k.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from monitor.text import Range

Mentions = Sequence[Range]
_BLOCK = 512  # tokens
_Layout = dict[int, int]  # length → the first tokens, as bits
_Reached = dict[int, dict[int, _Layout]]  # operands used, as bits → the last of them → its mentions


def any_near(operands: Sequence[Mentions], distance: int, *, ordered: bool) -> bool:
    """Whether there is a mention of each operand, neighbours in text order near enough."""
    if not all(operands):
        return False
    base = min(mentions[0][0] for mentions in operands)
    layouts = [_layout(mentions, base) for mentions in operands]
    return _full(layouts) in _reach(layouts, distance, _order(operands, ordered=ordered))


def members(operands: Sequence[Mentions], distance: int, *, ordered: bool) -> list[Mentions]:
    """Of each operand, the mentions that take part in a tuple that is near enough."""
    if not all(operands):
        return [() for _ in operands]
    base = min(mentions[0][0] for mentions in operands)
    size = max(last for mentions in operands for _, last in mentions) - base
    layouts = [_layout(mentions, base) for mentions in operands]
    order = _order(operands, ordered=ordered)
    found = _members(layouts, distance, order, size, (_all(size), _all(size)))
    return [_pick(mentions, bits, base) for mentions, bits in zip(operands, found, strict=True)]


def covers(operands: Sequence[Mentions], distance: int, *, ordered: bool) -> list[Range]:
    """The tokens that each tuple covers, from its first mention to its last."""
    operands = members(operands, distance, ordered=ordered)
    order = _order(operands, ordered=ordered)
    found: set[Range] = set()
    for start, _, layouts in _from_each_start(operands, distance, order):
        reached = _reach(layouts, distance, order, 1).get(_full(layouts), {})
        for bits in map(_ends, reached.values()):
            found.update((start, start + end) for end in _positions(bits))
    return sorted(found)


def members_within(
    operands: Sequence[Mentions], distance: int, chosen: Iterable[Range], *, ordered: bool
) -> list[Mentions]:
    """Of each operand, the mentions of those tuples that cover one of the chosen ranges."""
    operands = members(operands, distance, ordered=ordered)
    order = _order(operands, ordered=ordered)
    endings: dict[int, list[int]] = {}
    for start, end in chosen:
        endings.setdefault(start, []).append(end - start)
    found: list[set[Range]] = [set() for _ in operands]
    for start, size, layouts in _from_each_start(operands, distance, order):
        ends = [end for end in endings.get(start, ()) if end <= size]
        if ends:
            closing = sum(1 << (size - end) for end in ends)
            bits = _members(layouts, distance, order, size, (1, closing))
            for label, layout in enumerate(bits):
                found[label] |= {
                    (start + first, start + first + length)
                    for length, starts in layout.items()
                    for first in _positions(starts)
                }
    return [sorted(mentions) for mentions in found]


def closest(operands: Sequence[Mentions], *, ordered: bool) -> int | None:
    """The least distance at which there is a tuple; None if there is none at any."""
    if not all(operands):
        return None
    low, high = 0, max(last for mentions in operands for _, last in mentions)
    if not any_near(operands, high, ordered=ordered):
        return None
    while low < high:
        middle = (low + high) // 2
        if any_near(operands, middle, ordered=ordered):
            high = middle
        else:
            low = middle + 1
    return low


def clear_of(mentions: Mentions, others: Mentions, distance: int) -> list[Range]:
    """The mentions with none of the others overlapping or within the distance."""
    firsts = [first for first, _ in others]
    reaching = list(accumulate((last for _, last in others), max))
    return [
        (first, last)
        for first, last in mentions
        if not (at := bisect_right(firsts, last + distance)) or reaching[at - 1] < first - distance
    ]


def outside_of(mentions: Mentions, masks: Mentions) -> list[Range]:
    """The mentions that do not lie inside a mask."""
    firsts = [first for first, _ in masks]
    reaching = list(accumulate((last for _, last in masks), max))
    return [
        (first, last)
        for first, last in mentions
        if not (at := bisect_right(firsts, first)) or reaching[at - 1] < last
    ]


def disjoint(mentions: Iterable[Range]) -> list[Range]:
    """The mentions without overlaps: the leftmost, and of these the longest, wins."""
    kept: list[Range] = []
    for first, last in sorted(mentions, key=lambda place: (place[0], -place[1])):
        if not kept or first >= kept[-1][1]:
            kept.append((first, last))
    return kept


# --- mentions as bits


def _layout(mentions: Mentions, base: int) -> _Layout:
    layout: _Layout = {}
    for first, last in mentions:
        layout[last - first] = layout.get(last - first, 0) | 1 << (first - base)
    return layout


def _pick(mentions: Mentions, layout: _Layout, base: int) -> list[Range]:
    return [
        (first, last)
        for first, last in mentions
        if layout.get(last - first, 0) >> (first - base) & 1
    ]


def _all(size: int) -> int:
    return (1 << (size + 1)) - 1


def _full(layouts: Sequence[_Layout]) -> int:
    return (1 << len(layouts)) - 1


def _ends(layout: _Layout) -> int:
    ends = 0
    for length, starts in layout.items():
        ends |= starts << length
    return ends


def _positions(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _spread(bits: int, distance: int) -> int:
    """Each bit, and the bits up to ``distance`` places after it."""
    done = 0
    while done < distance:
        step = min(done + 1, distance - done)
        bits |= bits << step
        done += step
    return bits


def _mirrored(layout: _Layout, size: int) -> _Layout:
    """The mentions as read from the end of a text of ``size`` tokens; its own inverse."""
    return {
        length: int(format(starts, f"0{size}b")[::-1], 2) >> (length - 1)
        for length, starts in layout.items()
    }


# --- chains


def _order(operands: Sequence[Mentions], *, ordered: bool) -> tuple[int, ...]:
    """The operands in the order in which they must come; empty if any will do."""
    return tuple(range(len(operands))) if ordered else ()


def _reach(
    layouts: Sequence[_Layout], distance: int, order: tuple[int, ...], opening: int = -1
) -> _Reached:
    """What chains can be begun with, within the ``opening`` bits, and then led on to."""
    level: _Reached = {}
    for label in order[:1] or range(len(layouts)):
        _add(level, 0, label, layouts[label], opening)
    reached = dict(level)
    for depth in range(1, len(layouts)):
        following: _Reached = {}
        for used, lasts in level.items():
            ends = 0
            for layout in lasts.values():
                ends |= _ends(layout)
            allowed = _spread(ends, distance)
            for label in order[depth : depth + 1] or range(len(layouts)):
                if not used >> label & 1:
                    _add(following, used, label, layouts[label], allowed)
        reached |= following
        level = following
    return reached


def _add(reached: _Reached, used: int, label: int, layout: _Layout, allowed: int) -> None:
    """Lead chains of the ``used`` operands on to the mentions of another that are allowed."""
    found = {length: starts & allowed for length, starts in layout.items() if starts & allowed}
    if found:
        reached.setdefault(used | 1 << label, {})[label] = found


def _members(
    layouts: Sequence[_Layout],
    distance: int,
    order: tuple[int, ...],
    size: int,
    openings: tuple[int, int],
) -> list[_Layout]:
    """Of each operand, what whole chains pass: reached both from the start and from the end."""
    forward = _reach(layouts, distance, order, openings[0])
    mirrored = [_mirrored(layout, size) for layout in layouts]
    backward = _reach(mirrored, distance, order[::-1], openings[1])
    full = _full(layouts)
    found: list[_Layout] = [{} for _ in layouts]
    for used, lasts in forward.items():
        for label, layout in lasts.items():
            behind = backward.get(full ^ used | 1 << label, {}).get(label, {})
            for length, starts in _mirrored(behind, size).items():
                both = starts & layout.get(length, 0)
                found[label][length] = found[label].get(length, 0) | both
    return found


def _from_each_start(
    operands: Sequence[Mentions], distance: int, order: tuple[int, ...]
) -> Iterator[tuple[int, int, list[_Layout]]]:
    """Each token that a chain may begin with, and the mentions within its reach, from there."""
    if not all(operands):
        return
    layouts = [_layout(mentions, 0) for mentions in operands]
    size = sum(max(layout) for layout in layouts) + distance * (len(layouts) - 1)
    beginning = [operands[label] for label in order[:1] or range(len(operands))]
    base, block = 0, layouts
    for start in sorted({first for mentions in beginning for first, _ in mentions}):
        if start >= base + _BLOCK or block is layouts:  # long integers are cut rarely
            base, block = start, [_cut(layout, start, size + _BLOCK) for layout in layouts]
        near = [_cut(layout, start - base, size) for layout in block]
        if all(near):
            yield start, size, near


def _cut(layout: _Layout, start: int, size: int) -> _Layout:
    """The mentions from a token on that end within so many tokens, counted from there."""
    reach = _all(size)
    return {
        length: inside
        for length, starts in layout.items()
        if (inside := starts >> start & reach >> length)
    }
