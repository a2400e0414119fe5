"""The keys by which an entry is known again, whatever its feed does to it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations

from monitor.model import Entry
from monitor.text import fold
from monitor.urls import canonical, is_home


@dataclass(frozen=True, slots=True)
class _Identity:
    """What tells an entry from others."""

    guid: str
    url: str
    title: str
    dated: str

    def same(self, other: "_Identity") -> bool:
        """Whether both are one entry listed twice: they agree in two of guid, address, title."""
        pairs = ((self.guid, other.guid), (self.url, other.url), (self.title, other.title))
        return sum(bool(mine) and mine == theirs for mine, theirs in pairs) >= 2


def entry_keys(source: str, entries: Sequence[Entry]) -> tuple[tuple[str, ...], ...]:
    """For each entry its keys; an entry is seen as soon as one of them is known.

    ``guid:SOURCE:GUID``, ``url:ADDRESS`` (canonical, shared by all sources) and, for dated
    entries, ``title:SOURCE:FOLDED TITLE|DATE``. A key that different entries of this document
    share identifies none of them and is left out: guids that are all alike, links that all lead to
    one page. An entry is never left without a key.
    """
    identities = [_identity(entry) for entry in entries]
    keys = [_keys(source, identity) for identity in identities]
    holders: dict[str, list[_Identity]] = defaultdict(list)
    for identity, own in zip(identities, keys, strict=True):
        for key in own:
            holders[key].append(identity)
    useless = {key for key, held in holders.items() if not _all_one(held)}
    return tuple(
        tuple(key for key in own if key not in useless) or (_last_key(source, identity),)
        for identity, own in zip(identities, keys, strict=True)
    )


def _all_one(identities: list[_Identity]) -> bool:
    pairs = combinations(dict.fromkeys(identities), 2)
    return all(one.same(other) for one, other in pairs)


def _identity(entry: Entry) -> _Identity:
    dated = entry.published.isoformat() if entry.published else ""
    return _Identity(entry.id or "", canonical(entry.url), fold(entry.title), dated)


def _keys(source: str, identity: _Identity) -> tuple[str, ...]:
    keys = []
    if identity.guid:
        keys.append(f"guid:{source}:{identity.guid}")
    # A link to the front page is no link to an article.
    if identity.url and not is_home(identity.url):
        keys.append(f"url:{identity.url}")
    if identity.dated and identity.title:
        keys.append(f"title:{source}:{identity.title}|{identity.dated}")
    return tuple(keys)


def _last_key(source: str, identity: _Identity) -> str:
    """All that is known together, where no part of it identifies the entry alone."""
    parts = "\n".join((identity.guid, identity.url, identity.title, identity.dated))
    digest = blake2b(parts.encode("utf-8", "replace"), digest_size=16)
    return f"entry:{source}:{digest.hexdigest()}"
