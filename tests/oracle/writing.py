"""Random conditions and articles over a small vocabulary, so that much matches and collides."""

from random import Random

from monitor.model import Article
from monitor.rules.conditions import (
    About,
    And,
    AtLeast,
    Comparison,
    Condition,
    Count,
    Entity,
    Except,
    Fragment,
    Meta,
    Near,
    Not,
    NotNear,
    Or,
    Scope,
    is_anchored,
    show,
)
from tests.oracle.reading import Names, term

AT = (0, 0)
ENTITIES = {
    "ferry_line": Names(('"Nordic Ferry Line"', "NordicFerry", '"北方轮渡"')),
    "nordic": Names(
        ('"Nordic Council"',),
        weak=("=Nordic", "=NC"),
        context=("council~", "vote", "strik*"),
        within=3,
        excepted=('"Nordic noir"', '"Nordic walking"'),
    ),
    "port": Names(('"Port Authority"', '"$PORT"'), weak=("port",), context=("harbour",), within=1),
    "twin": Names(("Nordic", '"ferry strike"')),
}
FRAGMENTS: dict[str, Condition] = {
    "boat": Or((term("ferry~"), term("ship"), term('"cargo ship"')), AT),
    "row": And((term("strike~"), Not(term("harbour"), AT)), AT),
    "wire": Meta("source", ("wire.example", "pr.example"), AT),
}

_WORDS = [
    *(
        "ferry",
        "ferries",
        "ferry port",
        "Ferry",
        "ferry",
        "port",
        "ship",
        "cargo ship",
        "strike",
        "strikes",
        "Strike",
        "port",
    ),
    *("Port Authority", "harbour", "harbor", "Nordic Ferry Line", "Nordic Council", "Nordic"),
    *("Nordic noir", "nordic walking", "council", "vote", "NC", "nc", "ferry’s", "Port’s"),
    *("e-mail", "email", "e mail", "ferry-port", "US", "us", "U.S.", "Île", "ile", "Straße"),
    *("STRASSE", "东京港", "东京", "北方轮渡", "банк", "Банки", "मोटर", "أَرامكو", "กรุงเทพ"),
    *(
        "5,000",
        "5000",
        "$PORT",
        "C++",
        "C",
        "l’île",
        "cafe\u0301",
        "café",
        "부산항",
        "λόγος",
        "נמל",
    ),
    *("the", "of", "and", "&", "a", "x", "new", "said", "and", "the"),
]
_TERMS = [
    *(
        "ferry",
        "ferry~",
        "ferries",
        "ship",
        '"cargo ship"',
        "strike",
        "strike~",
        "strik*",
        "port",
        "port*",
    ),
    *('"ferry strike"', '"ferry strike~"', "harbour", "harbo?r", '"harbo*"', "Nordic", "=Nordic"),
    *('"the ferry"', '"nordic council"', '"Port Authority"', "council", "vote", "=US", "=NC"),
    *("U.S.", "us", "e-mail", "email", '"e mail"', "ema*l", "ferry-port", "ferryp*", "ile"),
    *("Île", "=Île", "=ile", "strasse", "=Straße", "=Strike", '"东京"', "京", '"北方"', "банк"),
    *("банк~", '"मोटर"', "أرامكو", '"เทพ"', "5000", '"5,000"', '"$PORT"', '"C++"', "C", "cafe"),
    *("=Port", '="Nordic Ferry"', '="the ferry"', "부산항", "λογοσ", "נמל", '"ferry and port"'),
    *('"of the"', "new", "said", "the", '"the new"', "x", "=FERRY", "=SHIP", "=PORT"),
    *('"ferry port"', '"port ferry"', '"ferry ferry"', '"port ferry port"', '"strike ferry"'),
]
_METAS = [
    *(("source", v) for v in ("wire.example", "example", "daily.example", "www.wire.example")),
    *(("outlet", v) for v in ("Herald", "herald", "her")),
    *(("lang", v) for v in ("en", "en", "en-GB", "ru")),
    *(("country", v) for v in ("IN", "sg", "NO")),
    *(("author", v) for v in ("lind", "Lindqvist", "Mo")),
    *(("section", v) for v in ("sport", "Business")),
    *(("url", v) for v in ("/news/", "Daily", "sport")),
]
_HOSTS = ["www.wire.example", "daily.example", "pr.example:8080", "notwire.example"]
_SCOPES = {
    "title": {"title"},
    "lead": {"standfirst", "text"},
    "top": {"title", "standfirst", "text"},
    "body": {"standfirst", "text"},
    "text": {"title", "standfirst", "text"},
    "first": {"text"},
    "sentence": {"title", "standfirst", "text"},
    "paragraph": {"title", "standfirst", "text"},
}
_ALL = frozenset(_SCOPES["text"])


