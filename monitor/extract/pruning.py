"""Pruning: what can hold no story is taken off the tree before anything is read.

Menus and footers are a third of the blocks of a page. That they say so in the markup is not enough
(some pages put all they have into one); they must not hold a line of prose either.
"""

from collections.abc import Container

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.tags import SILENT_TAGS

_MENUS = "nav,footer,[role=navigation],[role=contentinfo]"
_SILENT = SILENT_TAGS.split()
_BRIEF = 200  # characters: a menu so short is one whatever it says
_PROSE = 150  # characters: a line so long is more than a label


def prune(tree: LexborHTMLParser) -> None:
    """Take menus and footers off a page whose metadata have been read."""
    # By their identity, since an element that matches twice is listed twice.
    named = {node.mem_id: node for node in tree.css(_MENUS)}
    menus = {key: node for key, node in named.items() if _is_menu(node)}
    outermost = [menu for menu in menus.values() if not _is_within(menus, menu)]
    # All are read by now: what is within a removed element must not be touched any more.
    for menu in outermost:
        menu.decompose(recursive=False)


def _is_menu(node: LexborNode) -> bool:
    if _has_labels_only(node):
        return True
    node.strip_tags(_SILENT)  # a script in it may have long lines
    return _has_labels_only(node)


def _has_labels_only(node: LexborNode) -> bool:
    text = node.text(deep=True, separator="\n", skip_empty=True)
    return len(text) < _BRIEF or not _has_prose(text)


def _has_prose(text: str) -> bool:
    """Whether a line is as long as those of paragraphs; without parting them, which takes time."""
    start = 0
    while start + _PROSE <= len(text):
        end = text.rfind("\n", start, start + _PROSE)
        if end < 0:
            return True
        start = end + 1
    return False


def _is_within(menus: Container[int], node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None and parent.mem_id not in menus:
        parent = parent.parent
    return parent is not None
