"""Every key of rule files: what the strict reader accepts, and what the schema describes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from monitor.model import CorrelationType, Priority, RuleStatus

ID_PATTERN = "[a-z0-9]+(?:-[a-z0-9]+)*"
SLUG_PATTERN = "[a-z0-9][a-z0-9_-]*"
WIKIDATA_PATTERN = r"Q[1-9]\d*"
TIMESPAN_PATTERN = r"[1-9]\d{0,8}[smhdw]"


class Kind(StrEnum):
    """What a key holds."""

    TEXT = "a text"
    TEXTS = "a list of texts"
    FLAG = "true or false"
    NUMBER = "a whole number"
    DECIMAL = "a number"
    DATE = "a date"
    TABLE = "a table"
    TABLES = "a list of tables"
    ANY = "anything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: what it holds and, for editors, what it means.

    ``table`` has the keys of a table, or of each of a list of tables; ``entry`` what every value
    of a table with free keys (fragments, entities) is. ``pattern`` must fit the whole text.
    """

    kind: Kind = Kind.TEXT
    about: str
    required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str = ""
    least: int | None = None
    default: str | int | float | bool | None = None
    table: Mapping[str, "Key"] = field(default_factory=dict)
    entry: "Key | None" = None
    example: str = ""  # what may be written after the equals sign


Keys = Mapping[str, Key]

_CHANNELS = "Chats that are told, by their names in config.toml."
_PRIORITY = Key(
    about="How much the alerts matter; urgent ones do not wait for reprints.",
    choices=tuple(Priority),
    default=Priority.NORMAL.value,
)

PACK: Keys = {
    "id": Key(
        about="The pack's name: lower-case letters, digits, hyphens. Default: the file's name.",
        pattern=ID_PATTERN,
    ),
    "owner": Key(about="Who is asked about these rules."),
    "channels": Key(
        kind=Kind.TEXTS, about=f"{_CHANNELS} For rules that name none; default: the default chats."
    ),
    "require_tests": Key(
        kind=Kind.FLAG,
        about="A live or shadow rule without a [[rule.test]] is an error (E154).",
        default=False,
    ),
    "allow": Key(
        kind=Kind.TEXTS, about='Warnings that are meant to be, in all of the file: ["W060"].'
    ),
}

TEST: Keys = {
    "match": Key(kind=Kind.FLAG, about="Whether the rule must match the article.", required=True),
    "title": Key(about="The article's headline."),
    "standfirst": Key(about="The paragraph under the headline."),
    "text": Key(about="The article's text, one paragraph a line."),
    "body": Key(about="Another word for text."),
    "lang": Key(about="Its language, as in HTML: en, en-GB, hi."),
    "outlet": Key(about="The name of the publication."),
    "source": Key(about="The id of the source that listed it."),
    "url": Key(about="Its address; source: looks at the host."),
    "author": Key(about="Who wrote it, if one did."),
    "authors": Key(kind=Kind.TEXTS, about="Who wrote it."),
    "section": Key(about="The section it stands in."),
    "country": Key(about="The outlet's country, two letters: IN."),
    "spans": Key(kind=Kind.TEXTS, about="Texts that must be highlighted, as they are written."),
    "todo": Key(kind=Kind.ANY, about="Why the case is known to fail: it does not count then."),
}

RULE: Keys = {
    "id": Key(
        about="The rule's name for good: lower-case letters, digits, hyphens. No two share one.",
        required=True,
        pattern=ID_PATTERN,
        example='"openai-india"',
    ),
    "title": Key(about="What people read in the alert. Default: the id."),
    "query": Key(
        about="The condition, in three single quotes: '''@openai AND (India OR court)'''.",
        required=True,
        example="'''@openai AND India'''",
    ),
    "priority": _PRIORITY,
    "channels": Key(kind=Kind.TEXTS, about=f"{_CHANNELS} Replaces those of the pack."),
    "tags": Key(kind=Kind.TEXTS, about="Words to sort alerts by."),
    "status": Key(
        about="live: alerts; shadow: matched and reported to operators only; off: never matched.",
        choices=tuple(RuleStatus),
        default=RuleStatus.LIVE.value,
    ),
    "expires": Key(
        kind=Kind.DATE, about="The last day on which the rule alerts: expires = 2027-03-31."
    ),
    "owner": Key(about="Who is asked about this rule. Default: the pack's owner."),
    "reason": Key(about="Why the rule exists: a ticket, a name."),
    "allow": Key(kind=Kind.TEXTS, about='Warnings that are meant to be: allow = ["W021"].'),
    "test": Key(
        kind=Kind.TABLES, about="An article that the rule must, or must not, match.", table=TEST
    ),
}

