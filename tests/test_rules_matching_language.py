"""The operators of the language against one article: what holds, and by which words."""

from dataclasses import replace

import pytest

from monitor.model import Article, RuleStatus
from monitor.rules import RuleSet, load, match
from monitor.rules.matching import analyse
from monitor.rules.metadata import meta_values

NEWS = Article(
    url="https://www.harbour-post.example/Business/ferry-1",
    title="Ferry strike: pilots walk out",
    standfirst="Harbour unions back the pilots",
    text="""The ferry strike began at dawn. Pilots left the harbour.
No ferry sailed. The minister said the strike was illegal.
A judge will hear the unions. The court opens on Monday and the strike goes on.
Strike.""",
    outlet="Harbour Post",
    authors=("Anna Lindqvist", "Mo Berg"),
    section="Business / Shipping",
    lang="en-GB",
    country="SG",
)


def ruleset(query: str) -> RuleSet:
    loaded = load({"r.toml": f"[fragments]\nf = 'ferry'\n[[rule]]\nid='r'\nquery='''{query}'''\n"})
    assert loaded.ruleset is not None, loaded.problems
    return loaded.ruleset


def found(query: str, article: Article = NEWS) -> list[str] | None:
    matches = match(ruleset(query), article)
    if not matches:
        return None
    return [
        f"{span.field[:2]}:{getattr(article, span.field)[span.start : span.end]}"
        for span in matches[0].spans
    ]


@pytest.mark.parametrize(
    ("query", "evidence"),
    [
        # scopes
        ("top:(judge OR unions)", ["st:unions"]) ,
        ("top:(pilots OR dawn OR judge)", ["ti:pilots", "st:pilots", "te:dawn", "te:Pilots"]),
        ("body:pilots", ["st:pilots", "te:Pilots"]),
        ("text:pilots", ["ti:pilots", "st:pilots", "te:Pilots"]),
        ("lead:(harbour AND minister)", ["st:Harbour", "te:harbour", "te:minister"]),
        ("first/6:dawn", ["te:dawn"]),
        ("first/5:dawn", None),
        ("first/5:harbour", None),
        ("lead:judge", None),
        ("sentence:(ferry AND strike)", ["ti:Ferry", "ti:strike", "te:ferry", "te:strike"]),
        ("sentence:(ferry AND dawn AND NOT pilots)", ["te:ferry", "te:dawn"]),
        ("sentence:(ferry AND NOT strike)", ["te:ferry"]),
        ("sentence:(ferry AND minister)", None),
        ("paragraph:(ferry AND minister)", ["te:ferry", "te:minister"]),
        ("paragraph:(dawn AND minister)", None),
        ("lead:(sentence:(strike AND NOT ferry))", ["te:strike"]),
        ("title:(sentence:(strike AND dawn))", None),
        ("paragraph:(sentence:(ferry AND sailed) AND minister)",
         ["te:ferry", "te:sailed", "te:minister"]),
        ("sentence:ferry NEAR/0 strike", ["ti:Ferry", "ti:strike", "te:ferry", "te:strike"]),
        ("sentence:(illegal NEAR/5 judge)", None),
        ("illegal NEAR/5 judge", ["te:illegal", "te:judge"]),
        # nearness
        ("ferry NEAR/0 strike", ["ti:Ferry", "ti:strike", "te:ferry", "te:strike"]),
        ("pilots BEFORE/0 walk", ["ti:pilots", "ti:walk"]),
        ("walk BEFORE/9 pilots", None),
        ("$f NEAR/1 began", ["te:ferry", "te:began"]),
        ("pilots NOT NEAR/1 (left OR walk)", ["st:pilots"]),
        ("title:(pilots NOT NEAR/0 walk)", None),
        ("title:(pilots NOT NEAR/5 dawn)", ["ti:pilots"]),
        ('strike EXCEPT ("ferry strike" OR "strike was")', ["te:strike", "te:Strike"]),
        ('title:(strike EXCEPT "ferry strike")', None),
        ("lead:(strike EXCEPT (ferry BEFORE/0 strike))", ["te:strike"]),
        # counts and lists
        ("count(strike) >= 5", ["ti:strike", "te:strike", "te:strike", "te:strike", "te:Strike"]),
        ("count(strike) > 5", None),
        ("lead:(count(strike) == 2)", ["te:strike", "te:strike"]),
        ("judge AND count(strike) < 5", None),
        ("judge AND count(ferry) <= 3", ["ti:Ferry", "te:ferry", "te:ferry", "te:judge"]),
        ("judge AND count(whale) == 0", ["te:judge"]),
        ('count(ferry OR "ferry strike") == 3',
         ["ti:Ferry", "ti:Ferry strike", "te:ferry", "te:ferry strike", "te:ferry"]),
        ("2 OF (whale, judge, court)", ["te:judge", "te:court"]),
        ("2 OF (whale, judge, shark)", None),
        # about
        ("about:ferry", ["ti:Ferry", "te:ferry", "te:ferry"]),
        ("about:judge", None),
        ("about:illegal", ["te:illegal"]),
        ("about:(judge OR court OR Monday)", ["te:judge", "te:court", "te:Monday"]),
        ("about:(judge AND court)", None),
        ("about:(ferry AND walk)", ["ti:Ferry", "ti:walk"]),
        ("about:(ferry AND dawn)", ["te:ferry", "te:dawn", "te:ferry"]),
        # metadata
        ("judge AND source:harbour-post.example", ["te:judge"]),
        ("source:(other.example HARBOUR-POST.example)", []),
        ("source:post.example", None),
        ("judge AND NOT source:example", None),
        ("outlet:\"harbour post\"", []),
        ("outlet:harbour", None),
        ("judge AND lang:en", ["te:judge"]),
        ("judge AND lang:en-GB", ["te:judge"]),
        ("judge AND lang:e", None),
        ("judge AND lang:(de en-US)", None),
        ("judge AND country:(IN sg)", ["te:judge"]),
        ("judge AND country:S", None),
        ("author:lindqvist", []),
        ("author:Lind", []),
        ("author:Bergman", None),
        ("section:shipping", []),
        ("url:business", []),
        ("url:sport", None),
    ],
)  # fmt: skip
def test_a_query_holds_by_these_words(query: str, evidence: list[str] | None) -> None:
    assert found(query) == evidence


def test_nothing_unknown_fits() -> None:
    bare = Article(url="", title="judge", text="")
    for filters in ("lang:en", "country:SG", "source:example", "outlet:x", "author:x", "section:x"):
        assert found(f"judge AND {filters}", bare) is None
    assert meta_values("source", replace(bare, url="https://[broken/")) == ()
    assert meta_values("source", replace(bare, url="https://News.example.:8443/x")) == (
        "news.example",
    )


def test_rules_in_shadow_are_matched() -> None:
    rules = ruleset("judge")
    shadow = replace(rules, rules=(replace(rules.rules[0], status=RuleStatus.SHADOW),))
    assert len(match(shadow, NEWS)) == 1


def test_a_leaf_is_looked_up_once() -> None:
    index = analyse(NEWS, {})
    pattern = ruleset("ferry").conditions[0].pattern  # type: ignore[union-attr]
    assert index.find(pattern) is index.find(pattern)
