"""The catalogue: everything that rules look for, each thing once, as numbered nodes.

A node is a form of one token, a phrase (or the beginning of one), an entity, or a value of the
metadata. Phrases are a trie over forms: ``steps`` leads from the node of a phrase's beginning and
the next form to the node of both. So terms that a thousand rules share are looked for once, and
``@openai``, whatever the number of its aliases, is one node to every rule that names it. A node
within the title alone is a node of its own, the *twin* of the other.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.rules.conditions import Meta
from monitor.rules.engine.columns import Column
from monitor.rules.engine.facts import Facts
from monitor.rules.engine.lexicon import Lexicon
from monitor.rules.engine.rarity import guess_of_form, guess_of_value
from monitor.rules.engine.steps import Steps
from monitor.rules.entities import Entities, Profile
from monitor.text import Pattern

MOST_PATHS = 32  # ways to write one phrase; what has more is looked for by its first word alone


@dataclass(frozen=True, slots=True)
class Placed:
    """The nodes of a pattern, any one of which is a mention of it.

    ``doubts`` are nodes that make mentions doubtful, since case may not count where they stand.
    ``sure``: there are none, and the nodes are the whole pattern.
    """

    nodes: tuple[int, ...]
    doubts: tuple[int, ...] = ()
    whole: bool = True

    @property
    def sure(self) -> bool:
        """Whether a node in an article is always a mention."""
        return self.whole and not self.doubts


class Catalogue:
    """Numbers what rules look for. Node 0 is nothing."""

    def __init__(self, entities: Entities) -> None:
        self.lexicon = Lexicon()
        self.facts = Facts()
        self.steps = Steps()
        self.leads, self.follows = Column(bool), Column(bool)  # begins, continues phrases
        self.twins = Column("i8")  # node within the title; 0 if no rule asks
        self.named = Column(bool)  # is a name of an entity
        self.shares = array("d")  # of all articles, the share that has it, about
        self.named_by: dict[int, list[int]] = {}  # node of a name → nodes of its entities
        self.slugs: dict[int, str] = {}
        self._entities: dict[str, int] = {}
        self._forms: dict[str, int] = {}
        self._doubts: dict[str, int] = {}
        self._placed: dict[Pattern, Placed | int] = {}  # nearly all are one node and no doubts
        self._node(0.0)
        self._profiles: Entities = {}
        self.know(entities)

    def __len__(self) -> int:
        return len(self.shares)

    # --- what conditions ask for

    def place(self, pattern: Pattern) -> Placed:
        """The nodes of a word or phrase, made if there are none yet."""
        placed = self._placed.get(pattern)
        if placed is None:
            placed = self._placed[pattern] = self._place(pattern)
        return Placed((placed,)) if isinstance(placed, int) else placed

    def surely(self, pattern: Pattern) -> tuple[int, ...] | None:
        """The nodes of a word or phrase if they are always mentions."""
        placed = self._placed.get(pattern)
        if isinstance(placed, int):
            return (placed,)
        whole = self.place(pattern)
        return whole.nodes if whole.sure else None

    def placed(self, pattern: Pattern) -> Placed | None:
        """The nodes of a word or phrase if it is looked for."""
        return self.place(pattern) if pattern in self._placed else None

    def entity(self, slug: str) -> int:
        """The node that stands for any name of an entity."""
        return self._entities.get(slug) or self._enter(slug, Profile())

    def values(self, meta: Meta) -> tuple[int, ...]:
        """The nodes of the values of a field such as ``outlet:``."""
        found = []
        for value in meta.values:
            node = self.facts.known(meta.field, value)
            if node is None:
                node = self._node(guess_of_value(meta.field))
                self.facts.seek(meta.field, value, node)
            found.append(node)
        return tuple(dict.fromkeys(found))

    def titled(self, nodes: Iterable[int]) -> tuple[int, ...]:
        """The nodes that stand for the same within the title alone."""
        twins = self.twins.reach(len(self))
        return tuple(int(twins[node]) or self._twin(node) for node in nodes)

    def know(self, entities: Entities) -> None:
        """Find these entities by their names from now on, and no others."""
        for slug in {**self._profiles, **entities}:
            old, new = self._profiles.get(slug), entities.get(slug)
            if old != new:
                self._leave(slug)
                self._enter(slug, new or Profile())
        self._profiles = dict(entities)

    # --- making nodes

    def _node(self, share: float) -> int:
        self.shares.append(share)
        return len(self.shares) - 1

    def _twin(self, node: int) -> int:
        twin = self._node(0.1 * self.shares[node])
        self.twins[node] = twin
        return twin

    def _form(self, form: str) -> int:
        node = self._forms.get(form)
        if node is None:
            node = self._forms[form] = self._node(guess_of_form(form))
            doubt = self._node(0.0) if form.startswith("=") else 0
            if doubt:
                self._doubts[form] = doubt
            self.lexicon.seek(form, node, doubt)
        return node

    def _place(self, pattern: Pattern) -> Placed | int:
        paths = list(_paths(pattern))
        whole = len(paths) <= MOST_PATHS
        if not whole:  # any first word may open a mention
            paths = [(form,) for form, _ in pattern[0]]
        nodes = [self._walk(path) for path in paths]
        if len(nodes) == 1 and not self._doubts.keys() & paths[0]:  # as nearly all are
            return nodes[0]
        forms = dict.fromkeys(form for path in paths for form in path)
        doubts = tuple(self._doubts[form] for form in forms if form in self._doubts)
        return Placed(tuple(dict.fromkeys(nodes)), doubts, whole)

    def _walk(self, path: tuple[str, ...]) -> int:
        """The node at the end of a path of forms."""
        node = self._form(path[0])
        for form in path[1:]:
            following = self._form(form)
            phrase = self.steps.get(node, following)
            if phrase is None:
                both = min(self.shares[node], self.shares[following])
                phrase = self._node(0.1 * both)
                self.steps.add(node, following, phrase)
                self.leads[node] = True
                self.follows[following] = True
            node = phrase
        return node

    # --- entities

    def _enter(self, slug: str, profile: Profile) -> int:
        entity = self._entities.get(slug) or self._node(0.0)
        self._entities[slug] = entity
        self.slugs[entity] = slug
        names: set[int] = set()
        for name in (*profile.names, *profile.weak):
            names.update(self.place(name.pattern).nodes)
        for other in (*profile.context, *profile.masks):  # so that recognition finds them here, too
            self.place(other.pattern)
        for node in names:
            self.named[node] = True
            self.named_by.setdefault(node, []).append(entity)
        self.shares[entity] = min(sum(self.shares[node] for node in names), 0.5)
        return entity

    def _leave(self, slug: str) -> None:
        """Find an entity by none of its names."""
        entity = self._entities.get(slug, 0)
        for entities in self.named_by.values() if entity else ():
            if entity in entities:
                entities.remove(entity)


def _paths(pattern: Pattern) -> Iterator[tuple[str, ...]]:
    """The ways through a pattern, up to one more than there may be."""
    if max(map(len, pattern)) == 1:  # as nearly all have
        yield tuple([step[0][0] for step in pattern])
        return
    walks: list[tuple[int, tuple[str, ...]]] = [(0, ())]
    found = 0
    while walks and found <= MOST_PATHS:
        at, forms = walks.pop()
        if at == len(pattern):
            found += 1
            yield forms
        else:
            walks += [(following, (*forms, form)) for form, following in pattern[at]]
