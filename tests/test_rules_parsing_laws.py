"""Laws of the rule language: what is shown or formatted reads as the same; any text is answered."""

from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.conditions import (
    About,
    And,
    AtLeast,
    Comparison,
    Condition,
    Count,
    Entity,
    Except,
    Fragment,
    Meta,
    Near,
    Not,
    NotNear,
    Or,
    Scope,
    Term,
    show,
)
from monitor.rules.formatting import format_query
from monitor.rules.lexemes import META, Kind, lex
from monitor.rules.linking import check_required, link
from monitor.rules.parsing import parse
from monitor.text import pattern

AT = (0, 0)


def bare(node: Condition) -> Condition:
    """The node without places."""
    changes: dict[str, Any] = {"at": AT}
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name in ("child", "other", "mask"):
            changes[field.name] = bare(value)
        elif field.name == "children":
            changes[field.name] = tuple(map(bare, value))
    return replace(node, **changes)


def term(leaf: str) -> Term:
    """A term as the parser reads it."""
    exact = leaf.startswith("=")
    words = leaf.lstrip("=").replace('"', "")
    return Term(leaf, pattern(words, exact=exact), AT, words, exact)


LEAVES = [
    *("ferry", "Port", '"High Court"', "C++", "東京", "e-mail", "AT&T", "count", "of", "$5", "ไทย"),
    *("=US", '="A B"', "ship~", '"ship yard~"', '"ship yard"~', "=sue~", "ferr*", "colo?r"),
    *('"AND"', '"cyber* attack"', '"near"', '"// x"', '"a, b"', '"“so”"', "O’Brien", "10/12"),
    "long" * 12,
]  # fmt: skip
VALUES = ["IN", "en-GB", "rail.example", "https://x.example/a?b=c", "or", "AND", "a b", "x(y)"]

leaves = (
    st.sampled_from(LEAVES).map(term)
    | st.sampled_from([Entity("port", AT), Fragment("court", AT)])
    | st.builds(
        Meta,
        st.sampled_from(META),
        st.lists(st.sampled_from(VALUES), min_size=1, max_size=3).map(tuple),
        st.just(AT),
    )
)
numbers = st.integers(0, 50)


def _branches(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    scopes = st.sampled_from(["top", "text", "sentence", "paragraph", "title"])
    at = st.just(AT)
    return st.one_of(
        st.builds(And, several, at),
        st.builds(Or, several, at),
        st.builds(Not, inner, at),
        st.builds(Near, several, numbers, st.booleans(), at),
        st.builds(NotNear, inner, inner, numbers, at),
        st.builds(Except, inner, inner, at),
        st.builds(Scope, scopes, inner, at),
        st.builds(Scope, st.just("first"), inner, at, st.integers(1, 999)).map(
            lambda node: replace(node, child=term("ferry"))
        ),
        st.builds(About, inner, at),
        st.builds(Count, inner, st.sampled_from(Comparison), numbers, at),
        several.flatmap(
            lambda found: st.builds(AtLeast, st.integers(1, len(found)), st.just(found), at)
        ),
    )


conditions = st.recursive(leaves, _branches, max_leaves=8)


def _not_within_title(node: Condition) -> bool:
    return "first/" not in show(node) or "title:" not in show(node)


@given(conditions.filter(_not_within_title))
def test_what_is_shown_reads_as_the_same_condition(condition: Condition) -> None:
    parsed = parse(show(condition))
    assert parsed.flaws == ()
    assert parsed.condition is not None
    assert bare(parsed.condition) == bare(condition)
    assert show(parsed.condition) == show(condition)


BLANKS = st.sampled_from([" ", " ", " ", "  ", "\n", "\n  ", " // why\n", "\n// above\n\n"])

SEPARATORS = st.sampled_from(["", ", ", ", // why\n, ", "OR ", "or // why\n", ",\n// above\n"])


@st.composite
def written(draw: st.DrawFn) -> str:
    """A query as people write it: in any case, with blanks, lines and comments anywhere."""
    query = show(draw(conditions.filter(_not_within_title)))
    parts = []
    before = None
    end = 0
    for lexeme in lex(query).lexemes:
        gap = query[end : lexeme.at[0]]
        text = query[slice(*lexeme.at)]
        if lexeme.kind in (Kind.AND, Kind.OR, Kind.FIELD, Kind.EXCEPT) and draw(st.booleans()):
            text = text.lower() if lexeme.kind is not Kind.FIELD else text.upper()
        listed = before is lexeme.kind is Kind.VALUE
        parts += [draw(BLANKS) if gap else "", draw(SEPARATORS) if listed else "", text]
        before = lexeme.kind
        end = lexeme.at[1]
    return "".join(parts) + draw(st.sampled_from(["", "\n", " // end", "\n// below\n"]))


@given(written())
def test_formatting_keeps_the_meaning_and_the_comments_and_is_done_at_once(query: str) -> None:
    before, after = parse(query), parse(format_query(query))
    assert not before.broken
    assert before.condition is not None
    assert after.condition is not None
    assert after.flaws == ()
    assert bare(after.condition) == bare(before.condition)
    formatted = format_query(query)
    assert format_query(formatted) == formatted
    for comment in ("// why", "// above", "// end", "// below"):
        assert formatted.count(comment) == query.count(comment)


PIECES = [
    *("a", "b c", "and", "OR", "NOT", "(", ")", '"', "“", "”", "title:", "lead:", "x:", "@e", "$f"),
    *("-", "+", "=", "==", ">=", "~", "~5", "*", "?", "//", "\n", " ", "2 of", "99 OF (", "near/3"),
    *("NEAR", "with", "…", "count(", ",", "'", "東", "BEFORE/60", "not near/x", "EXCEPT"),
    *("lang:(", "about:", "first/20:", "first/x:", "w/5", "adj3", "w/s", "（", "，", "|", "3", "!"),
    *("source:", "co*", "ab?", "：", "NEAR / 5", "within", "2"),
]  # fmt: skip
pieces = st.lists(st.sampled_from(PIECES), max_size=12)


@given(pieces.map("".join) | pieces.map(" ".join) | st.text(max_size=30))
def test_any_text_is_read_or_refused_with_places_inside_it(query: str) -> None:
    parsed = parse(query)
    assert parsed.condition is not None or parsed.broken
    found = list(parsed.flaws)
    if parsed.condition is not None:
        linked, more = link(parsed.condition, {"e"}, {"f": term("court")})
        found += more
        found += check_required(linked) if linked and not parsed.broken else ()
    for flaw in found:
        places = [flaw.at, *(at for at, _ in flaw.secondary)]
        assert all(0 <= start <= end <= len(query) for start, end in places)
        assert flaw.title
        assert flaw.help or flaw.code == "E100"
    formatted = format_query(query)
    assert formatted == query or not parsed.broken
