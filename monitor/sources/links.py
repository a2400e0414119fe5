"""Is this link an article, a section, or something else? Scores, each clue with its name.

A guess adds up what the address looks like, where the link stands and what it says, and what the
monitor has seen of the site: which links stood there before, which shapes of addresses led to
articles. A missed article is worse than a section that is read in vain, so that what the monitor
learned may lift any link, but lower only those that were doubtful anyway.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from monitor.model import LinkKind
from monitor.urls import (
    ARTICLE_WORDS,
    DATE_IN_PATH,
    IDENTIFYING,
    OTHER_FILE,
    PAGE_FILE,
    SECTION_WORDS,
    TOKEN,
    canonical,
)

ARTICLE = 2.0  # a score from which on a link is taken for an article

_ID = re.compile(r"\d{5,}|(?=[a-f]*\d)[0-9a-f]{12,}")
_NUMBER = re.compile(r"\d{3,}$")
_JOINT = re.compile(r"[-_+ ]+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff]")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ARTICLE_WORDS = ARTICLE_WORDS | _words("noticias nota news post posts blog p a")
# A segment of the path that is one of these is no article's, in any language that we know of.
_SECTION_WORDS = SECTION_WORDS | _words(
    """
    abo abonnement abonnieren abos agb anmelden anzeigen autor autoren datenschutz kontakt
    mediathek newsletter-anmeldung rubrik rubriken suche thema themen ueber-uns veranstaltungen
    wetter auteur auteurs se-connecter dossiers mentions-legales meteo qui-sommes-nous recherche
    rubrique s-abonner acerca autores aviso-legal buscar categoria categorias contacto etiqueta
    privacidad quienes-somos seccion suscripcion suscripciones tema temas chi-siamo contatti
    autori cerca abbonamenti privacidade sobre contato assine colofon zoeken onderwerp auteurs
    kontaktformular om-oss kontakta-oss sok etikett kategori yazarlar iletisim kunye hakkimizda
    kontakty regulamin szukaj redakcja o-nas tentang-kami kontak penulis topik
    """
)
# Words in a name of several that make it one of the house's own pages.
_HOUSE_WORDS = _words(
    """
    privacy cookie cookies policy policies terms conditions accessibility subscribe subscription
    subscriptions newsletter newsletters advertise advertising careers sitemap disclaimer copyright
    impressum datenschutz datenschutzerklaerung datenschutzhinweise nutzungsbedingungen agb abo
    cookierichtlinie barrierefreiheit kuendigen mentions confidentialite cgu cgv privacidad
    terminos condiciones suscripcion politica privacidade termos informativa gizlilik
    """
)


class Clue(NamedTuple):
    """One thing that speaks for an article, or against it."""

    weight: float
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a link stands on its page, and what it says there."""

    title: str = ""  # the best name found for it
    headed: bool = False  # the name is a heading's
    aside: bool = False  # in navigation, a sidebar, or the page's header or footer


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMemory:
    """What the monitor has seen of a listing's links so far."""

    shapes: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # shape → articles, others
    standing: frozenset[str] = frozenset()  # marks of links that were no articles last time


NOTHING = LinkMemory()


def judge(
    url: str, place: Place, memory: LinkMemory = NOTHING
) -> tuple[LinkKind, tuple[Clue, ...]]:
    """What a link to the same site is, and the clues, strongest first."""
    clues = (*_address(url), *_standing(place))
    score = total(clues)
    clues += tuple(_learned(url, place, memory, score))
    kind = LinkKind.ARTICLE if total(clues) >= ARTICLE else _lesser(url)
    return kind, tuple(sorted(clues, key=lambda clue: -abs(clue.weight)))


def total(clues: tuple[Clue, ...]) -> float:
    """The score that the clues make."""
    return sum(clue.weight for clue in clues)


