"""TOML that is being typed, positions, completion, hover: the pure parts of the language server."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.lsp import glossary
from monitor.lsp.completion import Suggestion, Surroundings, complete
from monitor.lsp.fixes import fixes
from monitor.lsp.hover import Hover, Recent, definition, hover
from monitor.lsp.meanings import FIELDS, OPERATORS
from monitor.lsp.outline import Kind, cursor, outline, piece_at, read_text
from monitor.lsp.positions import Positions
from monitor.rules import load
from monitor.rules.keys import PACK_FILE, RULE
from monitor.rules.lexemes import FIELDS as ALL_FIELDS
from monitor.rules.places import locate
from monitor.rules.rewriting import format_file

RULES = Path(__file__).parents[1] / "rules"
ENTITIES = """
[entity.ferry_line]
label = "Nordic Ferry Line"
wikidata = "Q42"
names = ['"Nordic Ferry Line"', 'Nordic~']
weak = ['=NFL']
"""
PACK = """
[pack]
owner = "sea desk"  # who else

[fragments]
court = 'lawsuit OR "High Court"'

[[rule]]
id = "ferry"
title = "Ferries"
query = '''@ferry_line AND title:(harbo* OR quay~) NOT NEAR/3 $court OR count(a) > 2 AND =US'''
priority = "high"
allow = ["W021"]
  [[rule.test]]
  match = true

[[correlation]]
rules = ["ferry"]
"""
FILES = {"pack.toml": PACK, "entities/sea.toml": ENTITIES}
RECENT = Recent(lambda slug: f"{slug}: 12 articles", lambda rule: f"{rule}: 31 articles")


# --- positions


@pytest.mark.parametrize(("encoding", "character"), [("utf-16", 4), ("utf-8", 7), ("utf-32", 3)])
def test_characters_are_counted_as_the_editor_does(encoding: str, character: int) -> None:
    positions = Positions("a\r\né🚢x", encoding)
    assert positions.of(5) == (1, character - 1)
    assert positions.offset(1, character - 1) == 5


def test_positions_outside_the_text_are_its_nearest() -> None:
    positions = Positions("ab\n🚢")
    assert positions.offset(0, 99) == 2
    assert positions.offset(9, 0) == 4
    assert positions.offset(1, 1) == 4  # within a pair of surrogates
    assert positions.of(99) == (1, 2)


@given(st.text("a\r\n🚢é\u2028\ud800"), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_each_offset_comes_back_but_for_those_within_line_ends(text: str, encoding: str) -> None:
    positions = Positions(text, encoding)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            assert positions.offset(*positions.of(offset)) == offset


# --- the outline


@pytest.mark.parametrize("file", sorted(RULES.rglob("*.toml")), ids=lambda file: file.stem)
def test_texts_are_found_where_the_strict_reader_finds_them(file: Path) -> None:
    source = file.read_text("utf-8")
    texts = [piece for piece in outline(source) if piece.kind is Kind.TEXT]
    located = map(tuple, locate(source).texts.values())
    assert [read_text(source, one).offsets for one in texts] == list(located)


@pytest.mark.parametrize(
    "written",
    ["'a'", '"a\\"b\\u00e9\\t\\\\"', "'''\na''b''''", '"""a""b"""', '"""\\\n  a\\n"""', "''", '""'],
)
def test_texts_are_read_as_toml_reads_them(written: str) -> None:
    source = f"x.y = {written} # z"
    piece = next(piece for piece in outline(source) if piece.kind is Kind.TEXT)
    assert read_text(source, piece).value == tomllib.loads(source)["x"]["y"]
    assert piece.path == ("x", "y")
    assert piece.closed


@pytest.mark.parametrize(
    ("written", "kind", "path", "typed"),
    [
        ("|", Kind.KEY, (), ""),
        ("[[ru|", Kind.HEADER, ("ru",), "ru"),
        ("[[rule]]\nqu|", Kind.KEY, ("rule",), "qu"),
        ("[[rule]]\nid = 1\n|", Kind.KEY, ("rule",), ""),
        ("[[rule]]\nid = 1 |", None, ("rule", "id"), ""),
        ("[[rule]] |", None, ("rule",), ""),
        ("[[rule]]\nquery = |", Kind.SCALAR, ("rule", "query"), ""),
        ("[[rule]]\nstatus = li|", Kind.SCALAR, ("rule", "status"), "li"),
        ("[[rule]]\nquery = '''a AND\nb|", Kind.TEXT, ("rule", "query"), "a AND\nb"),
        ('a = "x\\|', Kind.TEXT, ("a",), "x\\"),
        ('a = """x\\|', Kind.TEXT, ("a",), "x\\"),
        ('a = ["x", "|', Kind.TEXT, ("a",), ""),
        ('a = ["x"\nb = "|', Kind.TEXT, ("b",), ""),
        ('a = ["x"\n[b]\nc|', Kind.KEY, ("b",), "c"),
        ("a = 1 # b|", Kind.COMMENT, ("a",), "# b"),
        ('"a b".c = |', Kind.SCALAR, ("a b", "c"), ""),
    ],
)
def test_what_is_being_written(
    written: str, kind: Kind | None, path: tuple[str, ...], typed: str
) -> None:
    source = written.replace("|", "")
    offset = written.index("|")
    found = cursor(source, offset)
    assert (found.kind, found.path) == (kind, path)
    assert source[found.start : offset] == typed


