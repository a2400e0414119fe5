"""What class names, ids and roles say of an element: chrome around the article, or its body."""

import re
from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

_CHROME_WORDS = """
ad ads adv advert advertisement advertising advertorial banner adslot adbox outbrain taboola
sponsor sponsored promo promobox promoted promotion teaser teasers cta upsell dfp gpt
breadcrumb breadcrumbs crumb crumbs nav navbar navigation menu menus submenu megamenu topbar
pagination pager toc skiplink sitemap sidebar sidebars aside rail rightrail
footer foot colophon copyright disclaimer disclosure imprint legal
comment comments commentlist discussion disqus respond replies reactions livefyre
related relatedposts relatedarticles recirc recirculation recommended recommendation
recommendations recommend readnext upnext trending popular mostread mostpopular
share shares sharing sharebar sharer sharedaddy addtoany social socials socialmedia follow
newsletter newsletters subscribe subscription signup optin mailinglist regwall
login register tags taglist keywords topics hashtags categories
caption captions figcaption credit credits copyrights gallery slideshow carousel slider
lightbox attribution byline bylines dateline timestamp pubdate datestamp authors authorbox
biography bio authorbio vcard contributors
cookie cookies consent gdpr popup modal overlay tooltip dialog onetrust toast
toolbar tools utility printonly print noprint screenreader visuallyhidden
hidden invisible hide offscreen poll quiz rating ratings feedback donate donation
masthead infobox navbox playlist player ticker weather stocks horoscope tweet
"""
_CHROME_PAIRS = """
read-more read-next read-also also-read more-stories more-articles more-news more-from
most-read most-popular most-viewed see-also you-may you-might up-next next-article
next-post prev-post previous-post post-navigation latest-news latest-stories top-stories
article-tags post-tags entry-tags story-tags tag-list tag-links tags-links post-meta
entry-meta article-meta story-meta meta-data author-box author-bio author-info author-card
author-name author-profile author-description about-author post-author article-author
entry-author article-footer entry-footer post-footer sign-up screen-reader sr-only
visually-hidden d-none is-hidden photo-credit image-credit img-caption image-caption
media-caption reading-time read-time share-buttons share-links key-points inline-link
in-article-ad skip-link post-categories article-info post-info story-info print-only
post-date article-date wp-caption link-list news-list article-list post-list
google-news whatsapp-channel editor-picks related-content external-links
"""
_BODY_NAMES = """
articlebody article-body articletext article-text article-content articlecontent
story-body storybody story-content story-text storytext post-content postcontent
post-body entry-content entry-body content-body contentbody body-content maincontent
main-content single-content news-content news-text newstext newsbody article-body-content
article-copy rich-text richtext body-copy text-body detail-content td-post-content
paragraph-wrapper
"""
_STANDFIRST_WORDS = """
standfirst dek subtitle subheadline subheading subhead deck strapline sapo chapo subtitulo bajada
synopsis
"""
# An outlet may call the first paragraph of the text by these, too.
_LEAD_WORDS = """
abstract summary excerpt lede lead intro description kicker
"""
_CHROME = frozenset(_CHROME_WORDS.split())
_PAIRS = frozenset(_CHROME_PAIRS.split())
_FIRST_OF_PAIRS = frozenset(pair.partition("-")[0] for pair in _PAIRS)
_BODY = frozenset(_BODY_NAMES.split())
_JOINED = _CHROME.union(name.replace("-", "") for name in _BODY)
_STANDFIRST = frozenset(_STANDFIRST_WORDS.split())
_MAYBE_STANDFIRST = _STANDFIRST.union(_LEAD_WORDS.split())
# Boxes that are never the story, though a short one may well be shorter.
_APART_NAMES = """
relatedposts relatedarticles relatedstories related-posts related-articles related-stories
outbrain taboola authorbox authorbio author-box author-bio author-card about-author
newsletter-box newsletter-signup newsletter-form
"""
_APART = frozenset(_APART_NAMES.split())
_COMMENTS = frozenset(("comment", "comments", "commentlist", "disqus", "respond", "replies"))
# A column's name beside the word for the main part names the layout of both.
_COLUMNS = frozenset(("sidebar", "sidebars", "aside", "rail", "toc"))
_MAIN = frozenset(("content", "main", "wrap", "wrapper", "layout", "grid"))
# Names that begin so say what a page has, or how a post is filed, not what an element is.
_PREFIXES_OF_OTHERS = """
has with without no not tag category cat elementor single page theme layout format js type status
postid parent sm md lg xl u hentry print lazy
"""
_ABOUT_OTHERS = frozenset(_PREFIXES_OF_OTHERS.split())
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"[a-z]+")


