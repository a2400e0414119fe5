"""What is wrong with the use of fields, nearness, counting, lists and wildcards."""

from monitor.rules.conditions import (
    About,
    And,
    AtLeast,
    Condition,
    Count,
    Fragment,
    Meta,
    Not,
    Or,
)
from monitor.rules.lexemes import META, SCOPES, At, Kind, Lexeme, edited, nearest_field
from monitor.rules.problems import Flaw

FARTHEST = 50
LONGEST_CHAIN = 10  # operands of NEAR or BEFORE
_DISTANCE = "a distance is the number of words that may stand between, from 0 to 50"


def written(lexeme: Lexeme) -> str:
    """An operator of nearness in capitals."""
    return f"{lexeme.kind}/{lexeme.text}" if lexeme.text else str(lexeme.kind)


def no_distance(query: str, lexeme: Lexeme) -> Flaw:
    """E113: NEAR without a number."""
    word = query[slice(*lexeme.at)]
    quoted = "" if "/" in word else f', or "{word.split()[-1].lower()}" if you mean the word'
    return Flaw(
        code="E113",
        at=lexeme.at,
        title=f"{lexeme.kind} needs a distance",
        label="how many words may stand between?",
        note=_DISTANCE,
        help=f"write the distance{quoted}\n{edited(query, lexeme.at, f'{lexeme.kind}/5')}",
    )


def too_far(query: str, lexeme: Lexeme) -> Flaw:
    """E114: a distance beyond what still is near."""
    return Flaw(
        code="E114",
        at=lexeme.at,
        title=f"{written(lexeme)} is too far: at most {FARTHEST} words may stand between",
        label="too far",
        note="words so far apart seldom belong together",
        help="use paragraph:(… AND …) or sentence:(… AND …), or\n"
        + edited(query, lexeme.at, f"{lexeme.kind}/{FARTHEST}"),
    )


def mixed_nearness(query: str, at: At, joints: list[Lexeme], places: list[At]) -> Flaw:
    """E115: NEAR, BEFORE or distances mixed in one chain."""
    other = next(
        joint for joint in joints if (joint.kind, joint.text) != (joints[0].kind, joints[0].text)
    )
    mended = ""
    if len(places) == len(joints) + 1:
        end = places[joints.index(other)][1]
        mended = f"\n{edited(query, (at[0], end), f'({query[at[0] : end]})')}"
    return Flaw(
        code="E115",
        at=at,
        title="different kinds of nearness in one chain",
        label="which belong together?",
        secondary=(
            (joints[0].at, f"{written(joints[0])} here"),
            (other.at, f"{written(other)} here"),
        ),
        note="a chain has one operator and one distance: a NEAR/3 b NEAR/3 c",
        help=f"add parentheses around the part that belongs together{mended}",
    )


def long_chain(at: At) -> Flaw:
    """E116: more operands than a chain of nearness takes."""
    return Flaw(
        code="E116",
        at=at,
        title=f"more than {LONGEST_CHAIN} in one chain of nearness",
        label="too long",
        note="every order of the mentions is looked at, which doubles the work with each of them",
        help=f"ask for some of them in one sentence or paragraph instead: "
        f"sentence:({LONGEST_CHAIN // 2} OF (a, b, c, …))",
    )


def third_not_near(query: str, places: list[At]) -> Flaw:
    """E116: NOT NEAR with more than two operands; ``places`` are those of all operands."""
    second, third = query[slice(*places[1])], query[slice(*places[2])]
    mended = edited(query, (places[1][0], places[2][1]), f"({second} OR {third})")
    return Flaw(
        code="E116",
        at=places[2],
        title="NOT NEAR has two sides",
        label="a third",
        help=f"put what must not be near into one group with OR\n{mended}",
    )


def not_inside_nearness(query: str, joint: Lexeme, negation: Lexeme) -> Flaw:
    """E106: NOT where NEAR expects a term."""
    new = f"NOT NEAR/{joint.text or 5}"
    return Flaw(
        code="E106",
        at=negation.at,
        title=f"NOT cannot follow {joint.kind}",
        label="a term is expected here",
        secondary=((joint.at, f"{written(joint)} here"),),
        help=f"for mentions with none of it near, write\n"
        f"{edited(query, (joint.at[0], negation.at[1]), new)}",
    )