def mark(url: str) -> str:
    """16 hex digits by which a link is known again."""
    return blake2b(canonical(url).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def shape(url: str) -> str:
    """An address with what differs between articles taken out: ``/news/#/#/slug?id``."""
    parts = _split(url)
    if parts is None:
        return ""
    segments = [_general(segment, at) for at, segment in enumerate(_segments(parts))]
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{'&'.join(names[:4])}" if names else ""
    return f"{host}/{'/'.join(segments[:8])}{query}"[:200]


def _general(segment: str, at: int) -> str:
    ending = PAGE_FILE.search(segment)
    stem = segment[: ending.start()] if ending else segment
    what = stem
    if stem.isdigit():
        what = "#"
    elif _JOINT.search(stem) and (len(_JOINT.split(stem)) > 2 or any(map(str.isdigit, stem))):
        what = "slug"
    elif any(map(str.isdigit, stem)) or len(stem) > 20:
        what = "id"
    elif at > 1:
        what = "word"
    return what + (ending[0] if ending else "")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.netloc else None


def _segments(parts: SplitResult) -> list[str]:
    path = unquote(parts.path).lower()
    return [segment for segment in path.split("/") if segment]


# --- clues ---------------------------------------------------------------------------------------


def _address(url: str) -> Iterator[Clue]:
    parts = _split(url)
    if parts is None:
        yield Clue(-9, "no web address")
        return
    segments = _segments(parts)
    if any(map(IDENTIFYING.match, parts.query.split("&"))):
        yield Clue(2, "an id in its query")
    if not segments:
        return
    if OTHER_FILE.search(segments[-1]):
        yield Clue(-9, "a file")
        return
    yield from _name(segments)
    path = "/" + "/".join(segments)
    if DATE_IN_PATH.search(path) and (len(segments[-1]) > 10 or len(segments) > 3):
        yield Clue(2, "a date in its address")
    if _ARTICLE_WORDS.intersection(segments[:-1]):
        yield Clue(1 + bool(TOKEN.match(segments[-1])), "below a word such as “article”")
    if section := next(iter(sorted(_SECTION_WORDS.intersection(segments))), ""):
        yield Clue(-2, f"“{section}” in its address")


def _name(segments: list[str]) -> Iterator[Clue]:
    """Clues of the last part of the path, or the one before where the last is a number."""
    ending = PAGE_FILE.search(segments[-1])
    last = segments[-1][: ending.start()] if ending else segments[-1]
    if ending:
        yield Clue(1, "the ending of a page")
    slug = max([last, *segments[-2:-1]], key=lambda part: len(_JOINT.findall(part)))
    words = [word for word in _JOINT.split(slug) if word and not any(map(str.isdigit, word))]
    if len(words) <= 6 and (house := _HOUSE_WORDS.intersection(words)):
        yield Clue(-3, f"“{min(house)}” in its name")
    if len(words) >= 5 or (len(words) == 4 and len(slug) >= 20):
        yield Clue(3, f"a name of {len(words)} words")
    elif len(words) == 4 or (len(words) == 3 and len(slug) >= 20):
        yield Clue(2, f"a name of {len(words)} words")
    elif len(words) == 3 or _UNSPACED.search(slug):
        yield Clue(1, "a name of some words")
    if any(map(_ID.search, segments[-2:])) or _NUMBER.match(last):
        alone = len(words) <= 1 and slug != last.strip("0123456789") and bool(words)
        yield Clue(1 if alone else 2, "an id in its address")


def _standing(place: Place) -> Iterator[Clue]:
    if place.aside:
        yield Clue(-20, "stands in navigation, a sidebar, header or footer")
    words = _length(place.title)
    if place.headed and words >= 4:
        yield Clue(2, "a headline")
    elif words >= 6:
        yield Clue(1, f"says {words} words")
    elif place.headed and words >= 2:
        yield Clue(0.5, "a heading")
    elif 1 <= words <= 3:
        yield Clue(-2, "says no more than a label")


def _length(title: str) -> int:
    """Words of a title; three characters of scripts without spaces count as one."""
    return len(title.split()) + len(_UNSPACED.findall(title)) // 3


def _learned(url: str, place: Place, memory: LinkMemory, score: float) -> Iterator[Clue]:
    articles, others = memory.shapes.get(shape(url), (0, 0)) if memory.shapes else (0, 0)
    if articles > others:
        yield Clue(
            2 if articles > 3 * others else 1, f"{articles} links of its shape were articles"
        )
    elif others >= 5 and not articles and score < 2 * ARTICLE:
        yield Clue(-1, f"{others} links of its shape were none")
    if not memory.standing or place.aside:
        return
    if mark(url) in memory.standing:
        if score < 2 * ARTICLE:
            yield Clue(-1, "stood there before and was none")
    elif _length(place.title) >= 3:
        yield Clue(1, "was not there before")


def _lesser(url: str) -> LinkKind:
    """A section, or what nobody reads for news."""
    parts = _split(url)
    segments = _segments(parts) if parts else []
    own = _SECTION_WORDS.intersection(segments)
    house = _HOUSE_WORDS.intersection(_JOINT.split(segments[-1])) if segments else ()
    plain = bool(segments) and not own and not house and not OTHER_FILE.search(segments[-1])
    return LinkKind.SECTION if plain and len(segments) <= 4 else LinkKind.OTHER
