"""What a conversion has to say about itself."""

from dataclasses import dataclass, field
from enum import StrEnum

from monitor.rules.dialects.syntax import At


class Weight(StrEnum):
    """How much a note matters.

    SAME: said in other words, with the same meaning. CHANGED: it finds a little more or less.
    LOST: something has no equivalent; somebody must look at the rule before it is used.
    """

    SAME = "converted"
    CHANGED = "note"
    LOST = "not converted"


@dataclass(frozen=True, slots=True)
class Note:
    """One remark, at its place in the query that was converted."""

    weight: Weight
    at: At
    text: str

    def __str__(self) -> str:
        return f"{self.weight}: {self.text}"


@dataclass(slots=True)
class Notes:
    """The remarks on one query; each is made once, where it first applies."""

    made: list[Note] = field(default_factory=list)

    def add(self, weight: Weight, at: At, text: str) -> None:
        """Make a remark, unless it was made before."""
        if all(note.text != text for note in self.made):
            self.made.append(Note(weight, at, text))

    def same(self, at: At, text: str) -> None:
        """Tell how something with the same meaning is written here."""
        self.add(Weight.SAME, at, text)

    def changed(self, at: At, text: str) -> None:
        """Tell what finds a little more or less here."""
        self.add(Weight.CHANGED, at, text)

    def lost(self, at: At, text: str) -> None:
        """Tell what has no equivalent."""
        self.add(Weight.LOST, at, text)
