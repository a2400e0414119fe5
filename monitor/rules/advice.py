"""What is wrong with the order of a query's lexemes, in words that say what to write instead."""

from monitor.rules.conditions import Condition, Meta, Not, Scope, Term
from monitor.rules.lexemes import META, OPERATORS, SCOPES, At, Kind, Lexeme, edited
from monitor.rules.problems import Flaw

Joint = tuple[Kind, Lexeme]


def mixed(query: str, joints: list[Joint], operands: list[Condition | None]) -> Flaw | None:
    """E111 if a chain is joined by both AND and OR."""
    first = joints[0] if joints else None
    other = next((joint for joint in joints if first and joint[0] is not first[0]), None)
    if first is None or other is None:
        return None
    return Flaw(
        code="E111",
        at=other[1].at,
        title="AND and OR mixed without parentheses",
        label=f"{other[0]} here",
        secondary=((first[1].at, f"{first[0]} here"),),
        note="Factiva binds AND first, LexisNexis binds OR first, Lucene does neither",
        help="add parentheses around the part that belongs together"
        + _grouped(query, joints, [operand.at for operand in operands if operand]),
    )


def _grouped(query: str, joints: list[Joint], places: list[At]) -> str:
    """The query with parentheses around each run of alternatives."""
    if len(places) != len(joints) + 1:
        return ""  # broken in other ways, too
    runs: list[tuple[int, int]] = []
    for at, (kind, _) in enumerate(joints):
        if kind is Kind.OR:
            grows = bool(runs) and runs[-1][1] == at
            first = runs.pop()[0] if grows else at
            runs.append((first, at + 1))
    for first, last in reversed(runs):
        start, end = places[first][0], places[last][1]
        query = edited(query, (start, end), f"({query[start:end]})")
    return f"\n{query}"


def foreign(query: str, word: Lexeme, meant: Kind) -> Flaw:
    """E109: a word that other systems or languages take for an operator."""
    return Flaw(
        code="E109",
        at=word.at,
        title=f"`{word.text}` is not an operator",
        label="AND, OR and NOT are",
        help=f'write {meant}, or "{word.text}" if you mean the word\n'
        + edited(query, word.at, meant),
    )


def side_by_side(query: str, run: list[Condition], second: Lexeme, *, words: bool) -> Flaw:
    """E110: terms with nothing between them; ``words`` says that a phrase may be meant."""
    if mended := _with_colon(query, run, second):
        advice = f"a field takes a colon\n{mended}"
        return _nothing_between(second, advice)
    inner = run[0]
    while isinstance(inner, Not | Scope):
        inner = inner.child
    joined = " AND ".join(query[slice(*node.at)] for node in run)
    phrase = ""
    if words and isinstance(inner, Term):
        before, text = query[run[0].at[0] : inner.at[0]], query[inner.at[0] : run[-1].at[1]]
        phrase = f'\n{before}"{" ".join(text.split())}"'
    advice = "quote the phrase, or join with AND" if phrase else "join with AND, or with OR"
    if isinstance(inner, Meta) and isinstance(run[1], Term):
        start, end = inner.at[1] - len(inner.values[-1]), run[-1].at[1]
        before, listed = query[run[0].at[0] : start], query[start:end]
        if before.endswith(":"):  # one value, without quotes
            advice = "put several values into parentheses, or join with AND"
            phrase = f'\n{before}"{listed}"\n{before}({listed})'
            advice = "quote one value of several words, put several values into parentheses, or AND"
    return _nothing_between(second, f"{advice}{phrase}\n{joined}")


def _with_colon(query: str, run: list[Condition], second: Lexeme) -> str:
    """``sentence(a AND b)`` as it is meant: the colon of a field was left out."""
    name = query[slice(*run[0].at)]
    opens = query[second.at[0]] == "("
    if not (opens and name.casefold() in (*SCOPES, *META, "about")):
        return ""
    return f"{name}:{query[second.at[0] : run[1].at[1]]}"


def _nothing_between(second: Lexeme, advice: str) -> Flaw:
    return Flaw(
        code="E110",
        at=second.at,
        title="two terms side by side",
        label="no operator before this",
        note="elsewhere a blank means AND, OR or a phrase; here it means nothing",
        help=advice,
    )


def early_operator(query: str, lexeme: Lexeme, before: Lexeme | None) -> Flaw:
    """E106: an operator where a term is expected."""
    follows = before is not None and before.kind in OPERATORS
    title = f"{lexeme.kind} follows {before.kind}" if before and follows else "nothing to join"
    rest = edited(query, lexeme.at, "").replace("  ", " ").replace("( ", "(").strip()
    return Flaw(
        code="E106",
        at=lexeme.at,
        title=title,
        label="a term is expected here",
        help=f'leave one out, or write "{lexeme.text.lower()}" if you mean the word\n{rest}',
    )


def late_operator(query: str, at: At, operator: Lexeme) -> Flaw:
    """E107: operators with nothing after them."""
    rest = edited(query, at, "").rstrip().replace(" )", ")")
    return Flaw(
        code="E107",
        at=at,
        title=f"nothing follows {operator.kind}",
        label="a term is missing after this",
        help=f"add the term, or leave the operator out\n{rest}",
    )


def empty_group(at: At) -> Flaw:
    """E106: parentheses around nothing."""
    return Flaw(
        code="E106",
        at=at,
        title="nothing between the parentheses",
        label="a term is expected here",
        help="write a term, or leave the parentheses out",
    )
