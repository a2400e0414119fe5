"""What the archive tells about an entity or a rule: how much there was in the last days."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.errors import StoreError
from monitor.model import Article, StoredArticle
from monitor.rules.analysis import analyse
from monitor.rules.entities import Entities, Profile
from monitor.store import read_store

SPAN = timedelta(days=7)

_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Archive:
    """The database that monitor writes, read only; it may not be there (None, or no file)."""

    database: Path | None

    def of_entity(self, slug: str, entities: Entities, now: datetime) -> str:
        """How many articles name an entity, in words; empty if nothing can be told."""
        profile = entities.get(slug)
        if profile is None or self.database is None:
            return ""
        try:
            store = read_store(self.database)
        except StoreError:
            return ""
        try:
            return articles(number_naming(slug, entities, store.articles_since(now - SPAN)))
        finally:
            store.close()

    def of_rule(self, rule: str, now: datetime) -> str:
        """How many articles a rule matched, in words; empty if nothing can be told."""
        if self.database is None:
            return ""
        try:
            store = read_store(self.database)
        except StoreError:
            return ""
        try:
            matched, held_back = store.matched(rule, now - SPAN)
        finally:
            store.close()
        filtered = f", {held_back} of them held back by filters" if held_back else ""
        return f"Matched {articles(matched)}{filtered}"


def articles(number: int) -> str:
    """A number of articles of the last days, in words."""
    return f"{number} article{'' if number == 1 else 's'} in {SPAN.days} days"


def number_naming(slug: str, entities: Entities, stored: Iterable[StoredArticle]) -> int:
    """How many articles have a mention of an entity that counts."""
    return sum(
        any(analyse(article, entities).entities.get(slug, ()))
        for article in _candidates(entities[slug], stored)
    )


def _candidates(profile: Profile, stored: Iterable[StoredArticle]) -> Iterator[Article]:
    """The articles that may name an entity: a search of letters spares most of the analysis."""
    keys = {_key(term.words) for term in (*profile.names, *profile.weak)}
    for one in stored:
        article = one.article
        text = _plain(f"{article.title}\n{article.standfirst}\n{article.text}")
        if any(key in text for key in keys):
            yield article


def _key(words: str) -> str:
    """The longest run of letters that a text must have to hold a name."""
    sure = re.split(r"[*?~]", words)[0]
    return max(_LETTERS.findall(_plain(sure)), key=len, default="")


def _plain(text: str) -> str:
    """A text without case, accents and hyphens."""
    text = text.casefold().replace("-", "").replace("ı", "i")
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()
