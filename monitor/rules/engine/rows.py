"""Rows: the requirements of all rules as columns of numbers, and by what each is found.

A rule is one row. What it requires are runs in shared columns: nodes, each with the bit of its
clause. It is listed under every node of its *anchor*, the clause that the fewest articles have, and
so is a candidate only in articles that have one of these.
"""

from dataclasses import dataclass

from monitor.rules.engine.columns import Column
from monitor.rules.engine.requirements import Nodes, Pair, Requirement

MOST_CLAUSES = 62  # bits of a number, less the sign and the one of what is forbidden
_FORBIDDEN = 1 << MOST_CLAUSES


@dataclass(frozen=True, slots=True)
class Key:
    """A row's rule, and the nodes that it is listed under."""

    rule: str
    anchor: Nodes


class Rows:
    """Takes requirements and gives them up again, in place."""

    def __init__(self) -> None:
        self.keys: list[Key | None] = []  # None: given up
        self.listed: dict[int, list[int]] = {}  # node → rows
        self.always: list[int] = []  # rows that require nothing
        self.first, self.count, self.wanted = Column("i8"), Column("i8"), Column("i8")
        self.sure = Column(bool)
        self.nodes, self.bits = Column("i4"), Column("i8")
        self.pairs, self.pairs_count = Column("i8"), Column("i8")
        self.sides, self.sides_count = Column("i8"), Column("i8")  # of each pair
        self.distance, self.is_ordered = Column("i8"), Column(bool)
        self.side, self.is_right = Column("i8"), Column(bool)  # each node of both sides

    def add(self, rule: str, required: Requirement, anchor: Nodes) -> int:
        """List a rule under the nodes of its anchor; returns its row."""
        row = len(self.keys)
        self.keys.append(Key(rule, anchor))
        self._list(row, anchor)
        clauses = required.clauses[:MOST_CLAUSES]
        self.first.append(len(self.nodes))
        nodes = [node for clause in clauses for node in clause]
        bits = [1 << bit for bit, clause in enumerate(clauses) for _ in clause]
        self.nodes.extend([*nodes, *required.forbidden])
        self.bits.extend([*bits, *[_FORBIDDEN] * len(required.forbidden)])
        self.count.append(len(nodes) + len(required.forbidden))
        self.wanted.append((1 << len(clauses)) - 1)
        self.sure.append(required.sure and len(clauses) == len(required.clauses))
        self.pairs.append(len(self.distance))
        self.pairs_count.append(len(required.pairs))
        for pair in required.pairs:
            self._add_pair(pair)
        return row

    def remove(self, row: int) -> None:
        """Give up a row; its place in the columns stays empty."""
        key = self.keys[row]
        assert key is not None
        self.keys[row] = None
        self._unlist(row, key.anchor)

    def anchor(self, row: int, anchor: Nodes) -> None:
        """List a row under other nodes."""
        key = self.keys[row]
        if key is not None and key.anchor != anchor:
            self._unlist(row, key.anchor)
            self._list(row, anchor)
            self.keys[row] = Key(key.rule, anchor)

    def clauses(self, row: int) -> list[Nodes]:
        """The clauses of a row."""
        first, last = self.first[row], self.first[row] + self.count[row]
        by_bit: dict[int, list[int]] = {}
        pairs = zip(
            self.nodes.view[first:last].tolist(), self.bits.view[first:last].tolist(), strict=True
        )
        for node, bit in pairs:
            by_bit.setdefault(bit, []).append(node)
        return [tuple(nodes) for bit, nodes in by_bit.items() if bit != _FORBIDDEN]

    def _add_pair(self, pair: Pair) -> None:
        self.sides.append(len(self.side))
        self.sides_count.append(len(pair.left) + len(pair.right))
        self.side.extend([*pair.left, *pair.right])
        self.is_right.extend([False] * len(pair.left) + [True] * len(pair.right))
        self.distance.append(pair.distance)
        self.is_ordered.append(pair.ordered)

    def _list(self, row: int, anchor: Nodes) -> None:
        if not anchor:
            self.always.append(row)
        for node in anchor:
            rows = self.listed.get(node)
            if rows is None:
                self.listed[node] = [row]
            else:
                rows.append(row)

    def _unlist(self, row: int, anchor: Nodes) -> None:
        if not anchor:
            self.always.remove(row)
        for node in anchor:
            self.listed[node].remove(row)
