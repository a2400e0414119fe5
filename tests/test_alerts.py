"""Which matches become alerts, for whom, and why; and what an alert is made of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import alerts
from monitor.alerts import Routing
from monitor.model import (
    Article,
    Chat,
    Claim,
    Delivery,
    DeliveryState,
    Known,
    Match,
    Priority,
    Reason,
    Relation,
    Rule,
    Span,
    StoredArticle,
    StoryView,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
WAIT = timedelta(seconds=20)
DESK = Chat(name="desk", channel="telegram", address="-100", default=True)
LEGAL = Chat(name="legal", channel="telegram", address="-200")
INDIA = Rule(id="openai-india", title="OpenAI in India", query="@openai AND India")
COURT = Rule(id="court", title="In court", query="lawsuit", channels=("legal",))
URGENT = replace(INDIA, id="urgent", priority=Priority.URGENT)


def match(rule: Rule, *spans: Span) -> Match:
    return Match(rule=rule, spans=spans)


def decide(*rules: Rule, known: Known | None = None, choices=None):
    routing = Routing(chats=(DESK, LEGAL), choices=choices or {})
    return alerts.decide([match(r) for r in rules], routing, known or Known(), NOW, WAIT)


def earlier(state: DeliveryState, revision: int = 0) -> Known:
    delivery = Delivery(
        id=5, chat="desk", story=7, state=state, ready_at=NOW, due_at=NOW, revision=revision
    )
    return Known(relation=Relation.SAME_TEXT, story=7, deliveries=(delivery,))


def reasons(outcome) -> dict[str, Reason]:
    return {decision.chat: decision.reason for decision in outcome.decisions}


def test_a_rule_without_channels_goes_to_the_default_chats():
    outcome = decide(INDIA)
    assert reasons(outcome) == {"desk": Reason.FIRST}
    (delivery,) = outcome.deliveries
    assert (delivery.chat, delivery.story, delivery.ready_at) == ("desk", 0, NOW + WAIT)


def test_a_rule_with_channels_goes_to_these_only():
    assert reasons(decide(COURT)) == {"legal": Reason.FIRST}


@pytest.mark.parametrize(("choice", "told"), [(True, True), (False, False), (None, True)])
def test_a_chats_own_choice_counts_before_the_rule_file(choice, told):
    choices = {} if choice is None else {("desk", "openai-india"): choice}
    assert ("desk" in reasons(decide(INDIA, choices=choices))) is told


def test_a_chat_may_subscribe_to_a_rule_that_names_others():
    outcome = decide(COURT, choices={("desk", "court"): True})
    assert set(reasons(outcome)) == {"desk", "legal"}


def test_a_rule_that_reaches_nobody_is_on_record():
    outcome = decide(INDIA, choices={("desk", "openai-india"): False})
    (decision,) = outcome.decisions
    assert (decision.chat, decision.rules, decision.reason) == (
        "",
        ("openai-india",),
        Reason.NO_CHAT,
    )
    assert outcome.deliveries == ()


def test_several_rules_of_one_chat_make_one_delivery():
    outcome = decide(INDIA, URGENT)
    assert len(outcome.deliveries) == 1
    assert outcome.decisions[0].rules == ("openai-india", "urgent")


def test_urgent_rules_do_not_wait():
    assert decide(URGENT).deliveries[0].ready_at == NOW


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (DeliveryState.QUEUED, Reason.MERGED),
        (DeliveryState.RETRY, Reason.MERGED),
        (DeliveryState.SENT, Reason.ALREADY_TOLD),
    ],
)
def test_a_chat_is_told_of_a_story_once(state, reason):
    outcome = decide(INDIA, known=earlier(state))
    assert reasons(outcome) == {"desk": reason}
    assert outcome.deliveries == ()


def test_a_story_whose_alert_never_got_through_is_told_again():
    outcome = decide(INDIA, known=earlier(DeliveryState.DEAD, revision=1))
    assert reasons(outcome) == {"desk": Reason.REARMED}
    assert (outcome.deliveries[0].story, outcome.deliveries[0].revision) == (7, 2)


def test_what_one_chat_knows_keeps_nothing_from_another():
    outcome = decide(INDIA, COURT, known=earlier(DeliveryState.SENT))
    assert reasons(outcome) == {"desk": Reason.ALREADY_TOLD, "legal": Reason.FIRST}


def test_a_suspended_chat_gets_nothing_and_that_is_on_record():
    outcome = decide(INDIA, known=Known(suspended=frozenset({"desk"})))
    assert reasons(outcome) == {"desk": Reason.SUSPENDED}
    assert outcome.deliveries == ()


@given(st.lists(st.sampled_from([INDIA, COURT, URGENT]), max_size=3, unique=True))
def test_every_matched_rule_is_accounted_for(rules):
    outcome = decide(*rules)
    assert {r for d in outcome.decisions for r in d.rules} == {rule.id for rule in rules}
    assert len(outcome.deliveries) == sum(d.reason.tells for d in outcome.decisions)


# --- what an alert is made of ---------------------------------------------------------------------

TEXT = (
    "The visit began on Sunday. OpenAI said that its users in India had tripled. "
    "A publisher filed a lawsuit in Delhi.\nRain is expected."
)
ARTICLE = Article(
    url="https://ledger.example/visit",
    title="OpenAI chief in Delhi",
    text=TEXT,
    outlet="The Ledger",
    published=NOW,
)


def span(piece: str, leaf: str, field: str = "text") -> Span:
    start = getattr(ARTICLE, field).index(piece)
    return Span(field, start, start + len(piece), leaf)


FOUND = (span("OpenAI", "@openai", "title"), span("India", "India"), span("lawsuit", "lawsuit"))


def claim(*stored: StoredArticle, matches=None, ambiguous: int = 0) -> Claim:
    delivery = Delivery(
        id=31, chat="desk", story=7, ready_at=NOW, due_at=NOW, attempt=1, ambiguous=ambiguous
    )
    stored = stored or (stored_article(1, ARTICLE),)
    return Claim(
        delivery=delivery,
        view=StoryView(story=7, articles=stored, matches=matches or {1: (match(INDIA, *FOUND),)}),
    )


def stored_article(number: int, article: Article) -> StoredArticle:
    relation = Relation.NEW if number == 1 else Relation.SAME_TEXT
    return StoredArticle(id=number, story=7, relation=relation, article=article, read_at=NOW)


def test_an_alert_shows_where_the_evidence_stands():
    alert = alerts.compose(claim())
    assert alert.title.marks == ((0, 6),)
    shown = [[s.text[a:b] for a, b in s.marks] for s in alert.snippets]
    assert shown == [["India"], ["lawsuit"]]
    assert alert.evidence == (
        "@openai: “OpenAI” (headline)",
        "India: “India” (text)",
        "lawsuit: “lawsuit” (text)",
    )


def test_snippets_are_sentences_in_the_order_of_the_text():
    first, second = alerts.compose(claim()).snippets
    assert first.text == "OpenAI said that its users in India had tripled."
    assert second.text.startswith("A publisher filed")


def test_a_headline_that_says_it_all_still_gets_a_sentence():
    spans = (span("OpenAI", "@openai", "title"), span("OpenAI said", "@openai"))
    alert = alerts.compose(claim(matches={1: (match(INDIA, *spans),)}))
    assert [s.text for s in alert.snippets] == ["OpenAI said that its users in India had tripled."]


def test_other_outlets_are_named_once_each():
    copies = [
        stored_article(n, replace(ARTICLE, outlet=outlet, url=f"https://o.example/{n}"))
        for n, outlet in enumerate(["The Ledger", "Wire", "Wire", "Byte"], start=1)
    ]
    alert = alerts.compose(claim(*copies))
    assert alert.also == (("Wire", "https://o.example/2"), ("Byte", "https://o.example/4"))


def test_the_first_matching_article_speaks_for_the_story():
    unmatched = replace(ARTICLE, outlet="Wire", title="Two days in Delhi")
    alert = alerts.compose(
        claim(
            stored_article(1, unmatched),
            stored_article(2, ARTICLE),
            matches={2: (match(INDIA, *FOUND),)},
        )
    )
    assert (alert.outlet, alert.also) == ("The Ledger", (("Wire", ARTICLE.url),))


def test_rules_are_listed_by_priority():
    matches = {1: (match(COURT, *FOUND), match(URGENT, *FOUND))}
    alert = alerts.compose(claim(matches=matches))
    assert [rule.id for rule in alert.rules] == ["urgent", "court"]
    assert alert.priority is Priority.URGENT


def test_a_send_that_may_have_arrived_makes_a_marked_repetition():
    assert not alerts.compose(claim()).repeated
    assert alerts.compose(claim(ambiguous=1)).repeated


def test_an_alert_from_the_feeds_text_says_so():
    article = replace(ARTICLE, origin="feed", note="the page answered 404")
    assert alerts.compose(claim(stored_article(1, article))).from_feed == "the page answered 404"


@given(st.integers(0, 3000), st.sampled_from(["x", "word ", "長"]))
def test_long_sentences_are_cut_around_their_evidence(before, filler):
    text = filler * before + " India " + filler * 400
    start = text.index("India")
    article = replace(ARTICLE, text=text)
    found = (Span("text", start, start + 5, "India"),)
    (snippet, *_) = alerts.compose(
        claim(stored_article(1, article), matches={1: (match(INDIA, *found),)})
    ).snippets
    assert len(snippet.text) <= 300
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["India"]


def test_overlapping_evidence_is_marked_as_one():
    spans = (span("OpenAI said", "a"), span("said that", "b"))
    alert = alerts.compose(claim(matches={1: (match(INDIA, *spans),)}))
    (snippet,) = alert.snippets
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["OpenAI said that"]


@pytest.mark.parametrize(
    ("own", "shown"),
    [
        ("https://ledger.example/visit", "https://ledger.example/visit"),
        ("https://ledger.example/", "https://ledger.example/visit?utm_source=rss"),
        ("https://elsewhere.example/visit", "https://ledger.example/visit?utm_source=rss"),
        (None, "https://ledger.example/visit?utm_source=rss"),
    ],
)
def test_the_link_is_the_pages_own_address_only_where_it_is_the_same_page(own, shown):
    tracked = "https://ledger.example/visit?utm_source=rss"
    article = replace(ARTICLE, url=tracked, canonical_url=own)
    assert alerts.compose(claim(stored_article(1, article))).url == shown


def test_evidence_of_the_most_important_rule_is_shown_first():
    text = (
        "Rain came. "
        + "Ministry and officials and staff met. "
        + "India was named. A lawsuit came."
    )
    article = replace(ARTICLE, title="Two days", text=text)

    def found(*words: str) -> tuple[Span, ...]:
        return tuple(Span("text", text.index(w), text.index(w) + len(w), w) for w in words)

    high = replace(INDIA, priority=Priority.HIGH)
    matches = (match(COURT, *found("Ministry", "officials", "staff")),
               match(high, *found("India", "lawsuit")))  # fmt: skip
    alert = alerts.compose(claim(stored_article(1, article), matches={1: matches}))
    assert [s.text for s in alert.snippets] == ["India was named.", "A lawsuit came."]


def test_evidence_in_the_headline_alone_is_shown_with_the_opening():
    alert = alerts.compose(claim(matches={1: (match(INDIA, FOUND[0]),)}))
    assert [s.text for s in alert.snippets] == ["The visit began on Sunday."]


def test_an_article_without_text_has_no_snippets():
    article = replace(ARTICLE, text="")
    only_title = {1: (match(INDIA, FOUND[0]),)}
    assert alerts.compose(claim(stored_article(1, article), matches=only_title)).snippets == ()
