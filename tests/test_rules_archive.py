"""Back-tests, comparisons of rule sets, and the lint that judges rules by an archive."""

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Rule, RuleStatus, StoredArticle
from monitor.rules import Loaded, RuleSet, load, match, render
from monitor.rules.adhoc import AdHoc, read_adhoc
from monitor.rules.archive import Archive, Backtest, backtest
from monitor.rules.comparing import Comparison, compare
from monitor.rules.survey import plurals
from tests.archives import stored

GOLDEN = Path(__file__).parent / "data" / "rules" / "archive"

SEA = """
[pack]
id = "sea"
[fragments]
berth = 'harbour OR quay'
[[rule]]
id = "ferries"
query = '''@nordic AND $berth'''
[[rule]]
id = "trains"
query = '''train OR tram'''
"""
NAMES = "[entity.nordic]\nnames = ['\"Nordic Line\"']\nweak = ['Nordic']\ncontext = ['ship']\n"
FILES = {"rules/sea.toml": SEA, "rules/entities/e.toml": NAMES}


def ruleset(**changed: str) -> RuleSet:
    """The rules above, with texts replaced in all files: ``old="new"`` pairs."""
    return loaded({path: _replaced(text, changed) for path, text in FILES.items()})


def _replaced(text: str, changed: dict[str, str]) -> str:
    for old, new in changed.items():
        text = text.replace(old, new)
    return text


def loaded(files: dict[str, str]) -> RuleSet:
    found = load(files)
    assert found.ruleset is not None, found.problems
    return found.ruleset


def numbered(rows: list[tuple[str, str]], times: int) -> list[StoredArticle]:
    """So many articles, taken from the rows again and again."""
    return [stored(n, *row) for n, row in enumerate(islice(cycle(rows), times), 1)]


# --- back-tests


def tried(query: str, articles: list[StoredArticle], **options: int) -> Backtest:
    read = read_adhoc(query, FILES)
    assert read.condition is not None, read.problems
    return backtest(read.condition, read.entities, articles, **options)


def test_alerts_are_counted_by_story() -> None:
    articles = [
        stored(1, "Harbour opens", hours=9, outlet="B"),
        stored(2, "A reprint", "The harbour opens.", hours=8, story=1, outlet="A"),
        stored(3, "Harbour closes", hours=7, outlet="A"),
        stored(4, "A train", hours=6),
    ]
    result = tried("$berth", articles)
    assert (result.read, result.matched, result.stories, result.held_back) == (4, 3, 2, 0)
    assert result.outlets == (("A", 2), ("B", 1))
    assert [(s.stored.id, s.spans[0].leaf) for s in result.samples] == [
        (3, "harbour"),
        (1, "harbour"),
    ]


def test_only_the_newest_samples_are_kept() -> None:
    articles = [stored(n, f"Quay {n}") for n in range(1, 30)]
    assert [s.stored.id for s in tried("quay", articles, samples=3).samples] == [29, 28, 27]
    assert tried("quay", articles, samples=0).samples == ()


def test_what_filters_hold_back_is_no_alert() -> None:
    read, shared = read_adhoc("quay", FILES), read_adhoc("sport", FILES)
    assert read.condition
    assert shared.condition
    articles = [stored(1, "Quay"), stored(2, "Sport on the quay"), stored(3, "Sport")]
    result = backtest(read.condition, {}, articles, filters=[shared.condition])
    assert (result.matched, result.held_back) == (1, 1)


def test_a_short_archive_counts_as_a_day() -> None:
    assert Archive((), 0.1).a_day(5) == 5
    assert Archive((), 10).a_day(5) == 0.5


# --- queries that stand in no file


def problems(read: AdHoc) -> list[tuple[str, int, int]]:
    return [(p.code, p.line, p.column) for p in read.problems]


def test_a_query_may_name_entities_and_fragments_of_all_packs() -> None:
    read = read_adhoc("@nordic AND $berth", FILES)
    assert read.condition is not None
    assert read.problems == ()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("@nordik", ("E130", 1, 1)),
        ("quay AND\n  $birth", ("E131", 2, 3)),
        ("NOT quay", ("E140", 1, 1)),
        ("quay OR (tram", ("E104", 1, 9)),
    ],
)
def test_problems_of_a_query_are_shown_in_its_own_lines(
    query: str, found: tuple[str, int, int]
) -> None:
    read = read_adhoc(query, FILES)
    assert read.condition is None
    assert problems(read) == [found]
    assert f"query:{found[1]}:{found[2]}" in render(read.problems[0], query)


def test_a_warning_leaves_the_query_usable() -> None:
    read = read_adhoc("quay or tram", FILES)
    assert read.condition is not None
    assert problems(read) == [("W001", 1, 6)]


