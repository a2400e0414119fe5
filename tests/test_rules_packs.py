"""What stands beside rules in a pack: filters, correlations, owners, expiry, tests that must be."""

from datetime import date, timedelta

import pytest

from monitor.model import Article, CorrelationType, Priority, RuleStatus
from monitor.rules import Problem, RuleSet, load, match

RULES = (
    "[[rule]]\nid = 'talks'\nquery = 'merger'\n\n[[rule]]\nid = 'signed'\nquery = 'takeover'\n\n"
)


def ready(*packs: str) -> RuleSet:
    loaded = load({f"p{number}.toml": pack for number, pack in enumerate(packs)})
    assert loaded.problems == ()
    assert loaded.ruleset is not None
    return loaded.ruleset


def problems(pack: str) -> list[Problem]:
    return list(load({"p.toml": pack}, ["sea"]).problems)


def test_a_rule_has_its_whole_story() -> None:
    [rule] = ready("""
        [pack]
        owner = "sea desk"
        [[rule]]
        id = "a"
        query = "harbour"
        status = "shadow"
        expires = 2027-03-31
        reason = "SEA-12"
    """).rules
    assert (rule.status, rule.owner) == (RuleStatus.SHADOW, "sea desk")
    assert (rule.expires, rule.reason) == (date(2027, 3, 31), "SEA-12")
    [rule] = ready("[pack]\nowner='x'\n[[rule]]\nid='a'\nquery='b'\nowner='me'\n").rules
    assert (rule.owner, rule.expires, rule.reason) == ("me", None, "")


def test_a_test_has_the_keys_of_an_article() -> None:
    pack = """
    [[rule]]
    id = "a"
    query = '''harbour AND source:port.example AND author:lind AND section:sea AND country:NO
               AND lang:en AND outlet:Herald AND url:news'''
      [[rule.test]]
      match = true
      title = "Harbour"
      standfirst = "Quiet."
      text = "Nothing."
      url = "https://www.port.example/news/1"
      author = "A. Lind"
      section = "Sea"
      country = "NO"
      lang = "en-GB"
      outlet = "Herald"
      source = "port"
      [[rule.test]]
      match = false
      title = "Harbour"
      authors = ["A. Lind", "B. Mo"]
    """
    loaded = load({"p.toml": pack})
    assert loaded.problems == ()
    assert loaded.tests[0].passed == 2


def test_filters_are_kept_with_their_conditions() -> None:
    rules = ready(
        RULES + "[[filter]]\nid = 'wires'\nquery = 'source:wire.example'\n",
        "[fragments]\nwires = 'source:(a.example b.example)'\n"
        "[[filter]]\nid = 'more'\nquery = '$wires AND NOT lang:en'\nrules = ['t*']\n"
        "except_rules = ['talks']\n",
    )
    (first, condition), (second, _) = rules.filters
    assert (first.id, first.rules, first.except_rules, first.pack) == ("wires", ("*",), (), "p0")
    assert (second.rules, second.except_rules, second.pack) == (("t*",), ("talks",), "p1")
    as_rule = RuleSet(rules.rules[:1], (condition,), {})
    wire = Article(url="https://wire.example/1", title="x", text="")
    assert len(match(as_rule, wire)) == 1


def test_correlations_have_their_defaults() -> None:
    spike, outlets, sequence = ready(
        RULES
        + """
        [pack]
        channels = ["sea"]
        [[correlation]]
        id = "rush"
        type = "spike"
        rules = ["talks"]
        [[correlation]]
        id = "everywhere"
        title = "Everywhere"
        type = "outlets"
        rules = ["talks", "signed"]
        timespan = "30m"
        gte = 4
        priority = "urgent"
        channels = ["ops"]
        [[correlation]]
        id = "deal"
        type = "sequence"
        rules = ["talks", "signed"]
        timespan = "2w"
        """
    ).correlations
    assert (spike.type, spike.title, spike.gte, spike.factor) == (
        CorrelationType.SPIKE, "rush", 5, 3.0,
    )  # fmt: skip
    assert (spike.timespan, spike.channels, spike.pack) == (timedelta(hours=1), ("sea",), "p0")
    assert (outlets.gte, outlets.timespan, outlets.title) == (
        4, timedelta(minutes=30), "Everywhere",
    )  # fmt: skip
    assert (outlets.priority, outlets.channels) == (Priority.URGENT, ("ops",))
    assert (sequence.rules, sequence.timespan) == (("talks", "signed"), timedelta(days=14))


