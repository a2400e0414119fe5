"""What is known before any block of a page is judged, and how texts are compared."""

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

_UNFOLDED = re.compile(r"[\W_]+")
_UNFOLDED_ASCII = bytes(code for code in range(128) if not chr(code).isalnum())


@dataclass(frozen=True, slots=True)
class Known:
    """What the metadata say."""

    titles: tuple[str, ...] = ()  # folded
    body: str = ""  # the folded articleBody of JSON-LD


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Letters and digits alone, in lower case: for comparing texts, not for showing them."""
    if text.isascii():  # the same, in a fourth of the time
        return text.lower().encode("ascii").translate(None, _UNFOLDED_ASCII).decode("ascii")
    return _UNFOLDED.sub("", text.casefold())


def imprint(text: str) -> str:
    """16 hex digits that a block shares with the same block on another page: of its folded text."""
    return blake2b(fold(text).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
