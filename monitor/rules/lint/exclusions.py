"""W032, W034: EXCEPT and NOT NEAR that take nothing away, or everything."""

from collections.abc import Iterator

from monitor.rules.conditions import And, Except, Not, NotNear, Term
from monitor.rules.implication import finds_only, implies, is_lasting
from monitor.rules.lint.walking import Subject, alternatives, flat, walk
from monitor.rules.problems import Flaw
from monitor.rules.shapes import could_lie_inside


def lint_exclusions(subject: Subject) -> Iterator[Flaw]:
    """What is doubtful about the exclusions of mentions."""
    for node, _ in walk(subject.condition):
        if isinstance(node, Except):
            yield from _except(subject, node)
        elif isinstance(node, And):
            yield from _idle(node)


def _except(subject: Subject, node: Except) -> Iterator[Flaw]:
    if finds_only(node.child, node.mask):
        yield Flaw(
            code="W034",
            severity="warning",
            at=node.mask.at,
            title="EXCEPT masks every mention: nothing is left",
            label="every mention of …",
            secondary=((node.child.at, "… this lies inside"),),
            help=f"write longer phrases after EXCEPT, such as {subject.text(node.child)} EXCEPT "
            '("…")',
        )
        return
    kept = alternatives(node.child)
    for mask in alternatives(node.mask):
        if isinstance(mask, Term) and all(
            isinstance(child, Term) and not could_lie_inside(child, mask) for child in kept
        ):
            yield Flaw(
                code="W032",
                severity="warning",
                at=mask.at,
                title="EXCEPT can have no effect",
                label="can hold no mention …",
                secondary=((node.child.at, "… of this"),),
                note="EXCEPT drops mentions that lie inside the other phrase",
                help="leave it out, or write NOT, or NOT NEAR/5",
            )


def _idle(node: And) -> Iterator[Flaw]:
    """NOT NEAR of what the query excludes anyway."""
    clauses = flat(node)
    excluded = [clause.child for clause in clauses if isinstance(clause, Not)]
    for clause in clauses:
        if isinstance(clause, NotNear):
            for other in excluded:
                if is_lasting(other) and implies(clause.other, other):
                    yield Flaw(
                        code="W032",
                        severity="warning",
                        at=clause.other.at,
                        title="NOT NEAR can have no effect",
                        label="never there …",
                        secondary=((other.at, "… since this is excluded everywhere"),),
                        help="leave one of the two out",
                    )
