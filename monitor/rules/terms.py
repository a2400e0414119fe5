"""Words and phrases of a query, with their wildcards."""

import re
from functools import lru_cache

from monitor.rules import usage
from monitor.rules.conditions import Term
from monitor.rules.lexemes import At, Kind, Lexeme
from monitor.rules.problems import Flaw
from monitor.text import Pattern, pattern
from monitor.text.folding import UNSPACED

_WILD = re.compile(r"[\w.'’]*[*?][\w.'’*?]*")
_SPACELESS = re.compile(f"[{UNSPACED}]")
_FEWEST = 3


def read_term(query: str, lexeme: Lexeme, at: At, flaws: list[Flaw]) -> Term | None:
    """The term of a word or phrase; ``at`` begins before the ``=`` if there is one."""
    text = lexeme.text
    found = _wildcard_flaw(lexeme) if "*" in text or "?" in text else None
    if found is not None:
        flaws.append(found)
        return None
    exact = at != lexeme.at
    if lexeme.kind is Kind.WORD and not exact:
        text, wanted = _word(text)
    else:
        wanted = pattern(text, exact=exact)
    if not wanted:
        flaws.append(usage.nothing_searchable(lexeme.at))
        return None
    leaf = query[at[0] : at[1]]
    return Term(text if leaf == text else leaf, wanted, at, text, exact)


@lru_cache(maxsize=1 << 15)
def _word(text: str) -> tuple[str, Pattern]:
    """A word with its pattern, the same objects for all queries (phrases recur less)."""
    return text, pattern(text)


def _wildcard_flaw(lexeme: Lexeme) -> Flaw | None:
    for found in _WILD.finditer(lexeme.text):
        word = found.group()
        if _SPACELESS.search(word):
            return usage.spaceless_wildcard(lexeme.at, word)
        letters = re.findall(r"[^\W_]", word.partition("*")[0])
        if word.startswith("?") or ("*" in word and len(letters) < _FEWEST):
            return usage.loose_wildcard(lexeme.at, word)
    return None
