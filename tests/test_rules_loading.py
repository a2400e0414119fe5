"""Rule files: every key, every mistake, and the tests inside them."""

import re
from pathlib import Path

import pytest

from monitor.model import Article, Priority, RuleStatus
from monitor.rules import Loaded, Problem, TestReport, load, match, render

ROOT = Path(__file__).parent.parent
ENTITIES = """
[entity.ferry_line]
label = "Nordic Ferry Line"
wikidata = "Q42"
names = ['"Nordic Ferry Line"', 'NordicFerry']
"""
RULE = '[[rule]]\nid = "harbour"\nquery = "harbour"\n'


def problems(
    pack: str, *, entities: str = ENTITIES, chats: list[str] | None = None
) -> list[Problem]:
    loaded = load({"rules/p.toml": pack, "rules/entities/e.toml": entities}, chats)
    return list(loaded.problems)


def one(found: list[Problem]) -> Problem:
    assert len(found) == 1, found
    return found[0]


def test_a_pack_gives_its_rules_with_their_defaults() -> None:
    pack = """
    [pack]
    id = "shipping"
    owner = "sea desk"
    channels = ["sea", "ops"]

    [fragments]
    boat = "$ship OR vessel"
    ship = "ship"

    [[rule]]
    id = "a"
    query = "harbour"

    [[rule]]
    id = "b-2"
    title = "Aground"
    query = '@ferry_line AND $boat'
    priority = "urgent"
    channels = []
    tags = ["accident"]
    status = "off"
    """
    loaded = load({"p.toml": pack, "entities/e.toml": ENTITIES}, ["sea", "ops"])
    assert loaded.problems == ()
    assert loaded.ruleset is not None
    first, second = loaded.ruleset.rules
    assert (first.title, first.pack, first.channels) == ("a", "shipping", ("sea", "ops"))
    assert (first.priority, first.status) == (Priority.NORMAL, RuleStatus.LIVE)
    assert (second.title, second.priority, second.tags) == (
        "Aground",
        Priority.URGENT,
        ("accident",),
    )
    assert (second.channels, second.status) == ((), RuleStatus.OFF)
    assert second.query == "@ferry_line AND $boat"


def test_a_pack_without_a_table_is_named_after_its_file() -> None:
    loaded = load({"some/where/Sea.toml": RULE})
    assert loaded.ruleset is not None
    assert loaded.ruleset.rules[0].pack == "sea"


def test_no_files_and_empty_files_give_an_empty_set() -> None:
    assert load({}) == load({"rules/p.toml": "# nothing yet\n"})
    loaded = load({})
    assert loaded.ruleset is not None
    assert loaded.ruleset.rules == ()
    assert match(loaded.ruleset, Article(url="", title="harbour", text="")) == ()