FILTER: Keys = {
    "id": Key(
        about="The filter's name: lower-case letters, digits, hyphens.",
        required=True,
        pattern=ID_PATTERN,
        example='"openai-india"',
    ),
    "query": Key(
        about="Where this holds, the filtered rules do not alert. Negative or metadata-only "
        "conditions are fine here.",
        required=True,
        example="'''source:(prnewswire.com businesswire.com)'''",
    ),
    "rules": Key(
        kind=Kind.TEXTS,
        about='Patterns of rule ids, over all packs: ["*"], the default, is every rule.',
    ),
    "except_rules": Key(
        kind=Kind.TEXTS, about='Patterns of rule ids that are not filtered: ["mna-*"].'
    ),
    "allow": Key(kind=Kind.TEXTS, about='Warnings that are meant to be: allow = ["W021"].'),
}

CORRELATION: Keys = {
    "id": Key(
        about="The correlation's name: lower-case letters, digits, hyphens. Not that of a rule.",
        required=True,
        pattern=ID_PATTERN,
        example='"openai-india"',
    ),
    "title": Key(about="What people read in the alert. Default: the id."),
    "type": Key(
        about="spike: far more matches than in the 14 days before; outlets: so many distinct "
        "outlets within the time span; sequence: the rules in this order on one story.",
        required=True,
        choices=tuple(CorrelationType),
        example='"spike"',
    ),
    "rules": Key(
        kind=Kind.TEXTS,
        about="Ids of the rules whose matches count; for a sequence in their order.",
        required=True,
        example='["openai-india"]',
    ),
    "timespan": Key(
        about="How long the matches may lie apart: 30m, 1h, 2d, 1w.",
        pattern=TIMESPAN_PATTERN,
        default="1h",
    ),
    "gte": Key(
        kind=Kind.NUMBER,
        about="At least so many matches (spike, default 5) or outlets (outlets, default 3).",
        least=1,
    ),
    "factor": Key(
        kind=Kind.DECIMAL,
        about="A spike is so many times the baseline or more.",
        least=1,
        default=3.0,
    ),
    "priority": _PRIORITY,
    "channels": Key(kind=Kind.TEXTS, about=f"{_CHANNELS} Replaces those of the pack."),
}

ENTITY: Keys = {
    "label": Key(about="The name that people read."),
    "wikidata": Key(about="Which item of Wikidata is meant: Q21708200.", pattern=WIKIDATA_PATTERN),
    "names": Key(
        kind=Kind.TEXTS,
        about="""Names that always count, in the rule language: 'OpenAI', '"Open AI"'.""",
    ),
    "weak": Key(
        kind=Kind.TEXTS,
        about="Common words and short acronyms, as '=Apple': they count only with a strong name "
        "in the same article, or with a context word nearby.",
    ),
    "context": Key(kind=Kind.TEXTS, about="Words that make a weak name count when they are near."),
    "within": Key(
        kind=Kind.NUMBER,
        about="How many words may stand between a weak name and its context.",
        least=0,
        default=15,
    ),
    "except": Key(
        kind=Kind.TEXTS, about="""Phrases in which a name is not meant: '"Apple Records"'."""
    ),
}

FRAGMENT = Key(about="A condition; $name stands for it in parentheses.")

PACK_FILE: Keys = {
    "pack": Key(kind=Kind.TABLE, about="What the rules of this file have in common.", table=PACK),
    "fragments": Key(
        kind=Kind.TABLE,
        about="Conditions to be used as $name in the queries of this file.",
        entry=FRAGMENT,
    ),
    "rule": Key(kind=Kind.TABLES, about="What people want to hear of.", table=RULE),
    "filter": Key(
        kind=Kind.TABLES, about="A shared exclusion, such as press-release wires.", table=FILTER
    ),
    "correlation": Key(
        kind=Kind.TABLES, about="An alert about the matches of rules.", table=CORRELATION
    ),
}

ENTITY_FILE: Keys = {
    "library": Key(
        kind=Kind.FLAG,
        about="These entities are for whoever needs them: no warning (W062) if no rule does.",
        default=False,
    ),
    "entity": Key(
        kind=Kind.TABLE,
        about="Organisations, people and places; @name in a query.",
        entry=Key(kind=Kind.TABLE, about="One organisation, person or place.", table=ENTITY),
    ),
}
