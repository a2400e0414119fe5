"""What is known before any block of a page is judged, and how texts are compared."""

import re
from dataclasses import dataclass
from functools import lru_cache

try:  # as the standard library's own random does: hashlib loads OpenSSL, which is 3 MB
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

_UNFOLDED = re.compile(r"[\W_]+")
_UNFOLDED_LATIN = bytes(code for code in range(256) if not chr(code).isalnum())
_PRINTED = "’“”—–…‘"  # what keeps most texts in Western languages from being Latin-1


@dataclass(frozen=True, slots=True)
class Known:
    """What the metadata say."""

    titles: tuple[str, ...] = ()  # folded
    body: str = ""  # the folded articleBody of JSON-LD


@lru_cache(maxsize=512)
def fold(text: str) -> str:
    """Letters and digits alone, in lower case: for comparing texts, not for showing them."""
    if not text.isascii():
        for mark in _PRINTED:
            text = text.replace(mark, "")
    text = text.casefold()
    try:  # the same, in a fourth of the time
        return text.encode("latin-1").translate(None, _UNFOLDED_LATIN).decode("latin-1")
    except UnicodeEncodeError:
        return _UNFOLDED.sub("", text)


def imprint(text: str) -> str:
    """16 hex digits that a block shares with the same block on another page: of its folded text."""
    return blake2b(fold(text).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
