"""The learned block model: laws that hold whatever its weights are, and where these come from."""

import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from monitor.extract import weights
from monitor.extract.blocks import Outline, outline_of
from monitor.extract.features import features_of
from monitor.extract.known import Known, fold
from monitor.extract.network import REACHES, Networks
from monitor.extract.scoring import judged, story_of
from monitor.extract.structure import tree_of
from monitor.extract.vocabulary import Vocabulary, leading_words

PARAGRAPHS = [
    f"The {n} harbour pilots of Port Anand met on Tuesday, and they agreed to row. Nobody objected."
    for n in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
]
STORY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
NAV = "<nav><ul>" + "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(9))
NAV += "</ul></nav>"
PARTS = (
    "<p>A short line</p>",
    "<h2>What they agreed on</h2>",
    "<p>Another sentence of some length, with a comma in it, stands here. It says little.</p>",
    "<ul><li>One thing, with words</li><li>Another thing of the kind</li></ul>",
    "<div class='related'><a href='/a'>A ship has come in, at last</a></div>",
    "<aside><p>Follow the harbour every morning in a letter of ours, which is free.</p></aside>",
    "<table><tr><td>Ships</td><td>12</td></tr></table>",
    "<blockquote>“We row,” she said, “because there is no wind at all.”</blockquote>",
    "<div hidden><p>What a script may show later, if it is ever run, is a long sentence.</p></div>",
    NAV,
)
PAGES = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)


def outline(html: str) -> Outline:
    root = LexborHTMLParser(html).root
    assert root is not None
    return outline_of(root)


def kept(html: str) -> list[str]:
    page = outline(html)
    return [page.blocks[i].text for i in story_of(page, Known()).blocks]


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_blocks_are_kept_once_in_their_order_and_the_same_each_time(html: str) -> None:
    page = outline(f"<main>{html}</main>")
    story = story_of(page, Known())
    assert list(story.blocks) == sorted(set(story.blocks))
    assert story == story_of(page, Known())
    assert 0 <= story.certainty <= 1
    assert story.prose >= 0 <= story.rivals


@settings(max_examples=60, deadline=None)
@given(PAGES)
def test_every_block_has_a_verdict_that_agrees_with_the_story(html: str) -> None:
    page = outline(f"<main>{html}</main>")
    verdicts = judged(page, Known())
    assert [verdict.index for verdict in verdicts] == list(range(len(page.blocks)))
    assert tuple(v.index for v in verdicts if v.kept) == story_of(page, Known()).blocks
    assert all(0 <= verdict.score <= 1 and verdict.reason for verdict in verdicts)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 6), st.integers(0, 6), st.booleans())
def test_navigation_never_takes_the_story(before: int, after: int, within: bool) -> None:
    story = STORY.replace("</p>", f"</p>{NAV}", 1) if within else STORY
    found = kept(f"<body>{NAV * before}<div><article>{story}</article></div>{NAV * after}</body>")
    assert found == PARAGRAPHS


@pytest.mark.parametrize("wrapper", ["div", "main", "article", "section", "td"])
@pytest.mark.parametrize("names", ["", "class='x1 y2'", "class='promo'", "id='comments-open'"])
def test_a_story_alone_on_its_page_is_kept_whatever_holds_it(wrapper: str, names: str) -> None:
    html = f"<{wrapper} {names}>{STORY}</{wrapper}>"
    assert kept(f"<table><tr>{html}</tr></table>" if wrapper == "td" else html) == PARAGRAPHS


def test_a_page_without_text_has_no_story() -> None:
    assert story_of(Outline(), Known()).blocks == ()
    assert judged(Outline(), Known()) == ()


def test_the_headline_is_no_part_of_the_story() -> None:
    page = outline(f"<main><h1>Pilots agree to row</h1>{STORY}</main>")
    known = Known(titles=(fold("Pilots agree to row"),))
    assert 0 not in story_of(page, known).blocks
    assert judged(page, known)[0].reason