def test_a_fragment_that_means_two_things_is_asked_about() -> None:
    files = FILES | {"rules/air.toml": "[fragments]\nberth = 'gate'\nsame = 'x1'\n"}
    files["rules/land.toml"] = "[fragments]\nsame = 'x1'\n"
    assert read_adhoc("$same", files).problems == ()
    [problem] = read_adhoc("$berth", files).problems
    assert problem.title == "$berth means different things in rules/sea.toml and rules/air.toml"
    assert "--rules rules/sea.toml" in problem.help


def test_files_that_are_not_toml_are_left_to_their_check() -> None:
    assert read_adhoc("quay", FILES | {"rules/bad.toml": "= ="}).condition is not None


# --- two versions


NEWS = [
    stored(1, "Nordic Line leaves the harbour", hours=5),
    stored(2, "Nordic Line leaves the pier", hours=4),
    stored(3, "A tram stops", hours=3),
    stored(4, "A train stops", hours=2),
    stored(5, "Nordic Star at the quay", hours=1),
    stored(6, "Trains and a tram", "A train.", hours=0, story=4),
]


def compared(old: RuleSet, new: RuleSet) -> Comparison:
    return compare(old, new, NEWS)


def test_without_an_edit_there_is_nothing_to_tell() -> None:
    result = compared(ruleset(), ruleset())
    assert result.changes == ()
    assert result.read == 0
    assert compared(ruleset(), ruleset(tram="metro")).read == len(NEWS)


def test_a_changed_query_gains_and_loses_stories() -> None:
    [change] = compared(ruleset(), ruleset(**{"train OR tram": "train OR pier"})).changes
    assert (change.rule, change.kind, change.what) == ("trains", "changed", ("query",))
    assert (change.before, change.after, change.gained, change.lost) == (2, 2, 1, 1)
    assert [h.title for h in change.came] == ["Nordic Line leaves the pier"]
    assert [h.id for h in change.went] == [3]


def test_a_changed_fragment_counts_for_the_rules_that_use_it() -> None:
    [change] = compared(ruleset(), ruleset(**{"OR quay": "OR pier"})).changes
    assert (change.rule, change.what) == ("ferries", ("$berth",))
    assert (change.gained, change.lost) == (1, 0)


def test_a_changed_entity_counts_for_the_rules_that_use_it() -> None:
    [change] = compared(ruleset(), ruleset(**{'Line"': 'Star"'})).changes
    assert (change.rule, change.what) == ("ferries", ("@nordic",))
    assert (change.before, change.after, change.gained, change.lost) == (1, 1, 1, 1)


def test_an_entity_that_takes_names_from_another_changes_rules_that_do_not_name_it() -> None:
    more = FILES | {"rules/entities/f.toml": "[entity.pier]\nnames = ['\"Nordic Line leaves\"']\n"}
    [change] = compared(ruleset(), loaded(more)).changes
    assert (change.rule, change.what, change.lost) == ("ferries", (), 1)


def test_an_entity_that_changes_nothing_for_others_is_not_told() -> None:
    more = FILES | {"rules/entities/f.toml": "[entity.pier]\nnames = ['Kiel']\n"}
    assert compared(ruleset(), loaded(more)).changes == ()


def test_rules_come_and_go() -> None:
    old, new = ruleset(), ruleset(**{'"trains"': '"rails"'})
    added, removed = compared(old, new).changes
    assert (added.rule, added.kind, added.before, added.after) == ("rails", "added", 0, 2)
    assert (removed.rule, removed.kind, removed.before, removed.after) == (
        "trains",
        "removed",
        2,
        0,
    )
    assert added.what == removed.what == ()


def test_filters_count_for_the_rules_they_are_for() -> None:
    extra = '[[filter]]\nid = "no-trams"\nrules = ["tr*"]\nquery = "tram"\n'
    new = loaded(FILES | {"rules/sea.toml": SEA + extra})
    [change] = compared(ruleset(), new).changes
    assert (change.rule, change.what) == ("trains", ("filter no-trams",))
    assert (change.before, change.after) == (2, 1)


def test_status_and_routing_are_named() -> None:
    keys = 'status = "off"\nchannels = ["desk"]\nquery = \'\'\'train OR'
    [change] = compared(ruleset(), ruleset(**{"query = '''train OR": keys})).changes
    assert change.what == ("channels (default → desk)", "status (live → off)")
    assert (change.before, change.after, change.lost) == (2, 0, 2)


def test_an_expired_rule_alerts_no_more() -> None:
    keys = "expires = 2026-11-21\nquery = '''train OR"
    [change] = compared(ruleset(), ruleset(**{"query = '''train OR": keys})).changes
    assert change.what == ("expires (none → 2026-11-21)",)
    assert change.after == 0