def test_a_list_may_go_on_over_lines() -> None:
    source = "a = [\n  'x',\n  'y', # z\n]\nb = 'c'"
    assert [one.path for one in outline(source) if one.kind is Kind.TEXT] == [
        ("a",),
        ("a",),
        ("b",),
    ]


# --- completion


def offered(written: str, *, path: str = "pack.toml") -> dict[str, Suggestion]:
    """What is offered at the ``|``."""
    offset = written.index("|")
    source = written.replace("|", "", 1)
    around = Surroundings({**FILES, path: source}, ("desk", "board"))
    return {one.label: one for one in complete(path, source, offset, around)}


def query(written: str) -> dict[str, Suggestion]:
    return offered(f"[fragments]\ncourt = 'a'\n[[rule]]\nquery = '''{written}")


@pytest.mark.parametrize(
    ("written", "there", "missing"),
    [
        ("[[rule]]\npri|", {"priority", "query", "[[rule.test]]"}, {"owners", "[entity.]"}),
        ("[[rule]]\nid = 'x'\n|", {"query", "title"}, {"id"}),
        ("[[rule]]\nid = 'x'\n[[rule]]\n|", {"id"}, set()),
        ("[[rule.test]]\n|", {"match", "spans"}, {"query"}),
        ("[|", {"[pack]", "[fragments]", "[[rule]]", "[[filter]]", "[[correlation]]"}, {"id"}),
        ("[[rule]]\npriority = |", {"low", "urgent"}, {"live"}),
        ('[[rule]]\nstatus = "|"', {"live", "shadow", "off"}, {"low"}),
        ('[[rule]]\nchannels = ["|', {"desk", "board"}, set()),
        ('[[rule]]\nallow = ["|', {"W021"}, {"E110"}),
        ('[[rule]]\nid = "a"\n[[correlation]]\nrules = ["|', {"a"}, set()),
        ("[pack]\nrequire_tests = |", {"true", "false"}, set()),
        ("[[rule]]\nexpires = |", set(), {"true"}),
        ("[[rule]]\ntitle = '|", set(), {"AND"}),
        ("[other]\n|", {"[[rule]]"}, {"id"}),
        ("# |", set(), {"[pack]"}),
    ],
)
def test_keys_headers_and_values(written: str, there: set[str], missing: set[str]) -> None:
    found = offered(written).keys()
    assert there <= found
    assert not missing & found
    assert there or not found


def test_entity_files_have_their_own_keys() -> None:
    found = offered("[entity.x]\n|", path="entities/x.toml")
    assert {"names", "weak", "context", "[entity.]"} <= found.keys()
    assert "[[rule]]" not in found
    assert "library" in offered("|", path="entities/x.toml")


