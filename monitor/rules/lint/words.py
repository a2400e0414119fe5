"""W011, W013, W020–W024, W037, W063: terms that find too much, too little or something else."""

import re
import unicodedata
from collections.abc import Iterator

from monitor.rules.conditions import Entity, Except, Fragment, Meta, Near, NotNear, Term
from monitor.rules.contradictions import conjuncts
from monitor.rules.entities import Entities
from monitor.rules.lexemes import META, SCOPES
from monitor.rules.lint.tables import (
    ACRONYMS,
    AMBIGUOUS_BRANDS,
    INFLECTED,
    OTHER_SCRIPTS,
    PREFIX_STRIPPED,
    PREFIX_STRIPPED_LANGUAGES,
    STEMMED_SCRIPTS,
    STOP_WORDS,
)
from monitor.rules.lint.walking import Subject, is_masked, walk
from monitor.rules.problems import Flaw, edited
from monitor.rules.shapes import is_plain, shape
from monitor.text import fold, fold_word, pattern, stemmed_language
from monitor.text.folding import UNSPACED

_FIELD = re.compile(rf"({'|'.join((*SCOPES, *META, 'about'))}):\s*(\S.*)", re.IGNORECASE)
_UNSPACED = re.compile(f"[{UNSPACED}]+")


def lint_words(subject: Subject) -> Iterator[Flaw]:
    """What is doubtful about the words and phrases of a query."""
    languages = _languages(subject)
    for node, above in walk(subject.condition):
        if isinstance(node, Term):
            yield from _stems(subject, node, languages)
            yield from _wildcard(subject, node)
            yield from _common(subject, node)
            yield from _short(subject, node, above)
            yield from _brand(subject, node, above)
            yield from _quoted_field(subject, node)
    yield from _aliases(subject)
    yield from _foreign(subject, languages)


def _languages(subject: Subject) -> tuple[str, ...]:
    """The languages that the query is limited to; empty if it is not."""
    metas = [node for node, _ in conjuncts(subject.condition) if isinstance(node, Meta)]
    values = next((node.values for node in metas if node.field == "lang"), ())
    return tuple(value.casefold().partition("-")[0] for value in values)


def _warn(code: str, term: Term, title: str, label: str, note: str = "", advice: str = "") -> Flaw:
    return Flaw(
        code=code,
        severity="warning",
        at=term.at,
        title=title,
        label=label,
        note=note,
        help=advice,
    )


def _stems(subject: Subject, term: Term, languages: tuple[str, ...]) -> Iterator[Flaw]:
    """W011: ``~`` where there are no stems, or where they take off too much."""
    for word in term.words.split():
        if not word.endswith("~"):
            continue
        script = unicodedata.name(word[0], "").partition(" ")[0]
        unknown = [name for name in languages if not stemmed_language(name)]
        cut = [name for name in languages if name in PREFIX_STRIPPED_LANGUAGES]
        if script in PREFIX_STRIPPED or (languages and len(cut) == len(languages)):
            title = "`~` may take off the beginning of this word, too"
            note = f"stems of {PREFIX_STRIPPED.get(script) or ', '.join(cut)} lose prefixes"
        elif script not in STEMMED_SCRIPTS or (languages and len(unknown) == len(languages)):
            title = "`~` means nothing in this language"
            note = "there are no stems for it: only the word itself is found"
        else:
            continue
        bare = word.rstrip("~")
        yield _warn("W011", term, title, "inflected", note, f"list the forms: ({bare} OR …)")


def _wildcard(subject: Subject, term: Term) -> Iterator[Flaw]:
    """W013: a ``*`` where ``~`` is meant."""
    word = term.words
    if word.endswith("*") and fold_word(word[:-1]) in INFLECTED and not term.exact:
        stem = f"{word[:-1]}~"
        advice = f"write {stem} for the forms of the word\n{edited(subject.query, term.at, stem)}"
        note = f"{word} finds every word that begins so, {stem} the word and its inflected forms"
        yield _warn("W013", term, "a wildcard where `~` would do", "any ending", note, advice)


def _common(subject: Subject, term: Term) -> Iterator[Flaw]:
    """W020 and W021: words that are everywhere, and acronyms that are such words."""
    if not is_plain(term):
        return
    words = fold(term.words).split()
    if not words:
        return
    lone = words[0] if len(words) == 1 and term.words.isalpha() and len(term.words) > 1 else ""
    if lone and term.words.isupper():
        if lone in ACRONYMS or lone in STOP_WORDS:
            yield _acronym(subject, term)
    elif all(word in STOP_WORDS for word in words):
        note = "nearly every article has it"
        advice = "leave it out, or quote it together with the words around it"
        yield _warn("W020", term, "only stop words", "found everywhere", note, advice)