class Hint(IntEnum):
    """What an element's names say of its content."""

    COMMENTS = -2  # other people's texts: never the story, though they may be most of the page
    CHROME = -1
    NONE = 0
    BODY = 1


# Bound once: a name of an enumeration is slow to look up, and this runs for every element.
_NONE, _BODY_HINT = Hint.NONE, Hint.BODY
_CHROME_HINT, _COMMENTS_HINT = Hint.CHROME, Hint.COMMENTS


@lru_cache(maxsize=8192)
def hint_of(names: str) -> Hint:
    """Read the class names and id of an element, parted by spaces."""
    found = _NONE
    for name in names.split()[:12]:
        hint = _hint_of_name(name)
        if hint is not _NONE:
            if hint is not _BODY_HINT:
                return hint
            found = hint
    return found


@lru_cache(maxsize=8192)
def _hint_of_name(name: str) -> Hint:
    parts = _parts(name)
    # Most names say nothing, which is quickly told.
    if _CHROME.isdisjoint(parts) and "".join(parts) not in _JOINED and not _has_pair(parts):
        return _NONE
    plain = name.lower().replace("_", "-")
    if len(name) <= 80 and not _says_of_others(plain) and _is_chrome(parts):
        return _CHROME_HINT if _COMMENTS.isdisjoint(parts) else _COMMENTS_HINT
    return _BODY_HINT if plain.replace("--", "-") in _BODY else _NONE


def _parts(name: str) -> list[str]:
    return _PART.findall(name if name.islower() else _CAMEL.sub("-", name).lower())


def _says_of_others(plain: str) -> bool:
    first, dash, _ = plain.partition("-")
    return bool(dash) and (first in _ABOUT_OTHERS or plain.startswith("wp-block-"))


def _is_chrome(parts: Sequence[str]) -> bool:
    if len(parts) == 1:
        return parts[0] in _CHROME and _names_chrome(parts)
    if _names_chrome(parts) or "".join(parts) in _CHROME:
        return True
    return _has_pair(parts)


def _has_pair(parts: Sequence[str]) -> bool:
    if _FIRST_OF_PAIRS.isdisjoint(parts):
        return False
    return not _PAIRS.isdisjoint(map("-".join, pairwise(parts)))


def _names_chrome(parts: Sequence[str]) -> bool:
    found = _CHROME.intersection(parts)
    return bool(found) and not (found <= _COLUMNS and not _MAIN.isdisjoint(parts))


@lru_cache(maxsize=8192)
def is_apart(names: str) -> bool:
    """Whether the names are those of a box for other stories, the author or a newsletter."""
    return any(map(_names_box, names.split()[:12]))


def _names_box(name: str) -> bool:
    parts = _parts(name)
    if _APART.isdisjoint(parts) and _APART.isdisjoint(map("-".join, pairwise(parts))):
        return False
    return not _says_of_others(name.lower().replace("_", "-"))


def is_standfirst(names: str) -> bool:
    """Whether the names are those of a sentence under a headline, and of nothing else."""
    return any(_names_any(_STANDFIRST, name) for name in names.split()[:12])


def may_be_standfirst(names: str) -> bool:
    """Whether the names are those of a summary or a first paragraph."""
    return any(_names_any(_MAYBE_STANDFIRST, name) for name in names.split()[:12])


def _names_any(words: frozenset[str], name: str) -> bool:
    parts = _parts(name)
    return not words.isdisjoint((*parts, "".join(parts)))
