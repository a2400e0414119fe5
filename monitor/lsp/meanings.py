"""What the operators, fields and signs of the rule language mean, in words for operators."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """An operator or field. ``insert`` is what completion writes, ``$0`` where to go on."""

    insert: str
    about: str
    example: str


_DISTANCE = "n counts the words between, from 0 (neighbours) to 50"
_SCOPED = "Scopes nest; terms, NEAR and exclusions inside it look only there."

OPERATORS = {
    "AND": Meaning("AND ", "Both sides hold, anywhere in the article.", "India AND lawsuit"),
    "OR": Meaning(
        "OR ",
        "At least one side holds. AND and OR are not mixed without parentheses.",
        "India AND (court OR lawsuit)",
    ),
    "NOT": Meaning(
        "NOT ",
        "The article does not hold what follows, anywhere: one mention drops the whole article. "
        "To drop single mentions, write EXCEPT or NOT NEAR.",
        "Apple AND NOT recipe",
    ),
    "NEAR": Meaning(
        "NEAR/5 ",
        f"Mentions of both sides in one field, in either order, near each other: {_DISTANCE}. "
        "In a chain, each neighbouring gap counts.",
        "OpenAI NEAR/5 lawsuit",
    ),
    "BEFORE": Meaning(
        "BEFORE/5 ", f"As NEAR, but in this order: {_DISTANCE}.", "Tata BEFORE/3 CEO"
    ),
    "NOT NEAR": Meaning(
        "NOT NEAR/5 ",
        f"A mention of the left side with none of the right side overlapping or near: {_DISTANCE}.",
        "Apple NOT NEAR/3 (pie OR juice)",
    ),
    "EXCEPT": Meaning(
        "EXCEPT ($0)",
        "A mention of the left side that does not lie inside a mention of the right side. Other "
        "mentions in the same article still count.",
        'Apple EXCEPT ("Apple Music" OR "Apple pie")',
    ),
    "count": Meaning(
        "count($0) >= 3",
        "So many mentions; where they overlap, the longest counts. Compare with >= > <= < ==.",
        "count(@openai) >= 3",
    ),
    "OF": Meaning(
        "2 OF ($0)",
        "At least so many different ones of a list, separated by commas, hold.",
        "2 OF (merger, takeover, acquisition)",
    ),
}

FIELDS = {
    "title": Meaning("title:", f"In the headline only. {_SCOPED}", "title:(India OR Delhi)"),
    "lead": Meaning(
        "lead:", f"In the standfirst or the first two paragraphs. {_SCOPED}", "lead:India"
    ),
    "top": Meaning("top:", f"In the headline or the lead. {_SCOPED}", "top:@openai"),
    "body": Meaning(
        "body:", f"In the standfirst or the text, not the headline. {_SCOPED}", "body:India"
    ),
    "text": Meaning("text:", f"Anywhere: headline, standfirst, text. {_SCOPED}", "text:India"),
    "sentence": Meaning(
        "sentence:($0)", f"All within one sentence. {_SCOPED}", "sentence:(OpenAI AND lawsuit)"
    ),
    "paragraph": Meaning(
        "paragraph:($0)", f"All within one paragraph. {_SCOPED}", "paragraph:(OpenAI AND lawsuit)"
    ),
    "first": Meaning(
        "first/100:($0)", f"Among the first n words of the text. {_SCOPED}", "first/100:India"
    ),
    "about": Meaning(
        "about:($0)",
        "In the headline, or in the lead, or mentioned at least three times.",
        "about:@openai",
    ),
    "source": Meaning(
        "source:",
        "The host of the article's address, or a domain above it.",
        "source:(reuters.com bbc.co.uk)",
    ),
    "outlet": Meaning(
        "outlet:", "The publication's name, whole; case does not matter.", 'outlet:"The Hindu"'
    ),
    "lang": Meaning(
        "lang:", "The article's language; en takes en-GB, too. Restricts only.", "lang:(en hi)"
    ),
    "country": Meaning(
        "country:", "The outlet's country, two letters. Restricts only.", "country:(IN SG)"
    ),
    "author": Meaning("author:", "An author's name contains the value.", 'author:"A. Rao"'),
    "section": Meaning("section:", "The section's name contains the value.", "section:business"),
    "url": Meaning("url:", "The article's address contains the value.", "url:/opinion/"),
}

SIGNS = {
    "=": "Case and accents must be equal: `=US` finds *US*, not *us*.",
    "~": "All forms of the same stem in the article's language: `ban~` finds *bans*, *banned*.",
    "*": "Any letters of the same word, or none; at least three letters stand before it.",
    "?": "One letter of the same word.",
}


def shown(meaning: Meaning) -> str:
    """The meaning with its example, as Markdown."""
    return f"{meaning.about}\n\n`{meaning.example}`"
