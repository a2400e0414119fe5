"""W012, W036, W040, W041, W042, W044, W050: what only the articles of the archive can tell."""

from collections.abc import Iterator
from math import inf

from monitor.model import Rule, RuleStatus
from monitor.rules.archive import Archive
from monitor.rules.conditions import (
    And,
    AtLeast,
    Condition,
    Count,
    Entity,
    Meta,
    Near,
    Not,
    Or,
    Term,
    children,
    is_anchored,
    show,
)
from monitor.rules.entities import Entities
from monitor.rules.lexemes import At
from monitor.rules.lint.walking import walk
from monitor.rules.packs import Draft, Pack
from monitor.rules.places import Path
from monitor.rules.problems import Flaw, edited
from monitor.rules.shapes import covers
from monitor.rules.survey import (
    Record,
    Survey,
    Weight,
    is_wild,
    key,
    leaves_of,
    plain_word,
    plurals,
    survey,
)

MANY_WORDS = 20  # that fit one wildcard
SHOWN_WORDS = 12
PLURAL_TIMES = 3
BROAD_SHARE = 0.02  # of all articles
BROAD_A_DAY = 100  # alerts
DEAD_DAYS = 30
ALIKE = 0.9
ANCHOR_SHARE = 0.01  # of all articles
ENOUGH = 20  # matches before they are judged
ENOUGH_ARTICLES = 200  # before shares of them are judged


def lint_archive(packs: list[Pack], entities: Entities, archive: Archive) -> None:
    """Report what an archive shows about the rules of packs to their files."""
    drafts = [(pack, draft) for pack in packs for draft in pack.drafts if _is_judged(draft)]
    rules = [(draft.rule, draft.condition) for _, draft in drafts if draft.condition]
    others = [tree for pack in packs for tree in _shared(pack).values()]
    found = survey(rules, others, entities, archive)
    for (pack, draft), record in zip(drafts, found.records, strict=True):
        path = (*draft.path, "query")
        query = pack.file.value(path)
        for flaw in (*_words(query, record.condition, found), *_judged(record, found)):
            pack.file.report_flaw(path, flaw)
    for pack in packs:
        for path, tree in _shared(pack).items():
            for flaw in _words(pack.file.value(path), tree, found):
                pack.file.report_flaw(path, flaw)
    _alike(drafts, found)


def _is_judged(draft: Draft) -> bool:
    return draft.condition is not None and draft.rule.status is not RuleStatus.OFF


def _shared(pack: Pack) -> dict[Path, Condition]:
    """The queries of a pack that are no rule's."""
    found: dict[Path, Condition | None] = {
        **{("fragments", name): tree for name, tree in pack.fragments.items()},
        **{(*path, "query"): tree for path, _, tree in pack.filters},
    }
    return {path: tree for path, tree in found.items() if tree is not None}


def _warn(code: str, at: At, title: str, **more: str) -> Flaw:
    return Flaw(code=code, severity="warning", at=at, title=title, **more)  # type: ignore[arg-type]


# --- words


def _words(query: str, condition: Condition, found: Survey) -> Iterator[Flaw]:
    asked = {
        form
        for leaf in leaves_of(condition)
        if isinstance(leaf, Term) and len(leaf.pattern) == 1
        for form, _ in leaf.pattern[0]
    }
    for node, _ in walk(condition):
        if isinstance(node, Term):
            yield from _expansion(node, found)
            yield from _plural(query, node, asked, found)


def _expansion(term: Term, found: Survey) -> Iterator[Flaw]:
    """W012: a wildcard that many different words fit."""
    fitting = found.fitting.get(key(term)) if is_wild(term) else None
    if fitting is None or len(fitting) <= MANY_WORDS:
        return
    shown = sorted(fitting.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN_WORDS]
    listed = ", ".join(f"{word} {number}" for word, number in shown)
    yield _warn(
        "W012",
        term.at,
        f"{term.leaf} stands for {len(fitting)} different words of the archive",
        label="too many words",
        note=f"most often {listed}",
        help="write more letters, ~ for inflected forms only, or list the words with OR",
    )


def _plural(query: str, term: Term, asked: set[str], found: Survey) -> Iterator[Flaw]:
    """W036: a singular that is left alone, while its plural is what people write."""
    word = plain_word(term)
    for plural in plurals(word) if word else ():
        one, many = found.words[word], found.words[plural]
        if many < ENOUGH or many <= PLURAL_TIMES * one:
            continue
        if any(covers(plural, form) for form in asked):
            continue
        written = f"{word}~" if term.words == term.leaf else f'"{term.words}"~'
        yield _warn(
            "W036",
            term.at,
            f"“{plural}” is much more common than “{word}”, and is not found",
            label=f"in {one} articles; {plural} in {many}",
            help=f"~ finds both\n{edited(query, term.at, written)}",
        )


# --- single rules


def _judged(record: Record, found: Survey) -> Iterator[Flaw]:
    broad = list(_broad(record, found))
    yield from broad
    if not record.articles:
        yield from _dead(record, found)
    elif len(record.articles) >= ENOUGH:
        yield from _undecided(record)
    if not broad:
        yield from _common(record, found)


def _broad(record: Record, found: Survey) -> Iterator[Flaw]:
    """W040: more than anybody reads."""
    share = len(record.articles) / max(found.read, 1)
    a_day = len(record.stories) / found.span
    wide = share > BROAD_SHARE and found.read >= ENOUGH_ARTICLES
    if a_day > BROAD_A_DAY or (wide and len(record.articles) >= ENOUGH):
        yield _warn(
            "W040",
            record.condition.at,
            f"too broad: {share:.1%} of the articles, about {a_day:.0f} alerts a day",
            label=f"{len(record.articles)} of {found.read} articles of {_days(found.days)}",
            note=f"more than {BROAD_SHARE:.0%} of all articles, or {BROAD_A_DAY} alerts a day, "
            "is more than people read",
            help="require one more word, or look only in the headline and lead: top:(…)",
        )


