"""What chats chose themselves, where they moved, and which are not sent to."""

from collections.abc import Mapping

from sqlite_utils import Database


def subscriptions(db: Database) -> Mapping[tuple[str, str], bool]:
    """(chat, rule id) → the chat's own choice."""
    rows = db.execute("SELECT chat, rule, subscribed FROM subscription ORDER BY chat, rule")
    return {(chat, rule): bool(on) for chat, rule, on in rows}


def subscribe(db: Database, chat: str, rule: str, *, on: bool) -> None:
    """Replace a chat's choice about a rule."""
    db.execute(
        "INSERT INTO subscription (chat, rule, subscribed) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET subscribed = excluded.subscribed",
        [chat, rule, on],
    )


def moved(db: Database) -> Mapping[str, str]:
    """Address → the one that replaced it."""
    return dict(db.execute("SELECT was, address FROM moved_chat ORDER BY was"))


def move(db: Database, was: str, address: str) -> None:
    """Remember what replaced an address."""
    db.table("moved_chat").insert({"was": was, "address": address}, replace=True)


def suspended(db: Database) -> Mapping[str, str]:
    """Chat → why it is not sent to."""
    return dict(db.execute("SELECT chat, reason FROM suspended_chat ORDER BY chat"))


def suspend(db: Database, chat: str, reason: str | None) -> None:
    """Stop sending to a chat, or with None start again."""
    if reason is None:
        db.execute("DELETE FROM suspended_chat WHERE chat = ?", [chat])
    else:
        db.table("suspended_chat").insert({"chat": chat, "reason": reason}, replace=True)