@pytest.mark.parametrize(
    ("pack", "code", "place", "says"),
    [
        ("[pack\n", "E155", (1, 6), "not TOML"),
        ("a = 'x", "E155", (1, 7), "three single quotes"),
        ('[[rule]]\nid = "a"\nid = "b"\n', "E155", (3, 9), "not TOML"),
        (RULE + 'qery = "x"\n', "E152", (4, 1), "`query`"),
        ("[pac]\n", "E152", (1, 1), "`pack`"),
        (RULE + "colour = 1\n", "E152", (4, 1), "known here: id, title"),
        ("[pack]\nid = 1\n", "E156", (2, 1), 'id = "…"'),
        ("rule = 1\n", "E156", (1, 1), "[[rule]]"),
        ("pack = 1\n", "E156", (1, 1), "[pack]"),
        ("[rule]\nid = 'a'\n", "E156", (1, 1), "[[rule]]"),
        ("[fragments]\na = 1\n", "E156", (2, 1), "a text"),
        (RULE + 'tags = "x"\n', "E156", (4, 1), 'tags = ["…", "…"]'),
        (RULE + "priority = 'hihg'\n", "E156", (4, 1), "`high`"),
        (RULE + "priority = 'zzz'\n", "E156", (4, 1), "low, normal, high, urgent"),
        (RULE + "status = 'on'\n", "E156", (4, 1), "live, shadow, off"),
        (RULE + "expires = '2027-01-01'\n", "E156", (4, 1), "expires = 2027-03-31"),
        (RULE + "expires = 2027-01-01T10:00:00Z\n", "E156", (4, 1), "a date"),
        (RULE + "allow = 'W020'\n", "E156", (4, 1), "a list of texts"),
        ("[[rule]]\nquery = 'x'\n", "E157", (1, 1), 'id = "openai-india"'),
        ("[[rule]]\nid = 'x'\n", "E157", (1, 1), "query = '''"),
        ("[[rule]]\nid = 'x'\nquery = 5\n", "E156", (3, 1), "a text"),
        ("[[rule]]\nid = 'Sea Port!'\nquery = 'x'\n", "E158", (2, 1), 'id = "sea-port"'),
        ("[pack]\nid = '__'\n", "E158", (2, 1), 'id = "my-rule"'),
        (RULE + RULE, "E150", (5, 1), "already used in rules/p.toml"),
        (RULE + "[[rule.test]]\ntitle = 'x'\n", "E157", (4, 1), "match = true"),
        (RULE + "[[rule.test]]\nmatch = 1\n", "E156", (5, 1), "true or false"),
        (RULE + "[[rule.test]]\nmatch = false\nheadline = 'x'\n", "E152", (6, 1), "known here"),
        (RULE + "[[rule.test]]\nmatch = true\n", "E153", (5, 1), "does not hold: harbour"),
        ("[fragments]\na = 'x AND'\n", "E107", (2, 8), "nothing follows AND"),
        ("[fragments]\na = 'x AND $a'\n", "E132", (2, 12), "contains itself"),
        ("[fragments]\na = '$b'\nb = '$c'\nc = '$a'\n", "E132", (4, 6), "contains itself"),
        ("[fragments]\na = 'x OR NOT y'\n", "E112", (2, 15), "NOT among alternatives"),
        (
            "[fragments]\na = 'NOT y'\nb = '$a AND z'\nc = '$b'\nd = '$d2 OR @nobody'\nd2='x'\n",
            "E130",
            (5, 13),
            "@nobody",
        ),
        ("[fragments]\na = '@nobody'\n", "E130", (2, 6), "@nobody"),
        ("[fragments]\na = 'x'\n[[rule]]\nid = 'r'\nquery = '$aa'\n", "E131", (5, 10), "$a?"),
    ],
)
def test_a_mistake_in_a_file_is_placed_and_explained(
    pack: str, code: str, place: tuple[int, int], says: str
) -> None:
    problem = one(problems(pack))
    assert problem.code == code
    assert problem.path == "rules/p.toml"
    assert (problem.line, problem.column) == place
    assert says in f"{problem.title}\n{problem.help}"


@pytest.mark.parametrize(
    ("entities", "code", "place"),
    [
        ("entity = 1\n", "E156", (1, 1)),
        ("[entity]\nport = 1\n", "E156", (2, 1)),
        ("[entity.port]\nlabel = 'Port'\n", "E157", (1, 1)),
        ("[entity.port]\nnames = []\n", "E157", (2, 1)),
        ("[entity.port]\nnames = 'Port'\n", "E156", (2, 1)),
        ("[entity.port]\nnames = ['Port', 'Port AND Quay']\n", "E117", (2, 19)),
        ("[entity.port]\nnames = ['Port Authority']\n", "E110", (2, 16)),
        ("[entity.port]\nnames = ['Port']\nwithin = '5'\n", "E156", (3, 1)),
        ("[entity.port]\nnames = ['Port']\nwithin = -1\n", "E156", (3, 1)),
        ("[entity.port]\nnames = ['Port']\nwikidata = 'https://q'\n", "E156", (3, 1)),
        ("[entity.port]\nnames = ['Port']\nname = 'x'\n", "E152", (3, 1)),
        ("[entity.'Le Port']\nnames = ['Port']\n", "E158", (1, 1)),
        ("[[rule]]\nid = 'a'\n", "E152", (1, 1)),
    ],
)
def test_a_mistake_in_an_entity_is_placed(entities: str, code: str, place: tuple[int, int]) -> None:
    problem = one(problems("", entities=entities))
    assert (problem.code, problem.path) == (code, "rules/entities/e.toml")
    assert (problem.line, problem.column) == place


def test_the_same_entity_or_rule_in_two_files_is_an_error() -> None:
    files = {
        "entities/a.toml": ENTITIES,
        "entities/b.toml": ENTITIES,
        "x.toml": RULE,
        "y.toml": RULE,
    }
    found = load(files).problems
    assert [(p.code, p.path) for p in found] == [("E150", "entities/b.toml"), ("E150", "y.toml")]
    assert "entities/a.toml" in found[0].title
    assert "x.toml" in found[1].title


def test_a_broken_entity_or_fragment_is_blamed_once_and_not_the_rules_that_name_it() -> None:
    pack = "[fragments]\nf = 'x y'\n[[rule]]\nid = 'r'\nquery = '@port AND $f'\n"
    found = problems(pack, entities="[entity.port]\nnames = ['a b']\n")
    assert [p.code for p in found] == ["E110", "E110"]
    assert {p.path for p in found} == {"rules/p.toml", "rules/entities/e.toml"}


