"""Matches and decisions. A match keeps its rule's wording, so that it outlives the rule."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import datetime

from sqlite_utils import Database

from monitor.model import Decision, Match, Priority, Reason, Rule, RuleStatus, Span
from monitor.store.engine import Row
from monitor.store.moments import from_micros, to_micros


def add(db: Database, article: int, matches: Iterable[Match], at: datetime) -> None:
    """Store an article's matches."""
    when = {"article": article, "matched_at": to_micros(at)}
    db.table("rule_match").insert_all([_row(match) | when for match in matches])


def add_decisions(db: Database, article: int, decisions: Iterable[Decision], at: datetime) -> None:
    """Store why each chat is or is not told of an article."""
    rows = [
        {
            "article": article,
            "chat": decision.chat,
            "rules": json.dumps(decision.rules, ensure_ascii=False),
            "reason": decision.reason.name,
            "detail": decision.detail,
            "decided_at": to_micros(at),
        }
        for decision in decisions
    ]
    db.table("decision").insert_all(rows)


def of_article(db: Database, article: int) -> tuple[Match, ...]:
    """An article's matches, in the order they were found."""
    return tuple(
        map(_match, db.query("SELECT * FROM rule_match WHERE article = ? ORDER BY id", [article]))
    )


def for_chat(db: Database, story: int, chat: str) -> Mapping[int, tuple[Match, ...]]:
    """By article id: the matches of a story's articles whose rules were routed to a chat."""
    rows = db.query(
        "SELECT rule_match.* FROM article JOIN rule_match ON rule_match.article = article.id "
        "WHERE article.story = ? AND rule_match.rule IN ("
        " SELECT value FROM decision, json_each(decision.rules)"
        " WHERE decision.article = article.id AND decision.chat = ?"
        ") ORDER BY rule_match.id",
        [story, chat],
    )
    return _by_article(rows)


def of_rules(
    db: Database, among: Iterable[int], rules: Iterable[str]
) -> Mapping[int, tuple[Match, ...]]:
    """By article id: the matches of these rules that may alert."""
    rows = db.query(
        "SELECT * FROM rule_match WHERE status = 'LIVE' AND filtered = '' "
        "AND article IN (SELECT value FROM json_each(?)) "
        "AND rule IN (SELECT value FROM json_each(?)) ORDER BY id",
        [json.dumps(list(among)), json.dumps(list(rules))],
    )
    return _by_article(rows)


def number(db: Database, rule: str, since: datetime) -> tuple[int, int]:
    """In how many articles a rule matched, and in how many of them a filter held it back."""
    row = db.execute(
        "SELECT count(DISTINCT article), count(DISTINCT CASE WHEN filtered <> '' THEN article END) "
        "FROM rule_match WHERE rule = ? AND matched_at >= ?",
        [rule, to_micros(since)],
    ).fetchone()
    return row[0], row[1]


def decisions(db: Database, articles: Iterable[int]) -> tuple[tuple[datetime, Decision], ...]:
    """When and what was decided about these articles, oldest first."""
    rows = db.query(
        "SELECT * FROM decision WHERE article IN (SELECT value FROM json_each(?)) ORDER BY id",
        [json.dumps(list(articles))],
    )
    return tuple((from_micros(row["decided_at"]), _decision(row)) for row in rows)


def _row(match: Match) -> Row:
    rule = match.rule
    return {
        "rule": rule.id,
        "title": rule.title,
        "query": rule.query,
        "pack": rule.pack,
        "priority": rule.priority.name,
        "channels": json.dumps(rule.channels, ensure_ascii=False),
        "tags": json.dumps(rule.tags, ensure_ascii=False),
        "status": rule.status.name,
        "spans": json.dumps([astuple(span) for span in match.spans], ensure_ascii=False),
        "filtered": match.filtered,
    }


def _match(row: Row) -> Match:
    rule = Rule(
        id=row["rule"],
        title=row["title"],
        query=row["query"],
        pack=row["pack"],
        priority=Priority[row["priority"]],
        channels=tuple(json.loads(row["channels"])),
        tags=tuple(json.loads(row["tags"])),
        status=RuleStatus[row["status"]],
    )
    spans = tuple(Span(*span) for span in json.loads(row["spans"]))
    return Match(rule=rule, spans=spans, filtered=row["filtered"])


def _by_article(rows: Iterable[Row]) -> dict[int, tuple[Match, ...]]:
    found: dict[int, tuple[Match, ...]] = {}
    for row in rows:
        found[row["article"]] = (*found.get(row["article"], ()), _match(row))
    return found


def _decision(row: Row) -> Decision:
    return Decision(
        chat=row["chat"],
        rules=tuple(json.loads(row["rules"])),
        reason=Reason[row["reason"]],
        detail=row["detail"],
    )
