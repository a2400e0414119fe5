import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import text_key

LONG = " ".join(f"Word{n}, and" for n in range(20)) + "."


def test_the_key_is_stable_and_128_bits() -> None:
    assert text_key("Title", LONG) == text_key("Title", LONG)
    assert len(text_key("", "")) == 32
    assert int(text_key("Title", LONG), 16) >= 0
    # Stored in databases: a change here makes every known text unknown.
    assert text_key("Ferry crews accept", "More to follow.") == "f4524a6af942cae427e26899506b4a43"
    assert text_key("Ferry crews accept", LONG) == "e260ee5b09afae085f94b0afba4641b8"


@pytest.mark.parametrize(
    "other", [LONG.upper(), LONG.replace(", ", ",\n\n"), LONG.replace("W", "Ẃ"), f"“{LONG}”"]
)
def test_texts_that_read_the_same_are_copies(other: str) -> None:
    assert text_key("One headline", LONG) == text_key("Another headline", other)


def test_one_other_word_is_another_text() -> None:
    assert text_key("T", LONG) != text_key("T", LONG.replace("Word7", "Word8"))


def test_short_texts_count_with_their_title() -> None:
    stub = "More to follow."
    assert text_key("Bank merges", stub) != text_key("Ferry sinks", stub)
    assert text_key("Bank merges", stub) == text_key("BANK MERGES!", stub.lower())
    edge = " ".join(["word"] * 29)
    assert text_key("A", edge) != text_key("B", edge)
    assert text_key("A", edge + " word") == text_key("B", edge + " word")


def test_scripts_without_spaces_have_words_too() -> None:
    text = "政府は今日新しい法律を可決した。" * 4
    assert text_key("一", text) == text_key("二", text)


@given(st.text(), st.text())
def test_any_text_has_a_key(title: str, text: str) -> None:
    assert len(text_key(title, text)) == 32
