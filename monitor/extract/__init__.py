"""A page → what it says: its kind, the article's text, and its metadata.

``monitor.decoding`` bytes → text · ``blocks`` page → blocks · ``scoring`` which blocks are the
story · ``lines`` what is never part of one · ``metadata`` what the page says about itself ·
``kinds`` what it is instead of an article · ``article`` all put together.
"""

from monitor.decoding import decode
from monitor.extract.article import extract_article, read_page

__all__ = ["decode", "extract_article", "read_page"]
