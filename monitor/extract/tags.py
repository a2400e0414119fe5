"""Tags by their numbers in the parser, which are read faster than their names."""

from selectolax.lexbor import LexborHTMLParser

_PARSER = LexborHTMLParser("<p>text<!-- comment -->")
TEXT, COMMENT = (node.tag_id for node in _PARSER.css("p")[0].iter(include_text=True))


def _numbers(tags: str) -> frozenset[int]:
    return frozenset(_PARSER.create_node(tag).tag_id for tag in tags.split())


SILENT_TAGS = "script style svg noscript template iframe select button textarea object canvas"
_SKIPPED_TAGS = f"""
{SILENT_TAGS} math embed audio video map option input label datalist figcaption head meta link img
picture source dialog
"""
_INLINE_TAGS = """
a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rp rt ruby s
samp small span strike strong sub sup time tt u var wbr
"""
(LINK,) = _numbers("a")
(BREAKING,) = _numbers("br")
(FIGURE,) = _numbers("figure")
SILENT = _numbers(SILENT_TAGS)  # shows nothing that a page says, and no element is there for it
SKIPPED = _numbers(_SKIPPED_TAGS)
INLINE = _numbers(_INLINE_TAGS)
FLOWING = INLINE | SKIPPED | {COMMENT}  # neither begins nor ends a block
CHROME_TAGS = _numbers("nav aside footer form menu header figure")
LISTS = _numbers("ul ol")
STORIES = _numbers("form article main")  # hold a story, or a whole page; never passed over
