"""One query of another system → one of ours, checked by our own parser."""

from dataclasses import dataclass

from monitor.rules.conditions import Condition, show
from monitor.rules.dialects.brandwatch import BRANDWATCH
from monitor.rules.dialects.factiva import FACTIVA
from monitor.rules.dialects.google_alerts import GOOGLE_ALERTS
from monitor.rules.dialects.lexis import LEXIS, NEWSDESK
from monitor.rules.dialects.meltwater import MELTWATER
from monitor.rules.dialects.notes import Note, Notes, Weight
from monitor.rules.dialects.reading import read
from monitor.rules.dialects.syntax import Dialect, UnreadableError
from monitor.rules.dialects.translating import translate
from monitor.rules.linking import check_required, link
from monitor.rules.parsing import parse
from monitor.rules.problems import Flaw

DIALECTS = {
    "meltwater": MELTWATER,
    "brandwatch": BRANDWATCH,
    "factiva": FACTIVA,
    "lexis": LEXIS,
    "newsdesk": NEWSDESK,
    "google-alerts": GOOGLE_ALERTS,
}
_MISREAD = "E170"  # a query that its own system would refuse
_UNFIT = "E171"  # a query that cannot be said in our language


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of a query.

    ``query`` is None if nothing usable did; then ``flaws`` say why. Their places, like those of
    the notes, are offsets into the query that was given.
    """

    query: str | None
    notes: tuple[Note, ...] = ()
    flaws: tuple[Flaw, ...] = ()

    @property
    def weight(self) -> Weight:
        """The weightiest of its notes; LOST if there is no query at all."""
        weights = {note.weight for note in self.notes}
        if self.query is None or Weight.LOST in weights:
            return Weight.LOST
        return Weight.CHANGED if Weight.CHANGED in weights else Weight.SAME


def convert(text: str, name: str) -> Conversion:
    """Convert a query of the dialect with that name (a key of DIALECTS)."""
    dialect = DIALECTS[name]
    notes = Notes()
    try:
        reading = read(text, dialect)
    except UnreadableError as error:
        flaw = Flaw(
            code=_MISREAD,
            at=error.at,
            title=error.sentence,
            label="here",
            help=error.advice,
        )
        return Conversion(None, flaws=(flaw,))
    condition = translate(reading.tree, dialect, notes)
    _tell_guesses(reading.guesses, condition, dialect, notes)
    return _checked(condition, text, notes)


def _tell_guesses(
    guesses: tuple[tuple[int, int], ...],
    condition: Condition | None,
    dialect: Dialect,
    notes: Notes,
) -> None:
    if guesses and condition is not None:
        text = f"{dialect.title}'s guide does not say which operator comes first without "
        notes.changed(guesses[0], f"{text}parentheses; see where they were put here")


def _checked(condition: Condition | None, text: str, notes: Notes) -> Conversion:
    """The conversion, unless our own parser or linker would refuse its query."""
    made = tuple(sorted(notes.made, key=lambda note: note.at))
    whole = (0, len(text))
    if condition is None:
        return Conversion(None, made, (_unfit(whole, "nothing of it can be searched here", ""),))
    query = show(condition)
    if flaw := _first_error(query):
        return Conversion(None, made, (_unfit(whole, flaw.title, f"it would be: {query}"),))
    return Conversion(query, made)


def _first_error(query: str) -> Flaw | None:
    parsed = parse(query)
    flaws = [flaw for flaw in parsed.flaws if flaw.severity == "error"]
    if parsed.condition is not None and not flaws:
        linked, flaws_of_names = link(parsed.condition, (), {})
        flaws += flaws_of_names
        flaws += check_required(linked) if linked is not None and not flaws else ()
    return next((flaw for flaw in flaws if flaw.severity == "error"), None)


def _unfit(at: tuple[int, int], reason: str, note: str) -> Flaw:
    return Flaw(
        code=_UNFIT,
        at=at,
        title=f"this cannot be a rule: {reason}",
        note=note,
        help="say what articles must contain, and import it again",
    )
