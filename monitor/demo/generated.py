"""Numbered stories without end, for tests that need dozens: each one's text is its own.

All match the rule ``openai-india``. Words are drawn by hashing, so a number always gives the same
story, and two numbers share no run of more than a few words.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from monitor.demo.stories import Edition, Fate, Story, slug_of

_PARAGRAPHS = 4


def generated_story(number: int, outlets: Sequence[str]) -> Story:
    """Story ``number`` as these outlets (ids) print it: one text, a headline for each."""
    facts = _facts(number, "headline")
    headlines = _material()["headlines"]
    return Story(
        id=f"generated-{number}",
        fate=Fate.ALERT,
        rules=("openai-india",),
        why="OpenAI and India stand in its headline and its text",
        paragraphs=_paragraphs(number),
        editions=tuple(
            _edition(outlet, headlines[place % len(headlines)].format(**facts), number)
            for place, outlet in enumerate(outlets)
        ),
        tags=("Agreements",),
        caption=f"The {facts['thing']} in {facts['place']}",
    )


def _edition(outlet: str, headline: str, number: int) -> Edition:
    return Edition(
        outlet=outlet,
        headline=headline,
        summary=f"Agreement number {number} between OpenAI and a trade in India.",
        byline="Byline Bureau",
        section="AI",
        slug=slug_of(headline),
    )


def _paragraphs(number: int) -> tuple[str, ...]:
    opening = _material()["opening"].format(**_facts(number, "opening"))
    return (opening, *(_paragraph(number, place) for place in range(_PARAGRAPHS)))


def _paragraph(number: int, place: int) -> str:
    sentences = enumerate(_material()["sentences"])
    return " ".join(text.format(**_facts(number, f"{place}.{line}")) for line, text in sentences)


def _facts(number: int, salt: str) -> dict[str, object]:
    """Words for the gaps of a sentence, drawn by the number and the sentence's place."""
    digest = sha256(f"{number}/{salt}".encode()).digest()
    words = enumerate(_material()["words"].items())
    drawn = {name: choices[digest[at] % len(choices)] for at, (name, choices) in words}
    return drawn | {"n": number, "amount": 2 + int.from_bytes(digest[-2:]) % 9000}


@cache
def _material() -> dict[str, Any]:
    text = resources.files("monitor.demo").joinpath("generated.toml").read_text("utf-8")
    return tomllib.loads(text)