def test_channels_must_be_chats_if_these_are_known() -> None:
    pack = "[pack]\nchannels = ['sae']\n" + RULE + "channels = ['sea', 'zoo']\n"
    assert problems(pack) == []
    found = problems(pack, chats=["sea"])
    assert [(p.code, p.line, p.column) for p in found] == [("E151", 2, 13), ("E151", 6, 20)]
    assert found[0].help == "did you mean `sea`?"
    assert found[1].help == "configured chats: sea"
    assert "none" in problems(pack, chats=[])[0].help


def test_a_query_is_placed_in_its_file_whatever_its_quotes() -> None:
    query = "東京 AND\\n titel:\\u6e2f"
    pack = f'[[rule]]\nid = "r"\nquery = "{query}"\n'
    problem = one(problems(pack))
    assert (problem.code, problem.line, problem.column) == ("E120", 3, 10 + query.index("titel"))
    pack = "[[rule]]\r\nid = 'r'\r\nquery = '''\r\n東京 AND\r\n titel:港'''\r\n"
    problem = one(problems(pack))
    assert (problem.line, problem.column) == (5, 2)
    assert " titel:港\n" in render(problem, pack) + "\n" or " titel:港'''" in render(problem, pack)


def test_warnings_leave_a_rule_set() -> None:
    loaded = load({"p.toml": '[[rule]]\nid = "r"\nquery = "ferry and harbour"\n'})
    assert loaded.ruleset is not None
    assert [(p.code, p.severity) for p in loaded.problems] == [("W001", "warning")]


def run(tests: str, query: str = "ferry AND NOT storm") -> Loaded:
    return load({"p.toml": f"[[rule]]\nid = 'r'\nquery = '{query}'\n{tests}"})


def test_embedded_tests_that_pass_are_counted() -> None:
    loaded = run("""
    [[rule.test]]
    match = true
    title = "Ferry’s crew"
    text = "The ferry sailed."
    lang = "en"
    authors = ["A. Writer"]
    spans = ["Ferry’s", "ferry"]
    [[rule.test]]
    match = false
    body = "The ferry met a storm."
    [[rule.test]]
    match = true
    title = "A train"
    todo = "trains come later"
    """)
    assert loaded.problems == ()
    assert loaded.tests == (TestReport("r", "p.toml", passed=2, failed=0, todo=1),)


@pytest.mark.parametrize(
    ("test", "line", "says"),
    [
        ("match = true\ntitle = 'storm'", 5, "this does not hold: ferry, NOT storm"),
        ("match = false\ntitle = 'A Ferry'", 5, "expected no match, but found: “Ferry”"),
        ("match = true\ntitle = 'ferry'\nspans = ['boat']", 7, "nothing highlights “boat”"),
    ],
)
def test_an_embedded_test_that_fails_is_an_error(test: str, line: int, says: str) -> None:
    loaded = run(f"[[rule.test]]\n{test}\n")
    assert loaded.ruleset is None
    problem = one(list(loaded.problems))
    assert (problem.code, problem.line) == ("E153", line)
    assert says in problem.title
    assert loaded.tests == (TestReport("r", "p.toml", passed=0, failed=1),)


def test_the_tests_of_rules_that_are_off_run_too() -> None:
    loaded = run("status = 'off'\n[[rule.test]]\nmatch = true\n")
    assert [p.code for p in loaded.problems] == ["E153"]


# --- what ships with the project


def shipped() -> dict[str, str]:
    files = sorted((ROOT / "rules").rglob("*.toml"))
    return {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in files}


def test_the_shipped_rules_are_fine_and_each_has_tests_both_ways() -> None:
    loaded = load(shipped())
    assert loaded.problems == ()
    assert loaded.ruleset is not None
    assert all(report.passed >= 2 and not report.todo for report in loaded.tests)
    assert len(loaded.tests) == len(loaded.ruleset.rules) >= 5
    [first, *_] = loaded.ruleset.rules
    assert (first.id, first.query) == ("openai-india", "@openai AND (India OR lawsuit)")
    assert (first.priority, first.channels) == (Priority.HIGH, ())


def test_every_example_of_the_guide_loads() -> None:
    guide = (ROOT / "rules" / "README.md").read_text("utf-8")
    examples = re.findall(r"^```toml([^\n]*)\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    assert len(examples) >= 3
    files = {
        f"{'entities/' if 'entities' in kind else ''}{number}.toml": text
        for number, (kind, text) in enumerate(examples)
    }
    loaded = load(files)
    assert loaded.problems == ()
    assert sum(report.passed for report in loaded.tests) >= 4
