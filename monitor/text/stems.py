"""Stems of folded words, by the Snowball algorithm of a language."""

from collections.abc import Iterable
from functools import lru_cache

_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}


def stemmed_language(tag: str | None) -> str | None:
    """The language of a BCP 47 tag (``en`` for ``en-GB``) if its words can be stemmed."""
    primary = (tag or "").replace("_", "-").partition("-")[0].casefold()
    return primary if primary in _ALGORITHMS else None


@lru_cache(maxsize=1 << 16)
def stem(word: str, language: str) -> str:
    """The stem of a folded word in a language that ``stemmed_language`` knows."""
    # Loaded at the first need: it is as large as all of this package, and the processes that read
    # pages never stem a word.
    import snowballstemmer

    # A stemmer keeps its word in itself, so each call has one of its own: threads may share this.
    found: str = snowballstemmer.stemmer(_ALGORITHMS[language]).stemWord(word)
    return found


def by_stem(words: Iterable[str], language: str) -> dict[str, tuple[str, ...]]:
    """Stem → those of the words that have it. Words with a sign ($ACME) have no other forms."""
    found: dict[str, list[str]] = {}
    for word in words:
        if word[0] not in "$#@":
            found.setdefault(stem(word, language), []).append(word)
    return {stemmed: tuple(forms) for stemmed, forms in found.items()}