class Writer:
    """Draws conditions and articles; ``random`` decides them all."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def rule(self) -> Condition:
        """A condition that a rule may have: with something required."""
        while True:
            node = self.condition(3)
            if is_anchored(node) and len(show(node)) < 400:
                return node

    # --- conditions

    def condition(self, depth: int, fields: frozenset[str] = _ALL) -> Condition:
        """Any condition; ``fields`` are those that the scopes above leave."""
        if depth == 0 or self.random.random() < 0.25:
            return self.positional(depth, fields)
        draw = self.random.choices(
            [
                self._and,
                self._or,
                self._at_least,
                self._scope,
                self._about,
                self._count,
                self._meta,
            ],
            [6, 2, 2, 3, 2, 3, 2],
        )[0]
        return draw(depth - 1, fields)

    def positional(self, depth: int, fields: frozenset[str] = _ALL) -> Condition:
        """A condition that has mentions."""
        if depth == 0 or self.random.random() < 0.3:
            return self._leaf()
        draw = self.random.choices(
            [self._alternatives, self._near, self._not_near, self._except, self._part],
            [3, 6, 3, 3, 2],
        )[0]
        return draw(depth - 1, fields)

    def _leaf(self) -> Condition:
        if self.random.random() < 0.2:
            return Entity(self.random.choice(list(ENTITIES)), AT)
        if self.random.random() < 0.05:
            return Fragment("boat", AT, FRAGMENTS["boat"])
        return term(self.random.choice(_TERMS))

    def _some(self, depth: int, fields: frozenset[str], *, most: int = 3) -> tuple[Condition, ...]:
        number = self.random.randint(2, most)
        return tuple(self.positional(depth, fields) for _ in range(number))

    def _alternatives(self, depth: int, fields: frozenset[str]) -> Condition:
        return Or(self._some(depth, fields, most=4), AT)

    def _near(self, depth: int, fields: frozenset[str]) -> Condition:
        distance = self.random.choice([0, 1, 2, 3, 5, 9])
        return Near(self._some(depth, fields), distance, self.random.random() < 0.4, AT)

    def _not_near(self, depth: int, fields: frozenset[str]) -> Condition:
        child, other = self._some(depth, fields, most=2)
        return NotNear(child, other, self.random.choice([0, 1, 2, 4, 8]), AT)

    def _except(self, depth: int, fields: frozenset[str]) -> Condition:
        if self.random.random() < 0.5:
            word = self.random.choice(["ferry", "port", "strike", "ship"])
            phrases = [term(found) for found in _TERMS if word in found.strip('"').split()]
            masks = (*self.random.sample(phrases, 2), Entity("twin", AT))
            return Except(term(word), Or(masks, AT), AT)
        child = self.positional(depth, fields)
        return Except(child, self.positional(max(depth, 1), fields), AT)

    def _part(self, depth: int, fields: frozenset[str]) -> Condition:
        name, left = self._field(fields)
        count = self.random.choice([1, 3, 8, 20]) if name == "first" else 0
        return Scope(name, self.positional(depth, left), AT, count)

    def _scope(self, depth: int, fields: frozenset[str]) -> Condition:
        name, left = self._field(fields)
        count = self.random.choice([3, 8, 20]) if name == "first" else 0
        return Scope(name, self.condition(depth, left), AT, count)

    def _field(self, fields: frozenset[str]) -> tuple[str, frozenset[str]]:
        fitting = [name for name in _SCOPES if _SCOPES[name] & fields]
        name = self.random.choice([*fitting, "sentence", "sentence", "paragraph"])
        return name, fields & _SCOPES[name]

    def _and(self, depth: int, fields: frozenset[str]) -> Condition:
        number = self.random.randint(2, 3)
        parts = [self.condition(depth, fields) for _ in range(number)]
        for at in range(1, number):
            if self.random.random() < 0.25:
                parts[at] = Not(parts[at], AT)
        if self.random.random() < 0.15:
            name = self.random.choice(["row", "wire"])
            parts.append(Fragment(name, AT, FRAGMENTS[name]))
        return And(tuple(parts), AT)

    def _or(self, depth: int, fields: frozenset[str]) -> Condition:
        parts: list[Condition] = []
        while len(parts) < 2:
            parts += [p for p in (self.condition(depth, fields),) if is_anchored(p)]
        return Or(tuple(parts), AT)

    def _at_least(self, depth: int, fields: frozenset[str]) -> Condition:
        number = self.random.randint(2, 4)
        parts = {show(p): p for p in (self.condition(depth, fields) for _ in range(number))}
        return AtLeast(self.random.randint(1, len(parts)), tuple(parts.values()), AT)

    def _about(self, depth: int, fields: frozenset[str]) -> Condition:
        return About(self.condition(depth, fields), AT)

    def _count(self, depth: int, fields: frozenset[str]) -> Condition:
        comparison = self.random.choice(list(Comparison))
        return Count(self.positional(depth, fields), comparison, self.random.randint(1, 4), AT)

    def _meta(self, depth: int, fields: frozenset[str]) -> Condition:
        name, value = self.random.choice(_METAS)
        more = [v for field, v in _METAS if field == name and v != value]
        values = (value, *more[:1]) if self.random.random() < 0.3 else (value,)
        return Meta(name, values, AT)

    # --- articles

    def article(self) -> Article:
        """A short article whose words are those that conditions ask for."""
        pick = self.random.choice
        host = pick(_HOSTS)
        return Article(
            url=f"https://{host}/{pick(['news', 'Sport', 'daily'])}/{self.random.randint(1, 9)}",
            title=self._sentence(0, 6),
            standfirst=self._sentence(0, 5),
            text=self._text(),
            outlet=pick(["Herald", "HERALD", "The Herald", ""]),
            authors=tuple(
                self.random.sample(["Anna Lindqvist", "Mo Berg"], self.random.randint(0, 2))
            ),
            section=pick([None, "Sport", "World business"]),
            lang=pick(["en", "en", "en-GB", "ru", "de", None]),
            country=pick(["IN", "in", "SG", None]),
        )

    def _text(self) -> str:
        paragraphs = [
            " ".join(self._sentence(1, 8) for _ in range(self.random.randint(1, 3)))
            for _ in range(self.random.randint(0, 4))
        ]
        return self.random.choice(["\n", "\n\n"]).join(paragraphs)

    def _sentence(self, least: int, most: int) -> str:
        """Some words, half of them from a few favourites, as one sentence."""
        favourites = self.random.sample(_WORDS, self.random.choice([2, 4]))
        words = [
            self.random.choice(favourites if self.random.random() < 0.5 else _WORDS)
            for _ in range(self.random.randint(least, most))
        ]
        shown = self.random.choice([" ", " ", " ", ", "]).join(words)
        if self.random.random() < 0.1:
            shown = shown.upper()
        return shown and shown[0].upper() + shown[1:] + self.random.choice(
            [".", ".", "!", "。", ""]
        )
