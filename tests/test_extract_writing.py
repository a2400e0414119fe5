"""How texts are counted: the same as by hand, for all of a page at once."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.extract.known import fold
from monitor.extract.lines import is_boilerplate
from monitor.extract.vocabulary import leading_words
from monitor.extract.writing import Kind, writing_of

TEXTS = st.lists(st.text(st.sampled_from("aB7 ,.!?“”\"'—東。ä\n|@©😀"), min_size=1), min_size=1)


def test_marks_within_numbers_and_addresses_are_no_punctuation() -> None:
    found = writing_of(["It took 3.5 hours, and 1,200 men. Really.", "www.site.example"])
    assert found.counts[[Kind.COMMA, Kind.STOP]].tolist() == [[1, 0], [2, 0]]


def test_a_mark_at_the_end_of_a_text_counts_whatever_text_comes_next() -> None:
    found = writing_of(["Rowing.", "again"])
    assert found.counts[Kind.STOP].tolist() == [1, 0]
    assert found.ends.tolist() == [True, False]


def test_the_end_is_looked_for_before_quotation_marks_and_brackets() -> None:
    texts = [
        "“We row.”",
        '"We row!")',
        "(see below)",
        "東京は雨。」",
        "Why?",
        "Next:",
        "7 x 7",
        "”",
    ]
    ends = [True, True, False, True, True, True, False, False]
    assert writing_of(texts).ends.tolist() == ends


def test_of_a_long_text_the_beginning_and_the_end_are_read() -> None:
    found = writing_of(["A" + "b" * 5_000 + "?"])
    assert found.counts[[Kind.UPPER, Kind.ASKING]].tolist() == [[1], [1]]
    assert found.ends.tolist() == [True]
    assert found.counts.sum() < 1_000


@given(TEXTS)
def test_a_text_counts_the_same_alone_and_among_others(texts: list[str]) -> None:
    together = writing_of(texts)
    for index, text in enumerate(texts):
        alone = writing_of([text])
        assert together.counts[:, index].tolist() == alone.counts[:, 0].tolist()
        assert together.ends[index] == alone.ends[0]
        assert alone.counts.sum() == min(len(text), 150)


@given(st.text() | st.text(st.characters(max_codepoint=255) | st.sampled_from("’“”—–…‘ſßµ")))
def test_folding_leaves_letters_and_digits_in_lower_case(text: str) -> None:
    assert fold(text) == "".join(filter(str.isalnum, text.casefold()))


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_takes_a_shorter_way_to_the_same_words_and_letters(text: str) -> None:
    # A letter that is not ASCII sends a text the long way.
    assert fold(text) + "é" == fold(f"{text}é")
    assert leading_words(text) == leading_words(f"{text} é")[: len(leading_words(text))]


def test_what_a_pattern_finds_is_found_through_its_beginning() -> None:
    lines = [
        "Watch: the boats", "weitere Artikel", "By Ann Rower", "12 comments",
        "a lire aussi : la mer",
        "Wednesday, 4 March 2026", "March 4, 2026", "Boats on the bay / Getty", "(Photo: A. Rower)",
        "Story continues below advertisement", "e-mail", "Don’t miss our newsletter",
        "Le puede interesar",
    ]  # fmt: skip
    assert [line for line in lines if not is_boilerplate(line)] == ["weitere Artikel"]