@pytest.mark.parametrize(
    ("written", "there", "missing"),
    [
        ("|", {"@ferry_line", "$court", "title:", "count", "OF", "AND"}, set()),
        ("a AND @fer|", {"@ferry_line"}, {"$court", "title:", "AND"}),
        ("a AND $|", {"$court"}, {"@ferry_line", "AND"}),
        ('a AND "New |', set(), {"AND"}),
        ('a AND "New" |', {"AND"}, set()),
        ("a // b |", set(), {"AND"}),
        ("a AND source:(x |", set(), {"AND"}),
        ("a AND source:(x y) |", {"AND"}, set()),
        ("a\n// b\nAND |", {"title:"}, set()),
    ],
)
def test_what_a_query_may_go_on_with(written: str, there: set[str], missing: set[str]) -> None:
    found = query(written).keys()
    assert there <= found
    assert not missing & found
    assert there or not found


def test_what_fits_comes_first() -> None:
    behind, before = query("harbour |"), query("harbour AND |")
    assert behind["NEAR"].rank < behind["title:"].rank
    assert before["title:"].rank < before["NEAR"].rank
    assert before["NOT"].rank == behind["NOT"].rank == 0


def test_suggestions_replace_what_is_typed() -> None:
    source = "[fragments]\ncourt = 'a'\n[[rule]]\nquery = '''a AND @fer"
    found = query("a AND @fer|")["@ferry_line"]
    assert source[found.start : found.end] == "@fer"
    assert found.detail == "Nordic Ferry Line"
    assert "Nordic~" in found.about
    written = '[[rule]]\nstatus = "l|ve"'
    value = offered(written)["live"]
    assert written.replace("|", "")[value.start : value.end] == "lve"
    assert offered("[[rule]]\nstatus = l|")["live"].insert == '"live"'
    header = "[[ru|]]\nid = 1"
    table = offered(header)["[[rule]]"]
    assert header.replace("|", "")[table.start : table.end] == "[[ru]]"


def test_all_of_the_language_has_a_meaning() -> None:
    assert set(FIELDS) == set(ALL_FIELDS)
    meanings = [*OPERATORS.values(), *FIELDS.values()]
    for meaning in meanings:
        pack = f"[[rule]]\nid = 'a'\nquery = '''\n{meaning.example} AND x\n'''"
        if " OR " in meaning.example and not meaning.example.endswith(")"):
            pack = pack.replace(" AND x", "")
        files = {"p.toml": pack, "entities/e.toml": "[entity.openai]\nnames = ['OpenAI']"}
        assert load(files).problems == (), meaning.example


def test_each_key_and_header_is_known() -> None:
    assert glossary.key_at(("rule", "query")) is RULE["query"]
    assert glossary.key_at(("entity", "x", "weak")) is not None
    assert glossary.key_at(("rule", "nothing")) is None
    assert set(glossary.headers(PACK_FILE)) == {
        "[pack]", "[fragments]", "[[rule]]", "[[rule.test]]", "[[filter]]", "[[correlation]]"
    }  # fmt: skip


# --- hover and definitions


def shown(words: str, within: str = "pack.toml", plus: int = 0) -> Hover | None:
    source = FILES[within]
    return hover(within, source, source.index(words) + plus, FILES, RECENT)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("@ferry_line", "**Nordic Ferry Line** `@ferry_line`"),
        ("@ferry_line", "ferry_line: 12 articles"),
        ("@ferry_line", "weak names: =NFL"),
        ("AND title", "Both sides hold"),
        ("title:(", "In the headline only"),
        ("harbo*", "at least three letters"),
        ("quay~", "same stem"),
        ("NEAR/3", "none of the right side"),
        ("$court", 'lawsuit OR "High Court"'),
        ("count(", "count(@openai) >= 3"),
        ("> 2", "count(@openai) >= 3"),
        ("=US", "Case and accents"),
        ('ferry"', "ferry: 31 articles"),
        ('ferry"]', "**Ferries**"),
        ('high"', "How much the alerts matter"),
        ("priority", "One of: low, normal, high, urgent. Default: `normal`."),
        ("[[rule.test]]", "An article that the rule must"),
        ('W021"', "an acronym that is a word"),
    ],
)
def test_hover_says_what_stands_there(words: str, text: str) -> None:
    found = shown(words)
    assert found is not None
    assert text in found.text
    assert found.start <= PACK.index(words) < found.end


