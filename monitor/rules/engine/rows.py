"""Rows: the requirements of all rules as columns of numbers, and by what each is found.

A rule is one row. What it requires are runs in shared columns: nodes, each with the bit of its
clause. It is listed under every node of its *anchor*, the clause that the fewest articles have, and
so is a candidate only in articles that have one of these.
"""

from collections.abc import Iterable

from monitor.rules.engine.columns import Column
from monitor.rules.engine.postings import Postings
from monitor.rules.engine.requirements import Nodes, Pair, Requirement

MOST_CLAUSES = 62  # bits of a number, less the sign and the one of what is forbidden
_FORBIDDEN = 1 << MOST_CLAUSES


_GONE = -1  # bits that nothing has


class Rows:
    """Takes requirements and gives them up again, in place."""

    def __init__(self) -> None:
        self.rules: list[str] = []  # by row
        self.postings = Postings()
        self.always: list[int] = []  # rows that require nothing
        self.first, self.count, self.wanted = Column("i4"), Column("i4"), Column("i8")
        self.sure = Column(bool)
        self.nodes, self.bits = Column("i4"), Column("i8")
        self.pairs, self.pairs_count = Column("i4"), Column("i4")
        self.sides, self.sides_count = Column("i4"), Column("i4")  # of each pair
        self.distance, self.is_ordered = Column("i4"), Column(bool)
        self.side, self.is_right = Column("i4"), Column(bool)  # each node of both sides

    def add(self, rule: str, required: Requirement, anchor: Nodes) -> int:
        """List a rule under the nodes of its anchor; returns its row."""
        row = len(self.rules)
        self.rules.append(rule)
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
        self.wanted[row] = _GONE

    def list_anew(self, anchors: Iterable[tuple[int, Nodes]]) -> None:
        """List rows under other nodes, and none but these."""
        self.postings = Postings()
        self.always.clear()
        for row, anchor in anchors:
            self._list(row, anchor)

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
        if anchor:
            self.postings.add(row, anchor)
        else:
            self.always.append(row)
