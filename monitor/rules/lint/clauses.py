"""W030, W031, W033, W035: clauses of AND and OR that add nothing, or take too much away."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from monitor.rules.conditions import (
    And,
    AtLeast,
    Condition,
    Except,
    Not,
    Or,
    Scope,
    Term,
    show,
)
from monitor.rules.implication import finds_only, implies, key
from monitor.rules.lint.walking import Subject, alternatives, flat, needs_mentions, walk
from monitor.rules.problems import Flaw, edited
from monitor.rules.shapes import inside

Covers = Callable[[Condition, Condition], bool]


def lint_clauses(subject: Subject) -> Iterator[Flaw]:
    """What is doubtful about how the clauses of a query go together."""
    for node, above in walk(subject.condition):
        inner = bool(above) and type(above[-1]) is type(node)  # looked at with the node above
        if isinstance(node, Or) and not inner:
            yield from _alternatives(flat(node), finds_only if needs_mentions(above) else implies)
        elif isinstance(node, And) and not inner:
            yield from _requirements(flat(node))
            yield from _lost_articles(subject, node)
        elif isinstance(node, AtLeast):
            yield from (flaw for flaw, _ in _repeated(list(node.children)))


def _repeated(nodes: list[Condition]) -> Iterator[tuple[Flaw, Condition]]:
    """W035, with the nodes that say what one before them says."""
    first: dict[object, Condition] = {}
    for node in nodes:
        before = first.setdefault(key(node), node)
        if before is not node:
            same = show(before) == show(node)
            title = "repeated" if same else "repeated: case, accents and order do not matter"
            flaw = Flaw(
                code="W035",
                severity="warning",
                at=node.at,
                title=title,
                label="once more",
                secondary=((before.at, "is here already"),),
                help="leave one of them out",
            )
            yield flaw, node


def _alternatives(nodes: list[Condition], covers: Covers) -> Iterator[Flaw]:
    """W030: alternatives that another one covers."""
    repeated = list(_repeated(nodes))
    yield from (flaw for flaw, _ in repeated)
    gone = {id(node) for _, node in repeated}
    nodes = [node for node in nodes if id(node) not in gone]
    rivals = _Rivals(nodes)
    for at, node in enumerate(nodes):
        for other in rivals.of(node):
            wider = nodes[other]
            if other != at and covers(node, wider) and (other < at or not covers(wider, node)):
                yield Flaw(
                    code="W030",
                    severity="warning",
                    at=node.at,
                    title="alternative adds nothing",
                    label="already covered",
                    secondary=((wider.at, "by this"),),
                    help="leave one of the two out",
                )
                break


class _Rivals:
    """Which alternatives can cover another: all but plain terms that share no word with it."""

    def __init__(self, nodes: list[Condition]) -> None:
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._others: list[int] = []
        for at, node in enumerate(nodes):
            if isinstance(node, Term) and not set("~*?=$#@") & set(node.leaf):
                for form, _ in node.pattern[0]:
                    self._by_word[form].append(at)
            else:
                self._others.append(at)

    def of(self, node: Condition) -> list[int]:
        if not isinstance(node, Term) or node.exact or set("$#@.") & set(node.words):
            return sorted({*self._others, *(at for many in self._by_word.values() for at in many)})
        words = {form for options in node.pattern for form, _ in options}
        return sorted({*self._others, *(at for word in words for at in self._by_word[word])})


def _requirements(nodes: list[Condition]) -> Iterator[Flaw]:
    """W031: clauses that are true whenever another one is."""
    repeated = list(_repeated(nodes))
    yield from (flaw for flaw, _ in repeated)
    gone = {id(node) for _, node in repeated}
    nodes = [node for node in nodes if id(node) not in gone]
    for at, node in enumerate(nodes):
        for number, other in enumerate(nodes):
            follows = number != at and implies(other, node)
            if follows and (number < at or not implies(node, other)):
                yield Flaw(
                    code="W031",
                    severity="warning",
                    at=node.at,
                    title="always true given another clause",
                    label="adds nothing …",
                    secondary=((other.at, "… where this holds"),),
                    help="leave it out",
                )
                break


def _lost_articles(subject: Subject, node: And) -> Iterator[Flaw]:
    """W033: NOT "apple juice" beside Apple loses articles that have an Apple of its own, too."""
    clauses = flat(node)
    for clause in clauses:
        if not isinstance(clause, Not):
            continue
        for required in clauses:
            for term in _cores(required):
                masks = _masks(clause, term)
                if masks:
                    mended = _excepting(subject, node, (required, term), clause, masks)
                    yield _lost(term, masks[0], mended)


def _cores(node: Condition) -> list[Term]:
    """The terms of a clause of which one is required."""
    match node:
        case Scope():
            return _cores(node.child)
        case Or():
            return [term for child in flat(node) for term in _cores(child)]
        case _:
            return [node] if isinstance(node, Term) else []


def _masks(clause: Not, term: Term) -> list[Term]:
    return [
        excluded
        for excluded in alternatives(clause.child)
        if isinstance(excluded, Term) and inside(excluded, term) and not inside(term, excluded)
    ]


def _excepting(
    subject: Subject, node: And, required: tuple[Condition, Term], clause: Not, masks: list[Term]
) -> str:
    """The query with EXCEPT in the place of NOT; ``required``: a clause and the term in it."""
    whole, term = required
    masked = _put(whole, term, Except(term, _one_of(list(masks), clause), term.at))
    kept = [part for part in alternatives(clause.child) if part not in masks]
    rest = [replace(clause, child=_one_of(kept, clause))] if kept else []
    parts: list[Condition] = []
    for part in flat(node):
        parts += rest if part is clause else [masked if part is whole else part]
    text = show(And(tuple(parts), node.at)) if len(parts) > 1 else show(parts[0])
    written = subject.text(node)
    return edited(subject.query, node.at, f"({text})" if written.startswith("(") else text)


def _one_of(nodes: Sequence[Condition], clause: Not) -> Condition:
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes), clause.at)


def _put(node: Condition, old: Term, new: Except) -> Condition:
    match node:
        case Scope():
            return replace(node, child=_put(node.child, old, new))
        case Or():
            return replace(node, children=tuple(_put(child, old, new) for child in node.children))
        case _:
            return new if node is old else node


def _lost(term: Term, mask: Term, mended: str) -> Flaw:
    return Flaw(
        code="W033",
        severity="warning",
        at=mask.at,
        title=f"NOT drops the whole article, also where {term.leaf} stands by itself",
        label="excluded anywhere",
        secondary=((term.at, "required, and part of it"),),
        note="EXCEPT drops single mentions: the article matches by another one",
        help=f"write\n{mended}",
    )
