"""Small invented archives."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model import Article, Relation, StoredArticle
from monitor.store import open_store
from tests.store_examples import reading, silence

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def stored(number: int, title: str, text: str = "", **fields: object) -> StoredArticle:
    """An article that was read so many ``hours`` ago; each is a ``story`` of its own."""
    hours, story = fields.pop("hours", 0), fields.pop("story", number)
    values = {"url": f"https://post.example/{number}", "outlet": "Harbour Post", "lang": "en"}
    article = Article(title=title, text=text, **(values | fields))  # type: ignore[arg-type]
    return StoredArticle(
        id=number,
        story=story,  # type: ignore[arg-type]
        relation=Relation.NEW,
        article=article,
        read_at=NOW - timedelta(hours=hours),  # type: ignore[arg-type]
    )


def fill(path: Path, articles: Iterable[StoredArticle], moment: datetime = NOW) -> None:
    """Put articles into a real store; those of one story have one text key and different outlets.

    Their times are moved so that NOW becomes ``moment``.
    """
    store = open_store(path)
    try:
        pending = [
            store.record_reading(
                reading(
                    str(one.id),
                    rules=(),
                    article=one.article,
                    url_keys=(one.article.url,),
                    text_key=f"text:{one.story}",
                    read_at=moment - (NOW - one.read_at),
                ),
                silence,
            )
            for one in articles
        ]
        for each in pending:
            each.result()
    finally:
        store.close()
