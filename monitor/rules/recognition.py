"""Entities in an article: which of their names count."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.rules.conditions import Term
from monitor.rules.entities import Entities, Profile
from monitor.rules.proximity import clear_of, outside_of
from monitor.text import Pattern, Range

Found = tuple[Sequence[Range], ...]
"""Mentions by field, sorted: (first token, one past the last)."""
Find = Callable[[Pattern], Found]


@dataclass(frozen=True, slots=True)
class Sightings:
    """An entity's names in one article before other entities are looked at.

    ``masked`` are those that do not count because they lie inside an exception.
    """

    strong: Found
    weak: Found
    masked: Found
    supported: bool

    @property
    def counted(self) -> Found:
        """The names that count."""
        return _union((self.strong, self.weak)) if self.supported else self.strong


def recognise(entities: Entities, find: Find) -> dict[str, Found]:
    """The mentions of all entities; where names overlap, the leftmost, then the longest wins.

    Equal names of several entities count for each.
    """
    counted = {slug: sight(profile, find).counted for slug, profile in entities.items()}
    fields = [_winners(counted, number) for number in range(len(find(())))]
    seen = {slug for field in fields for slug in field}
    return {slug: tuple(field.get(slug, ()) for field in fields) for slug in seen}


def sight(profile: Profile, find: Find) -> Sightings:
    """Which names of an entity stand in an article, and whether its weak ones are supported."""
    strong, weak = _all(profile.names, find), _all(profile.weak, find)
    masked: Found = tuple(() for _ in strong)
    if profile.masks and (any(strong) or any(weak)):
        masks = _all(profile.masks, find)
        kept = [_each(outside_of, names, masks) for names in (strong, weak)]
        gone = _union((_each(_without, strong, kept[0]), _each(_without, weak, kept[1])))
        strong, weak, masked = kept[0], kept[1], gone
    supported = any(strong) or (any(weak) and _in_context(profile, weak, find))
    return Sightings(strong, weak, masked, supported)


def _in_context(profile: Profile, weak: Found, find: Find) -> bool:
    """Whether a context word overlaps a weak name or stands near enough."""
    context = _all(profile.context, find)
    return any(
        len(clear_of(names, words, profile.within)) < len(names)
        for names, words in zip(weak, context, strict=True)
    )


def _winners(counted: Mapping[str, Found], field: int) -> dict[str, list[Range]]:
    candidates = sorted(
        (first, -last, slug) for slug, found in counted.items() for first, last in found[field]
    )
    winners: dict[str, list[Range]] = {}
    taken = (-1, 0)
    for first, negative_last, slug in candidates:
        place = (first, -negative_last)
        if first >= taken[1] or place == taken:
            winners.setdefault(slug, []).append(place)
            taken = place
    return winners


def _all(names: Iterable[Term], find: Find) -> Found:
    """The mentions of any of the names."""
    return _union([found for name in names if any(found := find(name.pattern))], find(()))


def _union(found: Sequence[Found], nothing: Found = ((), (), ())) -> Found:
    if len(found) < 2:
        return found[0] if found else nothing
    return tuple(sorted(set().union(*field)) for field in zip(*found, strict=True))


def _each(
    keep: Callable[[Sequence[Range], Sequence[Range]], Sequence[Range]], left: Found, right: Found
) -> Found:
    return tuple(keep(*field) for field in zip(left, right, strict=True))


def _without(mentions: Sequence[Range], others: Sequence[Range]) -> list[Range]:
    kept = set(others)
    return [mention for mention in mentions if mention not in kept]
