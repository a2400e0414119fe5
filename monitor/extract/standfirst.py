"""The sentence or two under a headline, kept apart from the text.

Each outlet writes its own above the same wire copy, so that a text with it would be no copy.
"""

from monitor.extract.blocks import HEADINGS, Block, Outline
from monitor.extract.known import Known, fold
from monitor.extract.lines import is_boilerplate
from monitor.extract.scoring import Story
from monitor.extract.tokens import is_standfirst, may_be_standfirst

_LONG = 600  # weight; a longer paragraph is no standfirst, whatever its name


def leads_with_standfirst(outline: Outline, story: Story, known: Known) -> bool:
    """Whether the story's first block says that it is a standfirst: by its name, or as it shares
    the headline's own ``<header>``.
    """
    if len(story.blocks) < 3:
        return False
    index = story.blocks[0]
    block = outline.blocks[index]
    if not (40 <= block.weight < _LONG and _follows_title(outline, index, known)):
        return False
    parent = outline.elements[max(0, outline.elements[block.element].parent)]
    return parent.tag == "header" or is_standfirst(_names(outline, block))


def standfirst_of(outline: Outline, story: Story, known: Known, description: str) -> str:
    """The visible summary between the headline and the text; "" where the text has it too.

    It is known by its name, or because it is the page's own description.
    """
    said = fold(description) if len(description) > 40 else ""
    before = min(story.blocks, default=len(outline.blocks))
    for index, block in enumerate(outline.blocks[:before]):
        if not 40 <= block.weight < _LONG or block.link_density > 0.3:
            continue
        folded = fold(block.text)
        if folded in known.titles:
            continue
        if folded != said and not (
            _follows_title(outline, index, known) and may_be_standfirst(_names(outline, block))
        ):
            continue
        text = "".join(fold(outline.blocks[i].text) for i in story.blocks)
        if folded not in text and not is_boilerplate(block.text):
            return block.text.replace("\n", " ")
    return ""


def _names(outline: Outline, block: Block) -> str:
    """The names of the block's element and of the one around it."""
    element = outline.elements[block.element]
    return f"{element.names} {outline.elements[max(0, element.parent)].names}"


def _follows_title(outline: Outline, index: int, known: Known) -> bool:
    near = outline.blocks[max(0, index - 4) : index]
    return any(block.tag in HEADINGS and fold(block.text) in known.titles for block in near)