def test_the_weights_fit_the_features_and_are_small() -> None:
    model = weights.model()
    page = outline(STORY)
    features = features_of(page, Known(), model.vocabulary)
    assert features.table.shape == (len(PARAGRAPHS), len(model.mean))
    assert np.isfinite(features.table).all()
    assert (files("monitor.extract") / weights.FILE).stat().st_size < 300_000  # type: ignore[attr-defined]


def test_the_weights_say_how_they_were_made() -> None:
    made = weights.model().provenance
    assert made["command"].startswith("python benchmarks/train_extraction.py")
    assert made["cross-validated"]["word F1"] > 0.95
    assert sum(made["data"].values()) > 500
    assert all(re.fullmatch("[0-9a-f]{40}", commit) for commit in made["commits"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", made["date"])
    assert isinstance(made["seed"], int)


def test_weights_come_back_from_their_file_as_they_were() -> None:
    model = weights.model()
    again = weights.unpacked(weights.packed(model))
    table = features_of(outline(STORY), Known(), model.vocabulary).table
    assert np.allclose(again.scores(table), model.scores(table))
    assert again.vocabulary.words == model.vocabulary.words
    assert again.provenance == model.provenance


def test_a_network_hears_of_a_block_as_far_as_its_reaches_add_up() -> None:
    layers = np.zeros((1, len(REACHES), 3, 1, 1), np.float32)
    layers[:, :, 0] = 1  # each adds the value of the block before
    network = Networks(
        first=np.ones((1, 1, 1), np.float32),
        first_bias=np.zeros((1, 1), np.float32),
        layers=layers,
        layer_biases=np.zeros((1, len(REACHES), 1), np.float32),
        last=np.ones((1, 1), np.float32),
        last_bias=np.array([-0.5], np.float32),
    )
    table = np.zeros((40, 1), np.float32)
    table[10] = 1
    odds = network.log_odds(table)
    heard = [int(place) for place in np.flatnonzero(odds > 0)]
    assert heard == list(range(10, 11 + sum(REACHES)))  # 1, 2, 4, 8: every distance once
    assert odds[9] == -0.5
    assert network.log_odds(table[:1]).shape == (1,)


def test_long_pages_are_multiplied_in_pieces_to_the_same_result() -> None:
    dice = np.random.default_rng(5)
    networks = weights.model().networks
    table = dice.normal(size=(3000, networks.first.shape[1])).astype(np.float32)
    reach = sum(REACHES)
    whole = networks.log_odds(table)
    part = networks.log_odds(table[1000:1200])
    assert np.allclose(whole[1000 + reach : 1200 - reach], part[reach:-reach], atol=1e-4)


def test_names_count_as_they_are_and_by_their_parts() -> None:
    vocabulary = Vocabulary({"story-body": 2.0, "body": 1.0, "ad": -3.0}, {})
    names = ["storyBody wide", "story", "ad story_body", ""]
    assert vocabulary.ranges(names).tolist() == [[0, 2], [0, 0], [-3, 1], [0, 0]]


def test_words_count_in_short_texts_only() -> None:
    vocabulary = Vocabulary({}, {"share": -2.0, "this": -1.0})
    texts = ["Share this, please", "Please"]
    assert vocabulary.scores_of_words(texts).tolist() == [[-2.0, -1.0, -1.5], [0, 0, 0]]
    assert leading_words("share " * 100) == []
    assert leading_words("分享 Now") == ["分", "享", "now"]


def test_elements_know_where_what_they_hold_ends() -> None:
    page = outline("<div><section><p>One text.</p><p>Two.</p></section><p>Three.</p></div>")
    tree = tree_of(page.elements, Vocabulary())
    for index, element in enumerate(page.elements):
        within = range(index, int(tree.ends[index]))
        assert all(index in page.ancestors(each) for each in within)
        if index:
            assert int(tree.depths[index]) == int(tree.depths[element.parent]) + 1
