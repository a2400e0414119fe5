"""What is wrong with the characters of a query, in words that say what to write instead."""

from monitor.rules.problems import Flaw, edited

At = tuple[int, int]

_STRAYS = {
    "|": ("write OR", "OR"),
    "||": ("write OR", "OR"),
    "!": ('write NOT before a term, or quote the whole name, as in "Yahoo!"', ""),
    ",": ("write OR between alternatives", " OR"),
    "，": ("write OR between alternatives", " OR "),
    "、": ("write OR between alternatives", " OR "),
    "'": ('a phrase stands in double quotes: "Delhi High Court"', ""),
    "（": ("write (", "("),
    "）": ("write )", ")"),
    "：": ("write :", ":"),
    ":": ("a field and its colon stand together: title:India", ""),
    "~": ("~ stands right after a word or a closing quote: lawsuit~", ""),
    "*": ("a wildcard belongs to a word: cyberattack*", ""),
}


def unclosed(query: str, at: At, end: int) -> Flaw:
    """E101: a quote is opened and not closed on its line; ``end`` is where it could be."""
    closed = f'{query[at[0] : end]}"'
    return Flaw(
        code="E101",
        at=(at[0], at[0] + 1),
        title="this quote is never closed",
        label="opened here",
        help=f"close it on the same line\n{edited(query, (at[0], end), closed)}",
    )


def typographic(query: str, at: At, inner: str) -> Flaw:
    """E103: quotes as word processors make them."""
    mended = edited(query, at, f'"{inner.strip()}"')
    return Flaw(
        code="E103",
        at=at,
        title="typographic quotes",
        label='a phrase stands in straight quotes: "',
        note="word processors and chats put them in by themselves",
        help=f"write\n{mended}",
    )


def signed(query: str, at: At) -> Flaw:
    """E125: ``-`` or ``+`` before a term."""
    sign = query[slice(*at)]
    new = "NOT " if sign == "-" else ""
    return Flaw(
        code="E125",
        at=at,
        title=f"`{sign}` is not an operator here",
        label="write NOT" if new else "not needed: AND says it",
        help=f"write\n{edited(query, at, new)}",
    )


def small(query: str, at: At, capitals: str) -> Flaw:
    """W001: an operator in lower case."""
    written = query[slice(*at)]
    return Flaw(
        code="W001",
        severity="warning",
        at=at,
        title=f"write the operator `{written}` in capitals",
        label="read as an operator",
        help=f'write {capitals}, or "{written}" if you mean the word\n'
        + edited(query, at, capitals),
    )


def foreign_nearness(query: str, at: At, ours: str) -> Flaw:
    """E108: nearness as other systems write it; ``ours`` says it in this language."""
    written = query[slice(*at)]
    if ours.endswith(":"):
        note = f"here a condition is put into a scope: {ours}(…)"
        advice = f"write {ours}(… AND …) around the two terms"
    else:
        word, _, distance = ours.partition("/")
        note = f"{ours} means: at most {distance} words between"
        if not written.lower().startswith("adj") and int(distance):
            less = f"{word}/{int(distance) - 1}"
            note += f"; in Factiva, which counts neighbours as 1, `{written}` means {less}"
        advice = "write (`monitor rules import` converts whole queries)\n"
        advice += edited(query, at, ours)
    return Flaw(
        code="E108",
        at=at,
        title=f"`{written}` belongs to another system's language",
        label="not an operator here",
        note=note,
        help=advice,
    )


def similar(query: str, at: At, term: str, distance: str) -> Flaw:
    """E128: ``"…"~5``, which means something else in each system that has it."""
    words = term.strip('"').split()
    near = f" NEAR/{distance} ".join(words)
    if len(words) > 1:
        start = at[0] - len(term)
        advice = f"say how many words may stand between\n{edited(query, (start, at[1]), near)}"
    else:
        advice = f"for other forms of the word write {term}~, for nearness a NEAR/{distance} b"
    return Flaw(
        code="E128",
        at=at,
        title=f"`{query[slice(*at)]}` is not an operator here",
        label="no distance stands here",
        note="elsewhere it is a number of words, of moves or of wrong letters",
        help=advice,
    )


def stray(query: str, at: At) -> Flaw:
    """E102, or E121 for a lonely ``=``: signs without a meaning where they stand."""
    sign = query[slice(*at)]
    if set(sign) == {"="}:
        advice = "= stands right before a word or phrase: =US"
        return Flaw(code="E121", at=at, title="nothing follows `=`", label="this", help=advice)
    unknown = 'leave it out, or put the whole term in quotes, as in "Yahoo!"'
    advice, new = _STRAYS.get(sign, (unknown, ""))
    if new:
        advice += f"\n{edited(query, at, new)}"
    return Flaw(
        code="E102", at=at, title=f"`{sign}` has no meaning here", label="this", help=advice
    )
