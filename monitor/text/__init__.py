"""Words, sentences and paragraphs of texts in all scripts, always as offsets into the original.

The same analysis serves articles and queries, so that what an operator writes and what an outlet
prints meet whatever their case, accents, width, apostrophes or hyphens.
"""

from monitor.text.folding import fold_word
from monitor.text.patterns import Pattern, find, openings, pattern
from monitor.text.sentences import paragraphs, sentences
from monitor.text.stems import stem, stemmed_language
from monitor.text.tokens import Range, Tokens, fold, tokenize

__all__ = [
    "Pattern",
    "Range",
    "Tokens",
    "find",
    "fold",
    "fold_word",
    "openings",
    "paragraphs",
    "pattern",
    "sentences",
    "stem",
    "stemmed_language",
    "tokenize",
]
