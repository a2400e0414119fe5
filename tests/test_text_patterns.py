"""The signs of a query's words: = for as written, ~ for inflected, * and ? for letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import find, pattern, stem, stemmed_language, tokenize


def found(query: str, text: str, language: str | None = None, *, exact: bool = False) -> list[str]:
    tokens = tokenize(text)
    places = find(tokens, pattern(query, exact=exact), language)
    return [tokens.written(*place) for place in places]


@pytest.mark.parametrize(
    ("query", "text", "language", "evidence"),
    [
        ("ferry~", "Ferries and a ferry’s crew", "en", ["Ferries", "ferry’s"]),
        ("ferry~", "Ferries and a ferry", None, ["ferry"]),
        ("ferry~", "ferrying", "en", ["ferrying"]),
        ("job cut~", "job cuts, jobs cut, a job cut", "en", ["job cuts", "job cut"]),
        ("job~ cut~", "job cuts, jobs cut", "en", ["job cuts", "jobs cut"]),
        ("e-ferry~", "e-ferries, eferries", "en", ["e-ferries", "eferries"]),
        ("élection~", "les élections, l’election", "fr", ["élections", "l’election"]),
        ("Häfen~", "der Hafen, die HÄFEN", "de", ["Hafen", "HÄFEN"]),
        ("банк~", "банки и банка", "ru", ["банки", "банка"]),
        ("$PORT~", "$PORT $PORTS port", "en", ["$PORT"]),
        ("東京~", "東京", "ja", ["東京"]),
        ("~", "a ~ b", "en", []),
    ],
)
def test_inflected_words_are_found_in_the_language_of_the_text(
    query: str, text: str, language: str | None, evidence: list[str]
) -> None:
    assert found(query, text, language) == evidence


@pytest.mark.parametrize(
    ("query", "text", "evidence"),
    [
        ("ferr*", "ferry FERRIES ferr fer", ["ferry", "FERRIES", "ferr"]),
        ("har*or", "harbor harbour harbours", ["harbor"]),
        ("harbo?r", "harbour harbor harboUr’s", ["harbour", "harboUr’s"]),
        ("colo?r*", "colours color", ["colours"]),
        ("cyberat*", "cyber-attacks", ["cyber-attacks"]),
        ("cyber-att*", "cyber-attacks, cyber attack, cyberattack",
         ["cyber-attacks", "cyber attack", "cyberattack"]),
        ("ship* own*", "a ship owner, shipping owned", ["ship owner", "shipping owned"]),
        ("Şis*", "sisecam", ["sisecam"]),
        ("disn*", "Disney+", ["Disney+"]),
        ("pay?", "pay+ pays", ["pays"]),
        ("東京電*", "東京電力", ["東京電"]),
        ("rail.ex*", "rail.example rail example", ["rail.example"]),
    ],
)  # fmt: skip
def test_wildcards_stay_inside_one_token(query: str, text: str, evidence: list[str]) -> None:
    assert found(query, text) == evidence


@pytest.mark.parametrize(
    ("query", "text", "evidence"),
    [
        ("Quince", "Quince, quince, QUINCE, Quince’s", ["Quince", "Quince’s"]),
        ("Café", "Café, Cafe, CAFÉ, Cafe\u0301", ["Café", "Cafe\u0301"]),
        ("US", "US us U.S. Us", ["US", "U.S."]),
        ("U.S.", "US us U.S.", ["US", "U.S."]),
        ("PORT", "$PORT #port", ["$PORT"]),
        ("$PORT", "$PORT PORT $port", ["$PORT"]),
        ("C++", "C++ c++", ["C++"]),
        ("R&D", "R&D r&d R and D", ["R&D", "R and D"]),
        ("Inde", "l’Inde l’inde", ["l’Inde"]),
        ("Booking", "Booking.com booking.com", ["Booking.com"]),
        ("Big Quince", "Big Quince, big Quince", ["Big Quince"]),
        ("Co-Op", "Co-Op co-op CoOp Coop", ["Co-Op", "CoOp"]),
        ("5000", "5,000", ["5,000"]),
        ("Quin*", "Quince quince Quinces", ["Quince", "Quinces"]),
        ("Quince~", "Quinces quinces", ["Quinces"]),
        ("Cafe~", "Café Cafes", ["Cafes"]),
        ("Harrod's", "Harrod’s Harrods harrods", ["Harrod’s", "Harrods"]),
        ("ＵＳ", "US", ["US"]),
        # in a sentence of capitals case tells nothing, and short acronyms are not to be told
        ("Quince", "THE QUINCE HARVEST BEGINS", ["QUINCE"]),
        ("Café", "THE CAFE OPENS AND A CAFÉ CLOSES", ["CAFÉ"]),
        ("US", "JOIN US FOR THE TALK", []),
        ("US", "THE U.S. JOINS THE TALK", ["U.S."]),
        ("5G", "JOIN 5G FOR THE TALK", []),
        ("NORAD", "NORAD JOINS THE TALK", ["NORAD"]),
        ("Quin*", "THE QUINCE HARVEST BEGINS", ["QUINCE"]),
        ("US", "JOIN THE TALK", []),
        ("US", "Join us. THE US BOATS", []),
    ],
)
def test_exact_words_have_the_same_case_and_accents(
    query: str, text: str, evidence: list[str]
) -> None:
    assert found(query, text, "en", exact=True) == evidence


def test_capitals_need_eight_letters_three_tokens_and_four_fifths() -> None:
    assert found("US", "IN US TV", exact=True) == ["US"]  # six capitals
    assert found("US", "US TELEVISION", exact=True) == ["US"]  # two tokens
    assert found("US", "THE US TELEVISION mast in autumn", exact=True) == ["US"]
    assert found("US", "THE US TELEVISION it", exact=True) == []
    assert tokenize("LOUD WORDS HERE. Quiet ones.\nMORE LOUD WORDS").loud == {0, 1, 2, 5, 6, 7}


def test_sentences_and_paragraphs_are_told_in_tokens() -> None:
    tokens = tokenize("One two. Three!\n… \nFour five")
    assert tokens.sentences == ((0, 2), (2, 3), (3, 5))
    assert tokens.paragraphs == ((0, 3), (3, 5))
    assert tokenize("…").paragraphs == tokenize("…").sentences == ()


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en", "en"), ("EN-gb", "en"), ("pt_BR", "pt"), ("ja", None), (None, None), ("", None)],
)
def test_a_language_is_known_by_its_tag(tag: str | None, language: str | None) -> None:
    assert stemmed_language(tag) == language


def test_every_language_has_its_stemmer() -> None:
    from monitor.text.stems import _ALGORITHMS

    assert [stem("harbours", language) for language in ("en", "it")] == ["harbour", "harbours"]
    assert all(stem("harbour", language) for language in _ALGORITHMS)


words = st.sampled_from(["Ferry", "ferries", "U.S.", "e-mail", "Café", "東京", "C++", "5,000"])


@given(st.lists(words, min_size=1, max_size=6), words)
def test_exact_and_inflected_mentions_frame_the_plain_ones(line: list[str], wanted: str) -> None:
    tokens = tokenize(" ".join(line))
    plain = set(find(tokens, pattern(wanted)))
    assert set(find(tokens, pattern(wanted, exact=True))) <= plain
    assert plain <= set(find(tokens, pattern(f"{wanted}~"), "en"))
    if wanted in line and not tokens.loud:  # where short words in capitals are no acronyms
        assert find(tokens, pattern(wanted, exact=True))
