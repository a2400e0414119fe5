"""Tokens, forms and folding, on texts of many scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import find, fold, fold_word, pattern, tokenize


def written(text: str) -> list[str]:
    tokens = tokenize(text)
    return [text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True)]


def found(query: str, text: str) -> list[str]:
    """What a word or phrase finds, as it stands in the text."""
    tokens = tokenize(text)
    spans = [tokens.offsets(*place) for place in find(tokens, pattern(query))]
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Minister’s visit, today!", ["Minister’s", "visit", "today"]),
        ("state-of-the-art", ["state", "of", "the", "art"]),
        ("talks ended.The delegation left", ["talks", "ended", "The", "delegation", "left"]),
        ("see rail.example for 3.5 and v2.1", ["see", "rail.example", "for", "3.5", "and", "v2.1"]),
        ("5,000 or 5,00,000 or 1,234.5", ["5,000", "or", "5,00,000", "or", "1,234.5"]),
        ("goals: 1,2,3", ["goals", "1", "2", "3"]),
        ("the U.S.-led force; the U.S.", ["the", "U.S.", "led", "force", "the", "U.S."]),
        ("J.R.Tolkin spoke", ["J.R", "Tolkin", "spoke"]),
        (
            "$ACME, #Strike, @desk, C++, C#, Canal+",
            ["$ACME", "#Strike", "@desk", "C++", "C#", "Canal+"],
        ),
        ("a note# and 1+1 and $5", ["a", "note", "and", "1", "1", "and", "5"]),
        ("R&D", ["R", "&", "D"]),
        ("AIは東京で", ["AI", "は", "東", "京", "で"]),
        ("ที่กรุง", ["ที่", "ก", "รุ", "ง"]),
        ("พ.ศ. ๒๕๖๗", ["พ", "ศ", "๒๕๖๗"]),
        ("ｶﾞｽ", ["ｶﾞ", "ｽ"]),
        ("द्वारा मोटर्स", ["द्वारा", "मोटर्स"]),
        ("snake_case and _emphasis_", ["snake_case", "and", "emphasis"]),
        ("Re\u00adgierung \u200eleft\u200e", ["Re\u00adgierung", "left"]),
        ("🚀 ™ … — !", []),
        ("צה״ל", ["צה״ל"]),
        ("\u0640 tatweel alone", ["tatweel", "alone"]),
    ],
)
def test_a_text_falls_into_tokens_as_they_are_written(text: str, tokens: list[str]) -> None:
    assert written(text) == tokens


@pytest.mark.parametrize(
    ("query", "text", "evidence"),
    [
        # case, accents, width, ligatures, invisible characters
        ("strasse", "Die Straße", ["Straße"]),
        (
            "Istanbul",
            "İSTANBUL, ıstanbul, ＩＳＴＡＮＢＵＬ",
            ["İSTANBUL", "ıstanbul", "ＩＳＴＡＮＢＵＬ"],
        ),
        ("Şahin", "Sahin", ["Sahin"]),
        ("Åse", "Ase and A\u030ase", ["Ase", "A\u030ase"]),
        ("Łódź", "Lodz", ["Lodz"]),
        ("office", "o\ufb03ce", ["o\ufb03ce"]),
        ("cooperation", "coop\u00aderation", ["coop\u00aderation"]),
        ("نمی\u200cدانم", "نمیدانم", ["نمیدانم"]),
        ("Αθήνα", "ΑΘΗΝΑ", ["ΑΘΗΝΑ"]),
        ("чай", "чаи", []),
        ("ежик", "ёжик", ["ёжик"]),
        ("احمد", "أَحمد", ["أَحمد"]),
        ("कि", "की", []),
        ("2024", "٢٠٢٤ and ２０２４", ["٢٠٢٤", "２０２４"]),
        # apostrophes
        ("minister", "the minister’s car", ["minister’s"]),
        ("Harrod's", "Harrods and Harrod’s and HARROD'S", ["Harrods", "Harrod’s", "HARROD'S"]),
        ("Harrods", "Harrod’s", ["Harrod’s"]),
        ("OBrien", "O’Brien", ["O’Brien"]),
        ("Inde", "l’Inde et d'Inde", ["l’Inde", "d'Inde"]),
        ("L'Inde", "l’Inde mais pas Inde", ["l’Inde"]),
        # hyphens
        (
            "e-commerce",
            "ecommerce, e-commerce, e commerce",
            ["ecommerce", "e-commerce", "e commerce"],
        ),
        ("ecommerce", "e\u2011commerce's rise", ["e\u2011commerce's"]),
        ("commerce", "e-commerce", ["commerce"]),
        ("2024-25", "in 2024–25", ["2024–25"]),
        ("202425", "in 2024–25", []),
        # signs
        ("ACME", "$ACME and #acme", ["$ACME", "#acme"]),
        ("$ACME", "ACME and $ACME’s", ["$ACME’s"]),
        ("C++", "C and C++", ["C++"]),
        ("C", "C++ and C#", []),
        ("Canal", "Canal+", ["Canal+"]),
        ("Canal+", "the Canal", []),
        ("R&D", "r and d", ["r and d"]),
        ("rail", "rail.example", ["rail.example"]),
        # numbers
        ("5000", "5,000", ["5,000"]),
        ("500000", "5,00,000", ["5,00,000"]),
        ("5", "3.5", []),
        # dotted acronyms
        ("US", "the U.S. and us", ["U.S.", "us"]),
        ("U.S.", "join us in the US or the U.S.A.", ["US"]),
        ("U.S.", "JOIN US FOR THE TALK", []),
        ("U.S.", "THE U.S. ECONOMY GROWS", ["U.S."]),
        ("a.m.", "at 5 am", ["am"]),
        # scripts without spaces
        ("東京", "東京都と京都", ["東京"]),
        ("京都", "東京都と京都", ["京都", "京都"]),
        ("กรุง", "ที่กรุงใหญ่", ["กรุง"]),
        ("ガス", "ｶﾞｽ料金", ["ｶﾞｽ"]),
        # phrases
        ("high court", "the High, Court", ["High, Court"]),
        ("high court", "the high\ncourt", []),
        ("new new", "new new new", ["new new", "new new"]),
    ],
)
def test_a_query_finds_what_people_expect(query: str, text: str, evidence: list[str]) -> None:
    assert found(query, text) == evidence


@pytest.mark.parametrize("query", ["…", "🚀", "", "--", "™"])
def test_nothing_is_searched_without_a_letter_or_digit(query: str) -> None:
    assert pattern(query) == ()
    assert find(tokenize("some text …"), pattern(query)) == []


@pytest.mark.parametrize("text", ["l'\u0640\u0640", "l'\u0640\u0640-x", "x-l’\u0640\u0640"])
def test_an_article_before_nothing_but_a_tatweel_is_a_word_like_others(text: str) -> None:
    tokens = tokenize(f"a {text} b")
    assert "" not in tokens.places
    assert find(tokens, pattern("a~"), "en") == [(0, 1)]


def test_fold_joins_plain_words_with_one_space() -> None:
    assert fold("The  Minister’s\n5,000 e-mails — R&D in the U.S.!") == (
        "the minister 5000 e mails r and d in the us"
    )
    assert fold("…") == ""


def test_equal_texts_fold_alike_whatever_their_typography() -> None:
    printed = "“It’s a CO\u00adUP,” said the café’s owner – twice."
    typed = "\"It's a coup\", said the cafe's owner - twice"
    assert fold(printed) == fold(typed)


def test_paragraphs_open_at_their_first_token() -> None:
    tokens = tokenize("\n…\nOne two\n\n three \n")
    assert tokens.words == ("one", "two", "three")
    assert tokens.breaks == (0, 2)
    assert len(tokens) == 3


def test_folding_a_word_leaves_indic_and_cyrillic_marks() -> None:
    assert fold_word("टाटा") == "टाटा"
    assert fold_word("Май") == "май"
    assert fold_word("Café") == "cafe"


scripts = st.text(
    st.sampled_from("aZéßİıﬁс́йأَبテ東ｶﾞกรุ द्वि 09٣,.-–'’_+#$@&\u00ad\u200c\n \t…!«"), max_size=40
)


@given(scripts | st.text(max_size=30))
def test_tokens_lie_in_order_within_the_text(text: str) -> None:
    tokens = tokenize(text)
    edges = [edge for span in zip(tokens.starts, tokens.ends, strict=True) for edge in span]
    assert edges == sorted(edges)
    assert all(
        start < end <= len(text) for start, end in zip(tokens.starts, tokens.ends, strict=True)
    )
    assert all(tokens.words)
    for places in tokens.places.values():
        assert all(0 <= first < last <= len(tokens) for first, last in places.items())


@given(scripts)
def test_every_token_is_found_by_the_way_it_is_written(text: str) -> None:
    tokens = tokenize(text)
    for place in range(len(tokens)):
        start, end = tokens.offsets(place, place + 1)
        wanted = pattern(text[start:end])
        spans = [tokens.offsets(*mention) for mention in find(tokens, wanted)]
        assert (start, end) in spans, text[start:end]


@given(
    st.lists(
        st.sampled_from(["Alpha", "beta’s", "gamma-delta", "5,000", "U.S.", "東京"]), min_size=1
    )
)
def test_a_line_is_found_in_itself_as_a_phrase(words: list[str]) -> None:
    line = " ".join(words)
    tokens = tokenize(line)
    assert (0, len(tokens)) in find(tokens, pattern(line))
