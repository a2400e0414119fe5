"""Names of people in a byline: what is one, and where one ends."""

import re
from functools import lru_cache

_BY = re.compile(
    r"^\W*(?:(?:\w+\s){0,2}?by|on behalf of|von|vom|par|por|di|de|af|av|door|oleh|da|från|przez|"
    r"autore?s?|auteurs?|autorin|auth?ors?|autorin\s*/\s*autor|text[eo]?|tekst|tekijä|fra|yazan|haber|penulis|"
    r"écrit par|geschrieben von|ein beitrag von|escrito por|scritto da|a cura di|geschreven door|"
    r"автор\w*|текст|συντάκτης|szerző|autoři?|napsal|pisze|foto og tekst|bởi|โดย|द्वारा|"
    r"(?:責任編集|執筆|作者|著者|撰文|記者|文)(?=\W)|بقلم|كتبت?|מאת)(?:(?=\W)|(?<=\W)|$)\s*[:：/]?\s*",
    re.IGNORECASE,
)
_NOT_BY = re.compile(
    r"\b(?:review|edit|check|photo|picture|image|sponsor|power|present|illustrat|approv|verif|"
    r"updat|foto|supervis|translat|produc)\w*[\s:]+(?:by|von|par|por)?\b|^\W*foto\b", re.IGNORECASE
)  # fmt: skip
_BREAK = re.compile(
    r"\s*(?:[;|•·⋅｜、\n]|\s/\s?|/|\s[–—@-]\s|\s@|&|＆)\s*|"
    r"\s+(?:and|und|et|y|e|og|och|en|ja|i|và|ve|dan|и|та|és|și|kaj|with|mit|avec|con)\s+"
)
_JOINED = re.compile(r"^(?:and|und|et|y|e|og|och|en|i|и|ve)\s+")
_TAIL = re.compile(
    r"\s+(?:is|has|was|ist|est|in|for|from|at|aus|für|pour|updated|published|follow|posted|on|"
    r"of the)\s.*|\s*[(\[【（].*",
    re.IGNORECASE | re.DOTALL,
)
_LETTERS = re.compile(  # after a name: MD, Ph.D., CFP®, VTS, E-RYT 200
    r"(?:[A-Z]{2,5}(?:[®™]|-[A-Z]+)?|(?:[A-Z][A-Za-z]{0,3}\.){1,4}[A-Z]?|[A-Z]-[A-Z]{2,4}(?: \d+)?|"
    r"Ph\.?D\.?|PhD|M\.?Sc\.?|Jr\.?|Sr\.?|Esq\.?|PsyD|PharmD)",
)
_NO_NAME = re.compile(
    r"@|\d{3}|https?:|www\.|[{}<>=#*?!…]|\b(?:minutes?|read|ago|views?|likes?|cookies?|subscribe|"
    r"comments?|share|follow|posted|published|updated|written|by|more|about|click|page|head)\b|"
    r"^(?:admin\w*|editors?|staff|none|null|unknown|authors?|guest|user|redaktion|view all|posts?|"
    r"home|news|blog|editorial|webmaster|root|test|default|contributors?|autor|auteur|redazione|"
    r"redacción|redacao|redação|administrator|name|"
    r"anonymous|この記事を書いた人|your name|index|menu|search|print)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:editor|correspondent|reporter|writers?|journalist|contributor|columnist|bureau|desk|"
    r"fellow|professor|director|manager|news|chief|founder|ceo|cto|analyst|expert|specialist|"
    r"team|president|officer|engineer|consultant|coordinator|producer|publisher|partner|author|"
    r"strategist|researcher|scientist|doctor|coach|head of|redakteur\w*|redakt\w+|korrespondent\w*|"
    r"journaliste?|periodista|giornalista|rédact\w+|reporterin|staff|magazine|inc|llc|gmbh|ltd|"
    r"marketing|digital|senior|junior|lead|vice|co|former|assistant|associate|developer|designer|attorney|lawyer|physician|nurse|dietitian|therapist|economist|"
    r"photographer|blogger|winemaker|strategy|security|healthcare|science|technology|business|"
    r"politics|sports?|uhr|min|image|source|getty|credit)\b",
    re.IGNORECASE,
)  # fmt: skip
_AGENCY_NAMES = """
afp ap reuters dpa ansa efe pti ani ians apa sda sid kna epd dts afxp lusa ntb tt ritzau stt
belga anp ctk mti tass interfax xinhua kyodo yonhap bernama antara iha aa dha agencies
agenzie agencias agences bloomberg cnn bbc upi wam spa tnn ap/reuters
"""
_AGENCIES = frozenset(_AGENCY_NAMES.split())
_SMALL_WORDS = """
de la le du da do dos das di del della van von der den zu zur af av al el bin ibn ben y e i
ter ten of the st und et and d l o mc ní ó a
"""
_SMALL = frozenset(_SMALL_WORDS.split())
# A text of plain words, none of which begins like a word of the patterns above, is a name.
_PLAIN = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}")
_PATTERNS = " ".join(found.pattern.lower() for found in (_BY, _NOT_BY, _TAIL, _NO_NAME, _ROLE))
_STEM = 4  # letters
_STEMS = frozenset(word[:_STEM] for word in re.findall("[a-z]{2,}", _PATTERNS))
_DIGIT = re.compile(r"\d")
_LONGEST = 1_000  # characters of a byline that are looked at
_LONGEST_NAME = 50
_CASED = re.compile(r"[^\W\d_]")


