"""Sentences and paragraphs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import paragraphs, sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rain fell. Trains stopped! Why?", ["Rain fell.", "Trains stopped!", "Why?"]),
        ("“Go!” she said. He went.", ["“Go!” she said.", "He went."]),
        ("He said: “Go.” She went.", ["He said: “Go.”", "She went."]),
        ("Mr. Rao met Dr. Sen. They spoke.", ["Mr. Rao met Dr. Sen. They spoke."]),
        ("Acme Ltd. rose. Rs. 5 crore was paid.", ["Acme Ltd. rose.", "Rs. 5 crore was paid."]),
        ("J. K. Narayan left. No. 5 won.", ["J. K. Narayan left.", "No. 5 won."]),
        (
            "It grew 3.5 percent in 2024. Then it fell.",
            ["It grew 3.5 percent in 2024.", "Then it fell."],
        ),
        ("1. Boil water. 2. Add tea.", ["1. Boil water.", "2. Add tea."]),
        (
            "The talks failed.The army left. See rail.example now.",
            [
                "The talks failed.",
                "The army left.",
                "See rail.example now.",
            ],
        ),
        ("東京。大阪！本当？はい", ["東京。", "大阪！", "本当？", "はい"]),
        ("पहला वाक्य। दूसरा।", ["पहला वाक्य।", "दूसरा।"]),
        ("کیا ہوا؟ کچھ نہیں۔ ٹھیک", ["کیا ہوا؟", "کچھ نہیں۔", "ٹھیک"]),
        ("Wait… what? Really...", ["Wait… what?", "Really..."]),
        ("One line\n\n  Another line. More  \r\nEnd", ["One line", "Another line.", "More", "End"]),
        ("", []),
        (" \n ", []),
        ("!", ["!"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_paragraphs_are_lines_without_blank_ones() -> None:
    text = " one \n\n\t\ntwo\u2028three\r\nfour"
    assert [text[a:b] for a, b in paragraphs(text)] == ["one", "two", "three", "four"]


@given(st.text(st.sampled_from("aB1. !?\n。।”Mr"), max_size=40))
def test_sentences_cover_all_but_blanks(text: str) -> None:
    spans = sentences(text)
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all("\n" not in text[start:end] for start, end in spans)