def _acronym(subject: Subject, term: Term) -> Flaw:
    exact = f"={term.words}"
    slugs = _named(subject.entities, term.words)
    entity = f", or @{slugs[0]}" if slugs else ""
    mended = edited(subject.query, term.at, exact)
    note = f"case does not matter without =: `{term.words}` finds every “{term.words.lower()}”"
    advice = f"write {exact}{entity}\n{mended}"
    return _warn("W021", term, "an acronym that is a word", "in any case", note, advice)


def _short(subject: Subject, term: Term, above: tuple[object, ...]) -> Iterator[Flaw]:
    """W022: one or two characters of a script without spaces, which stand inside longer words."""
    excepted = any(isinstance(parent, Except) for parent in above)
    if len(term.words) <= 2 and _UNSPACED.fullmatch(term.words) and not excepted:
        note = "without spaces a word is also found inside longer ones: 京都 in 東京都"
        mask = f'{term.leaf} EXCEPT ("…{term.words}" OR "{term.words}…")'
        advice = f"write a longer name, or the longer words that are not meant: {mask}"
        title = "so few characters are found inside other words"
        yield _warn("W022", term, title, "found inside words", note, advice)


def _brand(subject: Subject, term: Term, above: tuple[object, ...]) -> Iterator[Flaw]:
    """W023: a name that is an everyday word, with nothing that tells it apart."""
    told_apart = any(isinstance(parent, Near | NotNear | Except) for parent in above)
    if not is_plain(term) or told_apart or not term.words.istitle():
        return
    if fold_word(term.words) in AMBIGUOUS_BRANDS:
        slugs = _named(subject.entities, term.words)
        new = f"@{slugs[0]}" if slugs else f"={term.words}"
        more = "" if slugs else ", better an entity with this as a weak name and context words"
        advice = f"write {new}{more}\n{edited(subject.query, term.at, new)}"
        note = f"case does not matter: `{term.leaf}` finds “{term.words.lower()}”, too"
        yield _warn("W023", term, "a name that is an everyday word", "used bare", note, advice)


def _named(entities: Entities, words: str) -> list[str]:
    """The entities that have this name, capitals or not."""
    wanted = fold(words)
    return [
        slug
        for slug, profile in entities.items()
        if any(fold(name.words) == wanted for name in (*profile.names, *profile.weak))
    ]


def _aliases(subject: Subject) -> Iterator[Flaw]:
    """W024: names of an entity typed as keywords, unless it is the one word everybody writes."""
    terms: dict[object, Term] = {}
    for node, above in walk(subject.condition):
        if isinstance(node, Term) and not is_masked(node, above):
            terms.setdefault(shape(node), node)
    for slug, profile in subject.entities.items():
        typed = [shape(name) for name in profile.names if shape(name) in terms]
        usual = tuple(map(frozenset, pattern(profile.label)))
        for alias in dict.fromkeys(typed):
            if len(typed) > 1 or alias != usual or len(usual) > 1:
                yield _alias(subject, terms[alias], slug, profile.label)


def _alias(subject: Subject, term: Term, slug: str, label: str) -> Flaw:
    advice = f"write @{slug}\n{edited(subject.query, term.at, f'@{slug}')}"
    note = f"@{slug} finds all names of {label}"
    return _warn("W024", term, "a name of an entity typed as keyword", "a name", note, advice)


def _quoted_field(subject: Subject, term: Term) -> Iterator[Flaw]:
    """W063: a field inside the quotes, where it is text."""
    found = _FIELD.fullmatch(term.words)
    if found and term.leaf.endswith('"'):
        value = found[2] if found[2].isalnum() else f'"{found[2]}"'
        new = f"{found[1].lower()}:{value}"
        advice = f"the field stands before the quotes\n{edited(subject.query, term.at, new)}"
        title = f"`{found[1]}:` inside quotes is text, not a field"
        yield _warn("W063", term, title, "looked for as text", advice=advice)


def _foreign(subject: Subject, languages: tuple[str, ...]) -> Iterator[Flaw]:
    """W037: only words in Latin letters for articles that are written in others."""
    scripts = [OTHER_SCRIPTS[name] for name in languages if name in OTHER_SCRIPTS]
    nodes = list(walk(subject.condition))
    terms = [node for node, above in nodes if isinstance(node, Term) and not is_masked(node, above)]
    if not terms or not scripts or len(scripts) < len(languages):
        return
    known = not any(isinstance(node, Entity | Fragment) for node, _ in nodes)
    latin = all(term.words.isascii() for term in terms)
    if known and latin and any(term.words.islower() for term in terms):
        names = ", ".join(dict.fromkeys(scripts))
        advice = f"add the words as these articles write them ({names})"
        title = "only English words for articles in another language"
        yield _warn("W037", terms[0], title, f"not in {names}", advice=advice)