@pytest.mark.parametrize("words", ["sea desk", "# who", "true", "lawsuit", "\n[pack]"])
def test_hover_says_nothing_where_there_is_nothing_to_say(words: str) -> None:
    assert shown(words) is None


def test_hover_in_entity_files() -> None:
    header = shown("[entity.ferry_line]", "entities/sea.toml")
    assert header is not None
    assert "wikidata.org/wiki/Q42" in header.text
    stem = shown("Nordic~", "entities/sea.toml")
    assert stem is not None
    assert "same stem" in stem.text


def test_unknown_names_have_no_meaning_and_no_place() -> None:
    source = "[[rule]]\nquery = '@nobody AND $nothing AND tytle:x'\nallow = ['W999']"
    for words in ("@nobody", "$nothing", "tytle:", "W999"):
        at = source.index(words)
        assert hover("p.toml", source, at, {"p.toml": source}, RECENT) is None
        assert definition("p.toml", source, at, {"p.toml": source}) is None


@pytest.mark.parametrize(
    ("words", "path", "target"),
    [
        ("@ferry_line", "entities/sea.toml", "[entity.ferry_line]"),
        ("$court", "pack.toml", "court"),
        ('ferry"]', "pack.toml", "[[rule]]"),
    ],
)
def test_definitions(words: str, path: str, target: str) -> None:
    found = definition("pack.toml", PACK, PACK.index(words), FILES)
    assert found is not None
    assert found.path == path
    assert FILES[path][found.start : found.end] == target


@pytest.mark.parametrize("words", ["owner", "sea desk", "lawsuit", "Ferries"])
def test_other_words_are_defined_nowhere(words: str) -> None:
    assert definition("pack.toml", PACK, PACK.index(words), FILES) is None


# --- whatever is typed

SIGNS = "''' \"\"\" \" ' [ ] [[rule]] = query= \\ \\u12 # @ $ ( ) AND title: NEAR/5 { } , . a"
SCRAPS = st.sampled_from([*SIGNS.split(), " ", "\n", "\r", "\t", "🚢", "\u2028", "\ud800"])


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, int]:
    """A pack after a few random edits, and an offset in it."""
    text = draw(st.sampled_from([PACK, ENTITIES, ""]))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.integers(0, 40)), len(text))
        text = text[:start] + "".join(draw(st.lists(SCRAPS, max_size=6))) + text[end:]
    return text, draw(st.integers(0, len(text)))


@given(edited(), st.sampled_from(["pack.toml", "entities/sea.toml"]))
def test_nothing_that_is_typed_breaks_anything(found: tuple[str, int], path: str) -> None:
    text, offset = found
    files = {**FILES, path: text}
    pieces = outline(text)
    assert all(one.start < one.end <= len(text) for one in pieces)
    assert [one.start for one in pieces] == sorted(one.start for one in pieces)
    for one in complete(path, text, offset, Surroundings(files, ("desk",))):
        assert 0 <= one.start <= offset <= one.end <= len(text)
    said = hover(path, text, offset, files, RECENT)
    assert said is None or said.start <= offset <= said.end
    definition(path, text, offset, files)
    assert piece_at(text, offset) is None or text
    for problem in load(files).problems:
        if problem.path == path:
            for fix in fixes(text, problem):
                assert 0 <= fix.start <= fix.end <= len(text)


@pytest.mark.parametrize("text", ["a=" + "[" * 5000 + "]" * 5000, "a=" + "{a=" * 5000])
def test_values_nested_beyond_all_measure_are_a_problem_as_others(text: str) -> None:
    (problem,) = load({"pack.toml": text}).problems
    assert problem.code == "E155"
    assert "nested too deep" in problem.title
    with pytest.raises(tomllib.TOMLDecodeError):
        format_file(text)
    assert cursor(text, len(text)).path == ("a",)
