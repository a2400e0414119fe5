"""Where keys and texts stand in a TOML file."""

import tomllib
from pathlib import Path as FilePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.places import Path, locate

SOURCE = (FilePath(__file__).parent / "data" / "rules" / "places.toml").read_text("utf-8")


def value_at(data: object, path: Path) -> object:
    for step in path:
        data = data[step]  # type: ignore[index]
    return data


def test_every_text_of_a_file_is_found_character_by_character() -> None:
    data = tomllib.loads(SOURCE)
    places = locate(SOURCE)
    assert places.texts
    for path, offsets in places.texts.items():
        value = value_at(data, path)
        assert isinstance(value, str)
        assert len(offsets) == len(value) + 1
        for character, offset in zip(value, offsets, strict=False):
            assert SOURCE[offset] in (character, "\\")
        assert SOURCE[offsets[-1]] in "\"'"


def test_keys_tables_and_elements_have_their_places() -> None:
    places = locate(SOURCE)
    for path in places.keys:
        value_at(tomllib.loads(SOURCE), path)  # every path is one of the file
    starts = {
        ("pack",): "[pack]",
        ("pack", "quoted key"): '"quoted key" =',
        ("pack", "inline", "b", "c"): "\"b\".c = 'two'",
        ("pack", "inline", "d", 1): '"""y',
        ("a", "b c", "x", "y"): "x.y = true",
        ("rule",): '[[rule]]\nquery = "',
        ("rule", 1): "[[rule]]\nquery = '",
        ("rule", 0, "test", 1): '[[rule.test]]\ntitle = ""',
        ("rule", 0, "more", "z"): "z = -1.5e3",
        ("rule", 1, "test", 0, "title"): 'title = "third"',
    }
    for path, text in starts.items():
        assert SOURCE.startswith(text, places.keys[path]), path


def test_what_is_not_in_the_file_is_placed_at_what_is_around_it() -> None:
    places = locate(SOURCE)
    assert places.nearest(("pack", "owner")) == places.keys["pack",]
    assert places.nearest(("rule", 1, "id")) == places.keys["rule", 1]
    assert places.nearest(("nowhere",)) == 0


@pytest.mark.parametrize(("offset", "place"), [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (5, (3, 1))])
def test_lines_and_columns_count_from_one(offset: int, place: tuple[int, int]) -> None:
    assert locate("#é\n#\n").line_and_column(offset) == place


values = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


def astral(value: str) -> str:
    return '"' + "".join(f"\\U{ord(c):08X}" for c in value) + '"'


def multi(value: str) -> str:
    return '"""\n' + value.replace("\\", "\\\\").replace('"""', '""\\"') + '\\\n   """'


@given(st.lists(st.tuples(values, st.sampled_from([astral, multi])), max_size=5))
def test_offsets_are_as_many_as_characters_however_a_text_is_written(
    texts: list[tuple[str, object]],
) -> None:
    lines = [f"[[t]]\nv{n} = [{write(value)}]" for n, (value, write) in enumerate(texts)]  # type: ignore[operator]
    source = "\n".join(lines)
    data = tomllib.loads(source)
    places = locate(source)
    for n in range(len(texts)):
        assert len(places.texts["t", n, f"v{n}", 0]) == len(data["t"][n][f"v{n}"][0]) + 1