@pytest.mark.parametrize(
    ("table", "code", "place", "says"),
    [
        ("[[filter]]\nid = 'F'\nquery = 'x'\n", "E158", (10, 1), "not an id"),
        ("[[filter]]\nid = 'f'\nquery = 'x AND NOT x'\n", "E141", (11, 20), "never match"),
        ("[[filter]]\nid = 'f'\nquery = 'x AND'\n", "E107", (11, 12), "nothing follows"),
        ("[[filter]]\nid = 'f'\nquery = 'x'\nrule = '*'\n", "E152", (12, 1), "`rules`"),
        ("[[filter]]\nid = 'f'\nquery = 1\n", "E156", (11, 1), "a text"),
        (
            "[[filter]]\nid = 'f'\nquery = 'x'\n[[filter]]\nid = 'f'\nquery = 'x'\n",
            "E150",
            (13, 1),
            "filter id `f`",
        ),
        ("[[correlation]]\nid = 'c'\ntype = 'spike'\n", "E157", (9, 1), "has no `rules`"),
        (
            "[[correlation]]\nid = 'talks'\ntype = 'spike'\nrules = ['talks']\n",
            "E150",
            (10, 1),
            "correlation id",
        ),
        (
            "[[correlation]]\nid = 'c'\ntype = 'spike'\nrules = ['talk']\n",
            "E159",
            (12, 10),
            "`talks`",
        ),
        ("[[correlation]]\nid = 'c'\ntype = 'spike'\nrules = []\n", "E157", (12, 1), "one rule"),
        (
            "[[correlation]]\nid = 'c'\ntype = 'sequence'\nrules = ['talks']\n",
            "E157",
            (12, 1),
            "two rules",
        ),
        (
            "[[correlation]]\nid='c'\ntype='sequence'\nrules=['talks', 'signed']\ngte = 2\n",
            "E156",
            (13, 1),
            "means nothing to the type sequence",
        ),
        (
            "[[correlation]]\nid='c'\ntype='outlets'\nrules=['talks']\nfactor = 2\n",
            "E156",
            (13, 1),
            "means nothing to the type outlets",
        ),
        (
            "[[correlation]]\nid='c'\ntype='spike'\nrules=['talks']\ntimespan = '15d'\n",
            "E156",
            (13, 1),
            "too long",
        ),
        (
            "[[correlation]]\nid='c'\ntype='spike'\nrules=['talks']\ntimespan = '0h'\n",
            "E156",
            (13, 1),
            "not a time span",
        ),
        (
            "[[correlation]]\nid='c'\ntype='spike'\nrules=['talks']\nchannels = ['sae']\n",
            "E151",
            (13, 13),
            "`sea`",
        ),
    ],
)
def test_a_mistake_beside_the_rules_is_placed(
    table: str, code: str, place: tuple[int, int], says: str
) -> None:
    [problem] = problems(RULES + table)
    assert (problem.code, problem.line, problem.column) == (code, *place)
    assert says in f"{problem.title}\n{problem.help}"


def test_filters_need_not_require_anything() -> None:
    [(_, condition)] = ready("[[filter]]\nid = 'f'\nquery = 'NOT lang:en'\n").filters
    assert condition is not None


@pytest.mark.parametrize(
    ("rest", "codes"),
    [
        ("", ["E154"]),
        ("status = 'shadow'\n", ["E154"]),
        ("status = 'off'\n", []),
        ("[[rule.test]]\nmatch = true\ntitle = 'harbour'\n", []),
    ],
)
def test_a_pack_may_require_tests(rest: str, codes: list[str]) -> None:
    pack = f"[pack]\nrequire_tests = true\n[[rule]]\nid = 'a'\nquery = 'harbour'\n{rest}"
    assert [problem.code for problem in problems(pack)] == codes
