"""Values that the tests of the store share."""

from datetime import UTC, datetime, timedelta

from monitor.model import (
    Article,
    Decision,
    Delivery,
    Entry,
    Known,
    Match,
    Outcome,
    Reading,
    Reason,
    Rule,
    SourceState,
    Span,
)
from monitor.ports import Decide

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LEASE = timedelta(minutes=1)


def rule(name: str = "ai") -> Rule:
    return Rule(id=name, title=name.title(), query=f'"{name}"')


def match(name: str = "ai") -> Match:
    return Match(rule=rule(name), spans=(Span("title", 0, 3, '"Sun"'), Span("text", 4, 9, "sun")))


def reading(
    name: str,
    *,
    keys: tuple[str, ...] | None = None,
    url_keys: tuple[str, ...] | None = None,
    text_key: str | None = None,
    rules: tuple[str, ...] = ("ai",),
    read_at: datetime = NOW,
    article: Article | None = None,
) -> Reading:
    """An article called ``name`` that shares nothing with those of other names."""
    url = f"https://news.example/{name}"
    return Reading(
        entry=Entry(id=name, url=url, title=f"Title {name}"),
        keys=keys if keys is not None else (f"id:{name}", f"url:{name}"),
        article=article
        or Article(
            url=url,
            title=f"Title {name}",
            text=f"The text of {name}.",
            source="herald",
            outlet=f"Outlet of {name}",
        ),
        url_keys=url_keys if url_keys is not None else (url,),
        text_key=text_key if text_key is not None else f"text:{name}",
        matches=tuple(map(match, rules)),
        read_at=read_at,
    )


def delivery(chat: str = "desk", *, ready_at: datetime = NOW, **fields: object) -> Delivery:
    values = {"id": 0, "story": 0, "due_at": ready_at} | fields
    return Delivery(chat=chat, ready_at=ready_at, **values)  # type: ignore[arg-type]


def tell(*chats: str, rules: tuple[str, ...] = ("ai",), ready_at: datetime = NOW) -> Decide:
    """A decision that tells each of these chats."""

    def decide(_: Known) -> Outcome:
        return Outcome(
            decisions=tuple(
                Decision(chat=chat, rules=rules, reason=Reason.FIRST) for chat in chats
            ),
            deliveries=tuple(delivery(chat, ready_at=ready_at) for chat in chats),
        )

    return decide


def silence(_: Known) -> Outcome:
    """A decision that tells nobody."""
    return Outcome()


def state(source: str = "herald", **fields: object) -> SourceState:
    values = {"url": f"https://{source}.example/feed", "next_poll_at": NOW} | fields
    return SourceState(source=source, **values)  # type: ignore[arg-type]