_WITHOUT_MENTIONS = {
    "EXCEPT": "list what EXCEPT masks with OR: Apple EXCEPT (pie OR juice); "
    "to exclude articles, use NOT",
    "count": "count words, phrases, entities or OR groups of them; "
    "several counts can be joined: count(a) >= 2 AND count(b) >= 2",
}


def no_mentions(operand: Condition, culprit: Condition, operator: str) -> Flaw:
    """E117: an operand without mentions where positions are compared or mentions counted.

    ``culprit`` is the part of it that has none, or itself.
    """
    what = _kind(culprit)
    near = (
        "use NEAR between words, phrases, entities or OR groups; "
        "for conditions: sentence:(… AND …) or paragraph:(… AND …)"
    )
    return Flaw(
        code="E117",
        at=operand.at,
        title=f"{operator} needs mentions, but {what} only holds or does not hold",
        label="has no place in the text",
        secondary=((culprit.at, f"because of {what}"),) if culprit is not operand else (),
        help=_WITHOUT_MENTIONS.get(operator, near),
    )


_KINDS = {And: "AND", Not: "NOT", AtLeast: "OF", Count: "count", About: "about:"}


def _kind(node: Condition) -> str:
    """A condition without mentions, in words."""
    if isinstance(node, Meta):
        return f"{node.field}:"
    if isinstance(node, Fragment):
        return f"the fragment ${node.name}"
    return _KINDS.get(type(node), "this condition")


def unknown_field(query: str, lexeme: Lexeme) -> Flaw:
    """E120, with the nearest field that there is."""
    name = lexeme.text.casefold()
    if name.partition("/")[0] == "first":
        return _first(query, lexeme)
    near = nearest_field(name)
    if name in ("near", "before"):
        advice = f"nearness stands between two terms: a {name.upper()}/5 b"
    elif name in ("http", "https"):
        advice = 'an address is a value: url:"https://example.com/sport", source:example.com'
    elif near:
        shown = "first/20" if near == "first" else near
        advice = f"did you mean {shown}:\n{edited(query, lexeme.at, f'{shown}:')}"
    else:
        advice = "quote the colon if it is part of a text"
    return Flaw(
        code="E120",
        at=lexeme.at,
        title=f"there is no field `{lexeme.text}:`",
        label="unknown",
        note=f"there are {', '.join(_shown(SCOPES))}, about and {', '.join(META)}",
        help=advice,
    )


def _shown(scopes: tuple[str, ...]) -> list[str]:
    return ["first/n" if scope == "first" else scope for scope in scopes]


def _first(query: str, lexeme: Lexeme) -> Flaw:
    return Flaw(
        code="E120",
        at=lexeme.at,
        title=f"`{lexeme.text}:` needs a number of words",
        label="the first how many?",
        help=f"write\n{edited(query, lexeme.at, 'first/20:')}",
    )


def bare_field(lexeme: Lexeme) -> Flaw:
    """E107: a field with nothing after it."""
    name = lexeme.text
    if name.casefold() in META:
        advice = f"write {name}:value or {name}:(one two); a value with blanks in quotes"
    else:
        advice = f"write {name}:India or {name}:(India OR Delhi); to exclude: NOT {name}:India"
    return Flaw(
        code="E107",
        at=lexeme.at,
        title=f"nothing follows `{name}:`",
        label="a term is missing after this",
        help=advice,
    )


def empty_scope(at: At, inner: str, outer: str) -> Flaw:
    """E133: a scope within another that has nothing in common with it."""
    return Flaw(
        code="E133",
        at=at,
        title=f"nothing stands both in {outer}: and in {inner}:",
        label=f"inside {outer}: already",
        help=f"join them with AND: {outer}:… AND {inner}:…",
    )


def not_a_value(query: str, lexeme: Lexeme, name: str) -> Flaw:
    """E106: something other than values in a list of values."""
    word = query[slice(*lexeme.at)]
    return Flaw(
        code="E106",
        at=lexeme.at,
        title=f"only values stand in the list of {name}:",
        label="not a value",
        note="any value of the list is enough",
        help=f'leave it out, or write "{word}" if it is a value; to exclude: NOT {name}:…',
    )


