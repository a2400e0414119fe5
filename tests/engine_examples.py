"""Rules and articles of all the world's scripts and oddities, to hold the engine against.

What the engine finds must be what looking at every rule by itself finds.
"""

from collections.abc import Iterable, Mapping
from random import Random

from monitor.model import Article, Rule, RuleStatus
from monitor.rules import RuleSet, load, match
from monitor.rules.conditions import (
    And,
    Condition,
    Meta,
    Near,
    Not,
    Or,
    Scope,
    Term,
    show,
)
from monitor.rules.engine import Engine, Sightings
from monitor.rules.entities import Entities
from monitor.rules.matching import analyse, evidence
from monitor.rules.parsing import parse
from tests.oracle.files import linked, rule_files
from tests.oracle.reading import term
from tests.oracle.writing import AT, Writer

Evidence = tuple[tuple[str, int, int, str], ...]
Found = dict[str, Evidence]
"""Rule → evidence, in its order."""

WORDS = [
    *("ferry", "ferries", "Ferry", "port", "Port", "ship", "strike", "strikes", "US", "us", "NC"),
    *("U.S.", "u.s.", "U.K.", "C++", "C#", "C", "c+", "$AAPL", "AAPL", "$PORT", "#port", "@port"),
    *("McDonald’s", "McDonald's", "McDonalds", "l’île", "L'ILE", "d’or", "Booking.com", "booking"),
    *("e-mail", "email", "e", "mail", "cargo-ship-port", "1-2-3", "A-B", "3-Port"),
    *("port-to-port", "cargo-ferry’s"),
    *("Disney+", "R&D", "&", "and", "5,000", "5000", "3.5", "10,000,000", "٣٤", "Île", "ile"),
    *("北方轮渡", "东京港", "东京", "京", "กรุงเทพ", "เทพ", "ประเทศไทย", "부산항"),
    *("ﬁnance", "Ｐｏｒｔ"),
    *("أَرامكو", "أرامكو", "والشركة", "شركات", "شركة", "Häfen", "Hafen"),
    *("HÄFEN", "Straße", "STRASSE"),
    *("ŞİRKET", "şirket", "şirketler", "Işık", "ışık", "LİMAN", "limanlar"),
    *("банк", "Банки", "банка"),
    *("λόγος", "λόγοι", "נמל", "צה״ל", "मोटर", "मोटरों", "coup"),
    *("co\u00adup", "po\u200brt", "cafe\u0301"),
    *("Nordic Ferry Line", "Nordic Council", "Nordic noir", "Nordic", "harbour", "council", "vote"),
    *("l'll-l", "l'\u0640\u0640"),
    *("x_y", "a.b", "India.The", "o'", "'s", "'", "-", "—", "…", "$", "㎏", "ﷺ"),
]  # fmt: skip
BLANKS = [*[" "] * 30, ", ", ". ", "! ", "。", "\n", "\n\n", "\r\n", "\f", "\v", "\t", "\xa0",
          "\u3000", "\x00", "\x1c", "\x1d", "\x1f", "\x85", "\u2028", "\u2029", "\u200b", "\ufeff",
          " - ", "-", "--", "", "'", "’", "/", " “", "” ", "(", ") "]  # fmt: skip
LANGUAGES = [
    "en",
    "en-GB",
    "en_US",
    "de",
    "tr",
    "ar",
    "fr",
    "ru",
    "el",
    "hi",
    "th",
    "zh",
    "EN",
    None,
]
_METAS = [
    *(("source", v) for v in ("wire.example", "example", "daily.example", "b.wire.example", "::1")),
    *(("outlet", v) for v in ("Herald", "the herald", "İstanbul", "Straße")),
    *(("lang", v) for v in ("en", "en-gb", "EN_us", "tr", "zh-Hant", "e")),
    *(("country", v) for v in ("IN", "tr", "in-mh")),
    *(("author", v) for v in ("lind", "Lindqvist, Anna", "Mo", "ß", "a")),
    *(("section", v) for v in ("sport", "world business", "po")),
    *(("url", v) for v in ("/news/", "Daily", "https://", "/sport/12345/more?", "s")),
]  # fmt: skip
_HOSTS = [
    "wire.example",
    "a.b.wire.example",
    "notwire.example.",
    "DAILY.example:8080",
    "[::1]",
    "[x",
    "",
]