def without_by(text: str) -> str:
    """The text without a leading “By”, in the languages of news."""
    return _BY.sub("", text[:_LONGEST], count=1)


def opens_byline(text: str) -> bool:
    """Whether a text begins with “By”, or is nothing else; not with “Photo by”."""
    return bool(_BY.match(text)) and not _NOT_BY.match(text)


def is_agency(name: str) -> bool:
    """Whether the name is a news agency's."""
    return name.casefold().strip(" .()") in _AGENCIES


@lru_cache(maxsize=512)
def names_in(text: str) -> tuple[str, ...]:
    """The people whom a byline or an author field names, without their roles.

    What follows a name after a comma may be letters (“MD”), which stay, or a role, which goes.
    """
    if _is_plain(text):
        return (text,)
    if ";" in text[:_LONGEST]:
        parts = _given_names_first(without_by(text[:_LONGEST]).split(";"))
        return tuple(dict.fromkeys(name for part in parts for name in names_in(part)))
    found: list[str] = []
    text = text[:_LONGEST].strip() if "://" not in text else ""
    # At least a word must remain: “Di Maio” is a name, as is “Por”.
    text = without_by(text).strip() or text
    for number, part in enumerate(re.split(r",\s*|，", text)):
        part = part.strip(" .-–|:") if not _LETTERS.fullmatch(part.strip()) else part.strip()
        if found and _LETTERS.fullmatch(part) and not is_agency(part):
            found[-1] += f", {part}"
        elif number == 0 or not _ROLE.search(part):
            found.extend(_split(part, first=number == 0))
    return tuple(dict.fromkeys(found))


def _given_names_first(parts: list[str]) -> list[str]:
    """“Okafor, Inga” and “Brandt, Tom” as people say them, if all are so; else as they are."""
    pairs = [[half.strip() for half in part.split(",")] for part in parts]
    if all(len(pair) == 2 and _is_surname(pair[0]) and _is_given(pair[1]) for pair in pairs):
        return [f"{given} {surname}" for surname, given in pairs]
    return parts


def _is_surname(name: str) -> bool:
    *small, surname = name.split() or [""]
    return surname[:1].isupper() and _SMALL.issuperset(map(str.lower, small))


def _is_given(name: str) -> bool:
    return name[:1].isupper() and not (_LETTERS.fullmatch(name) or _ROLE.search(name))


def _is_plain(text: str) -> bool:
    """Whether a text is without doubt one name: “Inga Okafor”, as most author fields have it."""
    return (
        len(text) <= _LONGEST_NAME
        and _PLAIN.fullmatch(text) is not None
        and _STEMS.isdisjoint(word[:_STEM] for word in text.lower().split())
    )


def _split(part: str, *, first: bool) -> list[str]:
    names: list[str] = []
    for piece in _BREAK.split(part):
        name = (
            _TAIL.sub("", _JOINED.sub("", without_by(piece.strip()))).strip(" .,-–:\"'“”").strip()
        )
        if name and _is_name(name) and (first or " " in name or not name.isascii()):
            names.append(name)
    return names


def _is_name(name: str) -> bool:
    if not 2 <= len(name) <= _LONGEST_NAME or _NO_NAME.search(name) or len(name.split()) > 6:
        return False
    if len(name) == 2 and name.isascii():
        return False
    if " " in name and (_DIGIT.search(name) or _opens_small(name)):
        return False
    return not (_ROLE.search(name) and " " in name) and bool(_CASED.search(name))


def _opens_small(name: str) -> bool:
    """“from the dept”, but not “van Okafor” or “bell hooks and company”."""
    words = name.split()
    return words[0][0].islower() and words[0] not in _SMALL and not words[-1][0].isupper()


def is_role(text: str) -> bool:
    """Whether a short text says what somebody is rather than who: “Ports Editor”."""
    return len(text) <= 60 and bool(_ROLE.search(text)) and text[-1:] not in ".?!:"


def is_label(text: str) -> bool:
    """Whether a text may stand for an author who is no person: a desk, an outlet, a login name."""
    return 2 <= len(text) <= 80 and not _NO_NAME.search(text) and bool(_CASED.search(text))


def looks_full(name: str) -> bool:
    """Whether a text that nothing calls a byline reads as a full name: “Inga van Okafor”."""
    words = name.split(",")[0].split()
    if not name.isascii() and not any(char.isupper() or char.islower() for char in name):
        return 2 <= len(name) <= (40 if 2 <= len(words) <= 4 else 8)
    if not 2 <= len(words) <= 5:
        return False
    big = [word for word in words if word.casefold() not in _SMALL]
    return len(big) >= 2 and all(word[0].isupper() or not word[0].islower() for word in big)


def is_login(name: str) -> bool:
    """Whether a name is only what a system calls somebody: ``j.doe``, ``jdoe7``."""
    return " " not in name and name.isascii() and name == name.lower()