def wild_value(at: At, name: str) -> Flaw:
    """E126: a wildcard in a value, which would be taken as it stands."""
    reason = {
        "source": "source: takes all hosts below a domain: source:example.com",
        "lang": "lang:en takes en-GB and en-IN, too",
        **dict.fromkeys(("author", "section", "url"), f"{name}: takes all that contain the value"),
    }
    return Flaw(
        code="E126",
        at=at,
        title="values have no wildcards",
        label="taken as it stands",
        help=reason.get(name, f"{name}: compares whole values; list them: {name}:(one two)"),
    )


def no_equality(query: str, lexeme: Lexeme, following: Lexeme | None) -> Flaw:
    """E121: ``=`` before something that is neither a word nor a phrase."""
    advice = "= stands right before a word or phrase: =US, =(US OR UK) is (=US OR =UK)"
    if following is not None and following.kind in (Kind.ENTITY, Kind.FRAGMENT):
        advice = "leave it out\n" + edited(query, lexeme.at, "")
    return Flaw(
        code="E121",
        at=lexeme.at,
        title="`=` belongs to a word or phrase",
        label="nothing to compare exactly",
        help=advice,
    )


def no_comparison(query: str, lexeme: Lexeme, end: int) -> Flaw:
    """E122: a count that is not compared with a number; ``end`` is where the count ends."""
    counted = query[lexeme.at[0] : end]
    return Flaw(
        code="E122",
        at=lexeme.at,
        title="the count is not compared with a number",
        label="how many?",
        note="comparisons are >= > <= < ==",
        help=f"write a comparison after it: {counted} >= 3",
    )


def no_list(query: str, lexeme: Lexeme, item: At | None) -> Flaw:
    """E123: ``2 OF`` without its list."""
    number = lexeme.text
    mended = ""
    if item is not None:
        first = query[slice(*item)]
        at = (lexeme.at[0], item[1])
        mended = "\n" + edited(query, at, f"{number} OF ({first}, …)")
    return Flaw(
        code="E123",
        at=lexeme.at,
        title=f"{number} OF needs a list",
        label="of what?",
        help=f"write {number} OF (one, two, three){mended}",
    )


def list_too_short(query: str, lexeme: Lexeme, read: list[Condition | None]) -> Flaw:
    """E124: more alternatives are asked for than there are, or none at all."""
    size = len(read)
    alone = read[0] if size == 1 else None
    has = f"the list has {size} alternative{'s' if size != 1 else ''}"
    if int(lexeme.text[:9]) == 0:
        title, advice = "0 OF holds for every article", "write 1 OF (…) or more"
    elif isinstance(alone, Or) and int(lexeme.text[:9]) <= len(alone.children):
        title = "the alternatives of OF are separated by commas"
        listed = ", ".join(query[slice(*child.at)] for child in alone.children)
        advice = f"{has}; write\n{edited(query, alone.at, listed)}"
    else:
        title = f"{has}, {lexeme.text} are asked for"
        advice = f"{has}, separated by commas: write {max(size, 1)} OF (…) or less, or add some"
    return Flaw(code="E124", at=lexeme.at, title=title, label="how many of how many?", help=advice)


def loose_wildcard(at: At, word: str) -> Flaw:
    """E126: a wildcard at the beginning of a word, or after fewer than three letters."""
    stem = word.strip("*?~")
    example = f"{stem}~" if stem and stem.isalpha() else "bank~"
    return Flaw(
        code="E126",
        at=at,
        title=f"`{word}` takes in too many words",
        label="at least 3 letters stand before *, and one before ?",
        note="a rule is found by the letters before the wildcard",
        help=f"write more letters, list the words with OR, or use {example} for inflected forms",
    )


def spaceless_wildcard(at: At, word: str) -> Flaw:
    """E126: a wildcard in a script in which a term is found inside longer words anyway."""
    return Flaw(
        code="E126",
        at=at,
        title=f"`{word}`: wildcards do not work in scripts without spaces",
        label="leave the wildcard out",
        note="there, a term is found wherever its characters stand side by side",
        help=f"write\n{word.replace('*', '').replace('?', '')}",
    )


def nothing_searchable(at: At) -> Flaw:
    """E127: a term without a letter or digit."""
    return Flaw(
        code="E127",
        at=at,
        title="nothing in this can be searched",
        label="no letter or digit",
        help="write a word, or leave it out",
    )