class World(Writer):
    """Draws from many scripts and languages, and from what is seldom written on purpose."""

    def rule(self) -> Condition:
        """Any condition, half of them usual, now and then one that requires nothing."""
        node = self.usual() if self.random.random() < 0.5 else super().rule()
        if self.random.random() < 0.03:
            node = Or((node, Not(term(self.word()), AT)), AT)
        return linked(node)

    def usual(self) -> Condition:
        """What most operators write, and an index can decide: alternatives, NEAR, NOT, titles."""
        parts = [self._usual_part() for _ in range(self.random.choice([1, 1, 2, 2, 3]))]
        if self.random.random() < 0.25:
            parts.append(Not(self._usual_part(), AT))
        return And(tuple(parts), AT) if len(parts) > 1 else parts[0]

    def _usual_part(self) -> Condition:
        draw = self.random.random()
        if draw < 0.3:
            sides = (self._any_of(2), self._any_of(2))
            return Near(sides, self.random.choice([0, 1, 3, 9, 50]), draw < 0.1, AT)
        if draw < 0.4:
            return Scope("title", self._any_of(3), AT)
        return self._meta(0, frozenset()) if draw < 0.45 else self._any_of(4)

    def _any_of(self, most: int) -> Condition:
        found = tuple(term(self.word()) for _ in range(self.random.randint(1, most)))
        return Or(found, AT) if len(found) > 1 else found[0]

    def word(self) -> str:
        """A word or phrase in the query language."""
        while True:
            count = self.random.choices([1, 2, 3, 5], [16, 4, 1, 1])[0]
            joint = self.random.choice([" ", " ", " ", "-"])
            shown = joint.join(self._signed(self.random.choice(WORDS)) for _ in range(count))
            shown = shown.replace('"', "")
            exact = "=" if self.random.random() < 0.2 else ""
            plain = shown.isascii() and shown.isalnum()
            written = f"{exact}{shown}" if plain else f'{exact}"{shown}"'
            parsed = parse(written)
            if isinstance(parsed.condition, Term) and not parsed.flaws:
                return written

    def _signed(self, word: str) -> str:
        draw = self.random.random()
        if draw < 0.2:
            return f"{word}~"
        if draw < 0.3:
            return f"{word[: self.random.randint(1, 4)]}*"
        if draw < 0.35:
            at = self.random.randint(0, len(word))
            return f"{word[:at]}{self.random.choice('?*')}{word[at + 1 :]}"
        return word

    def _leaf(self) -> Condition:
        return super()._leaf() if self.random.random() < 0.3 else term(self.word())

    def _meta(self, depth: int, fields: frozenset[str]) -> Condition:
        name, value = self.random.choice(_METAS)
        more = [v for field, v in _METAS if field == name and v != value]
        return Meta(name, (value, *self.random.sample(more, self.random.randint(0, 2))), AT)

    def article(self) -> Article:
        pick = self.random.choice
        host = pick(_HOSTS)
        return Article(
            url=f"https://{host}/{pick(['news', 'Sport/12345/More', 'daily'])}/?q=s",
            title=pick(["", self.text(6), self.text(6).upper()]),
            standfirst=pick(["", self.text(6)]),
            text=pick(["", self.text(15), self.text(60), self.text(60)]),
            outlet=pick(["Herald", "THE HERALD", "istanbul", "İSTANBUL", "STRASSE", ""]),
            authors=pick([(), ("Anna Lindqvist",), ("", "Mo Groß"), ("LINDQVIST, ANNA", "x")]),
            section=pick([None, "", "Sport", "World  Business", "World Business"]),
            lang=pick(LANGUAGES),
            country=pick(["IN", "in", "TR", "", None]),
        )

    def text(self, most: int) -> str:
        """Up to so many words, of which few favourites come again and again."""
        favourites = self.random.sample(WORDS, 4)
        shown = ""
        for _ in range(self.random.randint(0, most)):
            shown += self.random.choice(favourites if self.random.random() < 0.4 else WORDS)
            shown += self.random.choice(BLANKS)
            if self.random.random() < 0.05:
                shown += "THE NORDIC FERRY LINE AND US PORT STRIKES" + self.random.choice(".\n -")
        return shown


def entities() -> Entities:
    """The entities of the writer as the product reads them."""
    loaded = load(rule_files({}))
    assert loaded.ruleset is not None
    return loaded.ruleset.entities


def ruleset_of(conditions: Mapping[str, Condition], known: Entities | None = None) -> RuleSet:
    """A set of rules of these conditions, whether or not files may hold such."""
    rules = tuple(Rule(id=name, title=name, query="") for name in conditions)
    return RuleSet(rules, tuple(conditions.values()), entities() if known is None else known)


def asked(*queries: str) -> RuleSet:
    """A set of rules by their queries, named by their number: ``0``."""
    conditions = {}
    for number, query in enumerate(queries):
        condition = parse(query).condition
        assert condition is not None, query
        conditions[str(number)] = condition
    return ruleset_of(conditions, {})


def by_engine(ruleset: RuleSet, article: Article) -> Found:
    return {
        found.rule.id: tuple((s.field, s.start, s.end, s.leaf) for s in found.spans)
        for found in match(ruleset, article)
    }


def named(engine: Engine, seen: Sightings) -> tuple[list[str], list[str]]:
    """The rules that an engine decides, and those that it leaves to be looked at."""
    found = engine.select(seen)
    sure, unsure = ([engine.rules[row] for row in rows] for rows in (found.sure, found.unsure))
    return sure, unsure


def by_every_rule(ruleset: RuleSet, article: Article) -> Found:
    """What each rule by itself finds, without an engine."""
    index = analyse(article, ruleset.entities)
    found = {}
    for rule, condition in zip(ruleset.rules, ruleset.conditions, strict=True):
        spans = None if rule.status is RuleStatus.OFF else evidence(condition, index)
        if spans is not None:
            found[rule.id] = tuple((s.field, s.start, s.end, s.leaf) for s in spans)
    return found


def check(ruleset: RuleSet, articles: Iterable[Article]) -> int:
    """Assert that the engine finds what every rule by itself does; returns how many matches."""
    matches = 0
    queries = {r.id: c for r, c in zip(ruleset.rules, ruleset.conditions, strict=True)}
    for article in articles:
        expected, found = by_every_rule(ruleset, article), by_engine(ruleset, article)
        wrong = [name for name in queries if found.get(name) != expected.get(name)]
        assert not wrong, (
            f"{show(queries[wrong[0]])}\n{article!r}\n"
            f"engine {found.get(wrong[0])}\nalone  {expected.get(wrong[0])}"
        )
        assert list(found) == list(expected)  # in the order of the rules
        matches += len(expected)
    return matches


def drawn(seed: int, rules: int, articles: int) -> tuple[dict[str, Condition], list[Article]]:
    """Conditions by rule and articles, the same for the same seed."""
    world = World(Random(seed))
    conditions = {f"r{number}": world.rule() for number in range(rules)}
    return conditions, [world.article() for _ in range(articles)]