def test_names_that_came_with_the_query_are_no_changes_of_their_own() -> None:
    [change] = compared(ruleset(), ruleset(**{"train OR tram": "train OR $berth"})).changes
    assert change.what == ("query",)


def test_at_most_so_many_headlines_are_kept() -> None:
    news = [stored(n, f"Tram {n}", hours=99 - n) for n in range(1, 40)]
    result = compare(ruleset(), ruleset(**{"OR tram": "OR metro"}), news, headlines=2)
    [change] = result.changes
    assert (change.lost, [h.id for h in change.went]) == (39, [39, 38])


def test_chats_hear_of_every_story_once() -> None:
    def told(rule: Rule) -> list[str]:
        assert rule.status is RuleStatus.LIVE
        return ["desk", "sea"] if rule.id == "ferries" else ["desk"]

    shadow = "query = '''train OR tram'''\nstatus = \"shadow\""
    new = ruleset(**{"query = '''train OR tram'''": shadow, "OR quay": "OR pier"})
    result = compare(ruleset(), new, NEWS, told)
    assert result.chats == (("desk", 3, 2), ("sea", 1, 2))
    assert [change.rule for change in result.changes] == ["ferries", "trains"]


WORDS = st.sampled_from(["harbour", "quay", "pier", "tram", "train", "Nordic Line", "Nordic ship"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(WORDS, max_size=4).map(" ".join), max_size=12), WORDS, WORDS)
def test_a_comparison_says_what_two_matchings_say(titles: list[str], old: str, new: str) -> None:
    news = [stored(n, title, story=n // 2) for n, title in enumerate(titles)]
    before = ruleset(tram=f'"{old}"')
    after = ruleset(tram=f'"{new}"', quay=new.split()[0])

    def stories(rules: RuleSet, rule: str) -> set[int]:
        return {one.story for one in news for m in match(rules, one.article) if m.rule.id == rule}

    changes = {change.rule: change for change in compare(before, after, news).changes}
    for rule in ("ferries", "trains"):
        was, now = stories(before, rule), stories(after, rule)
        if rule in changes:
            found = changes[rule]
            assert (found.before, found.after) == (len(was), len(now))
            assert (found.gained, found.lost) == (len(now - was), len(was - now))
        else:
            assert was == now


# --- lint


def check(text: str, articles: list[StoredArticle], days: float = 30) -> Loaded:
    files = {"rules/sea.toml": text, "rules/entities/e.toml": NAMES}
    return load(files, archive=Archive(iter(articles), days))


def rule(query: str, name: str = "one", more: str = "") -> str:
    return f"[[rule]]\nid = \"{name}\"\nquery = '''{query}'''\n{more}"


FERRIES = ["Ferries wait", "Ferries leave", "Ferries sink"]
DAY = [("A quiet day", "Rain and wind."), ("Markets", "Shares rise in India."), ("Sport", "")]


def _wildcards() -> Iterator[StoredArticle]:
    for n in range(30):
        ending = f"{chr(97 + n // 6)}{chr(97 + n % 6)}"
        yield stored(n, f"The stat{ending} of things", "A statement." if n < 9 else "")


CASES: dict[str, tuple[str, list[StoredArticle]]] = {
    "W012": (rule("ferry AND (stat* OR harb*)"), list(_wildcards())),
    "W012-fragment": (
        "[fragments]\nlaw = 'lawsuit OR stat*'\n" + rule("ferry AND $law"),
        list(_wildcards()),
    ),
    "W036": (
        rule('ferry AND ("harbour" OR quay OR quays)'),
        numbered([*((t, "Harbours and quays.") for t in FERRIES), ("The ferry", "")], 80),
    ),
    "W040": (rule("ferry"), numbered([*DAY, ("A ferry", "")], 400)),
    "W041": (
        rule("@nordic AND harbour AND NOT sport"),
        numbered([*DAY, ("Harbour opens", "Crowds.")], 60),
    ),
    "W041-term": (rule("harbour AND zeppelin"), numbered(DAY, 60)),
    "W041-never-meet": (rule("India AND rain AND sport"), numbered(DAY, 60)),
    "W041-alternatives": (rule("(Markets AND rain) OR (sport AND x)"), numbered(DAY, 61)),
    "W042": (
        rule("ferry", "one", 'channels = ["sea", "desk"]\n')
        + rule("ferry OR sail", "two", 'channels = ["desk"]\n')
        + rule("ferry", "three", 'channels = ["air"]\n'),
        numbered([*DAY * 20, ("A ferry", "")], 61 * 30),
    ),
    "W044": (
        rule("ferry AND (harbour OR port OR ports) AND NOT toy"),
        numbered(
            [
                *DAY * 20,
                ("A ferry", "The harbour and the port."),
                ("A ferry", "The ports."),
                ("Harbour", ""),
            ],
            63 * 25,
        ),
    ),
    "W050": (rule("India AND Markets AND wind"), numbered([*DAY, ("Rain", "India")], 400)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    text, articles = CASES[name]
    if "@nordic_line" in text:
        files = {
            "rules/sea.toml": text,
            "rules/entities/e.toml": NAMES.replace("nordic", "nordic_line"),
        }
        found = load(files, archive=Archive(iter(articles), 30))
    else:
        found = check(text, articles)
    shown = "\n\n".join(render(p, text) for p in found.problems if p.code.startswith(name[:4]))
    golden = (GOLDEN / f"{name}.txt").read_text("utf-8")
    assert shown + "\n" == golden


def codes(text: str, articles: list[StoredArticle], days: float = 30) -> list[str]:
    return [problem.code for problem in check(text, articles, days).problems]


def test_a_rule_that_finds_little_is_fine() -> None:
    articles = numbered([*DAY * 40, ("A ferry", "The harbour.")], 121 * 5)
    assert codes(rule("ferry AND harbour"), articles) == []


def test_dead_takes_a_month() -> None:
    assert codes(rule("zeppelin"), numbered(DAY, 60), days=30) == ["W041"]
    assert codes(rule("zeppelin"), numbered(DAY, 60), days=7) == []
    assert codes(rule("zeppelin"), []) == []


def test_shares_of_few_articles_say_nothing() -> None:
    assert codes(rule("India"), numbered(DAY, 50)) == []


def test_many_alerts_a_day_are_too_broad_even_if_the_share_is_small() -> None:
    articles = numbered([*DAY * 40, ("A ferry", "")], 121 * 101)
    assert codes(rule("ferry"), articles, days=0.5) == ["W040"]


def test_rules_that_are_off_are_not_judged() -> None:
    assert codes(rule("zeppelin", more='status = "off"\n'), numbered(DAY, 60)) == []


def test_warnings_of_the_archive_can_be_allowed() -> None:
    articles = numbered(DAY, 60)
    assert codes(rule("zeppelin // allow: W041 it will come"), articles) == []
    assert codes(rule("zeppelin", more='allow = ["W041"]\n'), articles) == []


def test_with_errors_there_is_no_judging() -> None:
    assert codes(rule("zeppelin AND"), numbered(DAY, 60)) == ["E107"]


@pytest.mark.parametrize(
    "query",
    ["India~", "=India", '"in India"', "Indias OR India", "India OR Indias~", "India OR Indi*"],
)
def test_plurals_are_only_missed_where_nothing_asks_for_them(query: str) -> None:
    articles = numbered([("Indias", "Ferry"), ("The ferry", "x"), ("Rain", "")], 90)
    assert "W036" not in codes(rule(f"ferry AND ({query})"), articles)
    assert "W036" in codes(rule("ferry AND India"), articles)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("ferry", ("ferries",)),
        ("day", ("days",)),
        ("box", ("boxes",)),
        ("church", ("churches",)),
        ("loss", ("losses",)),
        ("news", ()),
        ("ban", ("bans",)),
    ],
)
def test_plurals(word: str, found: tuple[str, ...]) -> None:
    assert plurals(word) == found


def test_a_precaution_that_excludes_something_decides() -> None:
    rows = [*DAY * 80, ("A ferry", ""), ("A toy ferry", "")]
    assert codes(rule("ferry AND NOT toy"), numbered(rows, 242 * 20)) == []
    rows = [*DAY * 80, ("A ferry", ""), ("A ferry", "")]
    assert codes(rule("ferry AND NOT toy"), numbered(rows, 242 * 20)) == ["W044"]


def test_rare_words_anywhere_that_is_required_make_a_rule_cheap() -> None:
    rows = [*DAY * 40, ("A ferry", "Rain in India.")]
    for query in (
        "ferry NEAR/9 India",
        "title:ferry AND about:(India OR rain)",
        "count(ferry) >= 1 AND rain",
        "(ferry EXCEPT toy) AND rain",
        "2 OF (ferry, boat, ship)",
        'url:"post.example/121" AND India',
    ):
        assert "W050" not in codes(rule(query), numbered(rows, 121 * 3)), query
    for query in ("count(zeppelin) <= 3 AND rain", "lang:en AND rain"):
        assert "W050" in codes(
            rule(f"{query} AND India NEAR/1 in AND wind"), numbered(rows, 363)
        ), query
