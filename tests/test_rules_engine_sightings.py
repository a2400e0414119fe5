"""What the engine reads from an article is what the text room finds in it."""

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Article
from monitor.rules.engine import Sightings
from monitor.rules.engine.catalogue import MOST_PATHS, Catalogue
from monitor.rules.engine.lexicon import APART
from monitor.rules.engine.sightings import sight
from monitor.rules.scopes import FIELDS
from monitor.text import Pattern, find, paragraphs, pattern, stemmed_language, tokenize
from monitor.text.forms import chains, shaped
from tests.engine_examples import BLANKS, LANGUAGES, WORDS

_ODD = "aZéßİıﬁс́йأَبテ東ｶﾞกรุ द्वि 09٣,.-–'’_+#$@&\u00ad\u200c\u0640\n\f\x1c\x85\u2028\xa0 \t…!«l'"

words = st.sampled_from(WORDS)
joined = st.lists(st.tuples(words, st.sampled_from(BLANKS)).map("".join), max_size=12).map("".join)
texts = st.one_of(
    joined,
    joined.map(str.upper),
    st.text(st.sampled_from(_ODD), max_size=30),
    st.text(max_size=20),
)
signs = st.sampled_from(["", "", "", "~", "*", "?", "?*"])
signed = st.tuples(words | st.text(st.sampled_from(_ODD), max_size=4), signs).map("".join)
queries = st.lists(signed, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([" ", " ", "-"]).map(lambda joint: joint.join(parts))
)
patterns = st.builds(lambda words, exact: pattern(words, exact=exact), queries, st.booleans())
languages = st.sampled_from(LANGUAGES)


def article(title: str, standfirst: str, text: str, lang: str | None) -> Article:
    return Article(url="", title=title, standfirst=standfirst, text=text, lang=lang)


def told(seen: Sightings, wanted: Pattern) -> tuple[list[tuple[int, int]], ...] | None:
    found = seen.find(wanted)
    return None if found is None else tuple(list(field) for field in found)


def holds_true(catalogue: Catalogue, wanted: list[Pattern], each: Article) -> None:
    seen = sight(each, catalogue)
    fields = [tokenize(getattr(each, name)) for name in FIELDS]
    assert seen.sizes == tuple(map(len, fields))
    language = stemmed_language(each.lang)
    for one in wanted:
        expected = tuple(find(tokens, one, language) for tokens in fields)
        found = told(seen, one)
        if found is None:
            placed = catalogue.placed(one)
            assert placed is not None
            assert not placed.sure
        else:
            assert found == expected


@settings(max_examples=400)
@given(texts, texts, texts, languages, st.lists(patterns.filter(bool), max_size=8))
def test_the_places_of_a_pattern_are_those_in_the_tokens(
    title: str, standfirst: str, text: str, lang: str | None, wanted: list[Pattern]
) -> None:
    catalogue = Catalogue({})
    for one in wanted:
        catalogue.place(one)
    holds_true(catalogue, [*wanted, ()], article(title, standfirst, text, lang))


@settings(max_examples=200)
@given(texts, languages, languages, st.data())
def test_what_is_asked_for_later_is_found_in_words_read_before(
    text: str, first: str | None, second: str | None, data: st.DataObject
) -> None:
    catalogue = Catalogue({})
    wanted: list[Pattern] = []
    for lang in (first, second, first, None):
        wanted.append(data.draw(patterns.filter(bool)))
        catalogue.place(wanted[-1])
        holds_true(catalogue, wanted, article(text, "", text, lang))


@given(texts)
def test_a_text_is_found_in_itself(text: str) -> None:
    """Its first words as they stand, whatever they are."""
    tokens = tokenize(text)
    wanted = [
        pattern(tokens.written(first, min(first + length, len(tokens))), exact=exact)
        for first in range(min(len(tokens), 4))
        for length in (1, 2, 3)
        for exact in (False, True)
    ]
    catalogue = Catalogue({})
    for one in filter(None, wanted):
        catalogue.place(one)
    holds_true(catalogue, list(filter(None, wanted)), article(text, text[::-1], f"x {text}", "en"))


@given(texts, texts, texts)
def test_fields_lie_apart(title: str, standfirst: str, text: str) -> None:
    seen = sight(article(title, standfirst, text, None), Catalogue({}))
    (first, second, third), (some, more, _) = seen.bases, seen.sizes
    assert first == 0
    assert second == some + APART
    assert third == second + more + APART


def cut_whole(text: str) -> list[tuple[int, int, str]]:
    """The tokens of a text whose lines are not cut at their blanks first."""
    shown = shaped(text)
    return [
        (offset + piece.start, offset + piece.end, piece.forms[0])
        for paragraph in paragraphs(text)
        for offset, chain in chains(shown, *paragraph)
        for piece in chain.pieces
    ]


def cut(text: str) -> list[tuple[int, int, str]]:
    tokens = tokenize(text)
    return list(zip(tokens.starts, tokens.ends, tokens.words, strict=True))


def test_no_token_has_a_blank_in_it() -> None:
    """So lines can be cut at blanks first; this is true of every character there is."""
    characters = map(chr, range(sys.maxunicode + 1))
    blanks = [c for c in characters if c.isspace() or len(f"a{c}b".split()) > 1]
    lines = {c for c in blanks if len(f"a{c}b".splitlines()) > 1}
    assert len(blanks) > 20
    assert lines == set("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    for c in blanks:
        for text in (f"a{c}b", f"a-{c}b", f"a'{c}s", f"c{c}++", f"1,{c}000", f"U.{c}S.", f"${c}A"):
            assert cut(text) == cut_whole(text)
            assert (len(tokenize(text).breaks) > 1) is (c in lines and len(cut(text)) > 1)


@settings(max_examples=300)
@given(texts)
def test_lines_cut_at_blanks_have_the_tokens_of_the_whole_line(text: str) -> None:
    assert cut(text) == cut_whole(text)


def test_a_pattern_is_followed_through_all_its_ways_up_to_a_number() -> None:
    few, many = pattern("a-b c-d e-f g-h i-j"), pattern("a-b c-d e-f g-h i-j k-l")
    catalogue = Catalogue({})
    assert len(catalogue.place(few).nodes) == MOST_PATHS
    assert catalogue.place(few).sure
    assert not catalogue.place(many).whole
    seen = sight(article("ab c d", "ab c d e f gh i j", "a b cd ef g h ij kl", None), catalogue)
    assert told(seen, few) == ([], [(0, 8)], [(0, 7)])
    assert seen.find(many) is None
    assert seen.find(pattern("never placed")) is None


def test_what_case_leaves_in_doubt_is_not_told() -> None:
    catalogue = Catalogue({})
    wanted = pattern("Port", exact=True)
    catalogue.place(wanted)

    def seen(text: str) -> tuple[list[tuple[int, int]], ...] | None:
        return told(sight(article("", "", text, None), catalogue), wanted)

    assert seen("The Port") == ([], [], [(1, 2)])
    assert seen("the pört") == ([], [], [])
    assert seen("the port") is None  # which it were in a sentence of capitals
    assert seen("THE PORT") is None
    assert seen("The Port, the PORT") is None