def _dead(record: Record, found: Survey) -> Iterator[Flaw]:
    """W041: nothing matched in a month, with what stood in the way."""
    if found.days < DEAD_DAYS - 1 or not found.read:
        return
    at, label, rest = _obstacle(record, found)
    yield Flaw(
        code="W041",
        severity="warning",
        at=at,
        title=f"dead: none of the {found.read} articles of {_days(found.days)} matches",
        label=label,
        secondary=rest,
        help="monitor rules explain shows how near an article comes",
    )


def _obstacle(record: Record, found: Survey) -> tuple[At, str, tuple[tuple[At, str], ...]]:
    """The part of a dead rule that is to blame, and why; and others that are to blame with it."""
    blocking = [pair for pair in _weighed(record) if pair[1].decided]
    if blocking:
        node, weight = max(blocking, key=lambda pair: pair[1].decided)
        return node.at, f"this alone stood in the way of {_articles(weight.decided)}", ()
    lacking = [node for node in _required(record.condition) if not _reach(node, found)]
    if lacking:
        rest = tuple((node.at, "nor this") for node in lacking[1:])
        return lacking[0].at, "no article has this", rest
    return record.condition.at, "its parts never met in one article", ()


def _undecided(record: Record) -> Iterator[Flaw]:
    """W044: clauses without which nothing would have been different."""
    groups: set[int] = set()
    for node, weight in _weighed(record):
        parent = _parent(record.condition, node)
        if weight.decided or weight.tried < ENOUGH or id(parent) in groups:
            continue
        if not isinstance(node, Not):
            groups.add(id(parent))  # of two that say the same, one is needed
        shown = show(node)
        yield _warn(
            "W044",
            node.at,
            f"{shown if len(shown) <= 60 else 'this'} never decides",
            label="changes nothing",
            note=_without(node, parent, weight.tried),
            help="leave it out; or if it is a precaution, say so: // allow: W044 why",
        )


def _without(node: Condition, parent: Condition, tried: int) -> str:
    if isinstance(parent, Or):
        return f"all {_articles(tried)} with it match by another alternative, too"
    if isinstance(node, Not):
        return f"none of {_articles(tried)} in which the rest of the rule holds is excluded by it"
    return f"it holds in all {_articles(tried)} in which the rest of the rule does"


def _common(record: Record, found: Survey) -> Iterator[Flaw]:
    """W050: every article of many must be looked at closely, as no required word is rare."""
    share = _reach(record.condition, found) / max(found.read, 1)
    if found.read >= ENOUGH_ARTICLES and share > ANCHOR_SHARE:
        yield _warn(
            "W050",
            record.condition.at,
            "no required word is rare",
            label=f"the rarest that is required is in {min(share, 1):.1%} of the articles",
            note="rules are found by their rarest required word or list of words; this one must "
            "be evaluated often",
            help="require a rarer word or an entity, where there is one",
        )


def _reach(node: Condition, found: Survey) -> float:
    """At most how many articles hold what the node requires, by its rarest part."""
    match node:
        case Term() | Entity():
            return found.spread[key(node)]
        case Meta():
            return found.spread[key(node)] if is_anchored(node) else inf
        case And() | Near():
            return min(_reach(child, found) for child in node.children)
        case Or() | AtLeast():
            return sum(_reach(child, found) for child in node.children)
        case Not():
            return inf
        case Count() if not is_anchored(node):
            return inf
        case _:  # of NOT NEAR and EXCEPT, the other side is not required
            return _reach(children(node)[0], found)


def _weighed(record: Record) -> Iterator[tuple[Condition, Weight]]:
    """The clauses and alternatives that were weighed, in the order of the query."""
    for node, _ in walk(record.condition):
        if id(node) in record.weights:
            yield node, record.weights[id(node)]


def _parent(root: Condition, node: Condition) -> Condition:
    return next(above[-1] for found, above in walk(root) if found is node)


def _required(node: Condition) -> tuple[Condition, ...]:
    return node.children if isinstance(node, And | Near) else (node,)


# --- pairs of rules


def _alike(drafts: list[tuple[Pack, Draft]], found: Survey) -> None:
    """W042: rules that tell the same chats of the same articles."""
    for at, (pack, draft) in enumerate(drafts):
        mine = found.records[at]
        for other in found.records[:at]:
            if len(mine.articles) < ENOUGH or not _meet(mine.rule, other.rule):
                continue
            both, either = mine.articles & other.articles, mine.articles | other.articles
            if len(both) > ALIKE * len(either):
                title = (
                    f"`{mine.rule.id}` and `{other.rule.id}` match the same articles: "
                    f"{len(both)} of {len(either)}"
                )
                advice = "merge them, or give them different channels"
                path = (*draft.path, "id")
                pack.file.report("W042", path, title, advice, severity="warning")
                break


def _meet(one: Rule, other: Rule) -> bool:
    """Whether two rules name a common chat; without any, both go to the default chats."""
    return bool(set(one.channels) & set(other.channels)) or one.channels == other.channels == ()


def _articles(number: int) -> str:
    return f"{number} article{'s' if number != 1 else ''}"


def _days(days: float) -> str:
    number = max(round(days), 1)
    return f"{number} day{'s' if number != 1 else ''}"
