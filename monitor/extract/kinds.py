"""What a page is when it is not simply an article, and how sure we are of what was read."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from monitor.extract.blocks import HEADINGS, Block, Outline, weight_of
from monitor.extract.metadata import Metadata
from monitor.extract.scoring import Story
from monitor.extract.tokens import Hint
from monitor.model import PageKind

_LITTLE = 500  # weight of a text under which other readings of the page are weighed
_PARAGRAPH = 200  # from which on a block is more than the teaser of another page
_SCANT = 140  # under which it is no article at all
# How much the certainty of the block model counts, and how steep the figure is: chosen so that it
# tells well-read pages of the data from others, and that 5 or 6 % of them are under .55.
_CERTAINTY = 0.7
_SHARPNESS = 2.3
_BLOCK_TITLE = re.compile(
    r"just a moment|attention required|access (?:denied|to this page)|"
    r"are you (?:a )?(?:human|robot)|"
    r"(?:security|browser) check|checking your browser|verif(?:y|ying) (?:that )?you are|captcha|"
    r"pardon our interruption|403 forbidden|"
    r"request (?:blocked|rejected)|bot (?:detection|verification)|"
    r"before you continue|ddos.guard|client challenge|one more step|"
    r"(?:your|cookie|privacy) (?:cookie |privacy )?(?:consent|choices|settings)|zustimmung|"
    r"datenschutz.?einstellungen|cookie.?(?:einstellungen|hinweis|zustimmung)",
    re.IGNORECASE,
)
_BLOCK_TEXT = re.compile(
    r"enable javascript and cookies to continue|verify (?:that )?you are (?:a )?human|"
    r"unusual (?:traffic|activity) (?:from|on)|you have been blocked|access denied|"
    r"you don['’]t have permission to access|(?:complete|solve) the (?:captcha|security check)|"
    r"(?:we|our partners|partners) .{0,80}(?:store|process|use) .{0,80}(?:cookies|personal data)|"
    r"accept (?:all )?cookies|consent to .{0,60}(?:cookies|processing)|"
    r"wir und unsere .{0,20}partner|nous et nos .{0,10}partenaires|cookies akzeptieren|"
    r"not available in your (?:country|region)|press (?:&|and) hold",
    re.IGNORECASE,
)
# Such a title says nothing more, nor which: “Article 50 no longer exists, says minister”.
_GONE_END = r"(?:[.!…\s]*(?:$|[|–—·•»!.])|\s-\s)"
_GONE_WHAT = (
    r"page|article|story|content|seite|artikel|página|pagina|articolo|artículo|artigo|sayfa|"
    r"страница|сторінка|strona"
)
_GONE_SAID = (
    r"(?:[^\d,:;?!]{0,25}\s)?"
    r"(?:not found|not exist|no longer (?:available|exists?)|unavailable|can(?:no|['’])t be found|"
    r"could not be found|nicht gefunden|existiert .{0,10}nicht|nicht (?:mehr )?verfügbar|"
    r"introuvable|n.existe p\w+|no encontrad[ao]|no existe|não encontrad[ao]|non trovat[ao]|"
    r"bulunamadı|не найдена|не знайден\w+|nie znalezion\w+|niet gevonden)"
)
_GONE_TITLE = re.compile(  # of a page that stands where another one was
    rf"(?:(?:error|erreur|fehler|errore|hata|http|status)[\s:]*)?404(?:$|\W*(?:"
    rf"(?:error|not found|page|seite|página|pagina|fehler|erreur|errore|sayfa)?{_GONE_END}|"
    rf"(?:error\W+)?(?:the )?(?:\w+ )?(?:{_GONE_WHAT})\s{_GONE_SAID}{_GONE_END}|"
    rf"(?:error\W+)?not found{_GONE_END}))|"
    rf"(?:oops\W*|sorry\W*)?(?:(?P<here>(?:this|that|diese|cette|esta|questa) )|the |la |die )?"
    rf"(?:{_GONE_WHAT})\s{_GONE_SAID}(?(here)|{_GONE_END})|"
    r"ページが見つかりません|页面不存在|页面未找到|페이지를 찾을 수 없|पृष्ठ नहीं मिला|"
    r"الصفحة غير موجودة",
    re.IGNORECASE,
)
_CHALLENGE = (
    "#challenge-form, #cf-challenge-running, #challenge-running, #px-captcha, "
    ".g-recaptcha, .h-captcha, "
    'script[src*="challenge-platform"], form[action*="consent."], form[action*="consent/"]'
)
_APP_ROOT = (
    "#root, #app, #__next, #__nuxt, app-root, #react-root, #main-app, [ng-app], [data-reactroot], "
    "[ng-version], #svelte, #gatsby"
)
_NOSCRIPT = re.compile(
    r"(?:enable|activate|turn on|requires?|needs?|without|activer|aktivieren|activar|habilit\w+)"
    r" .{0,20}"
    r"java\s?script|java\s?script .{0,60}(?:enabled|required|disabled|activ|to run|aktiv)|"
    r"javascriptを有効|जावास्क्रिप्ट",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Everything known of a page when its kind is decided."""

    weight: int  # of the text
    meta: Metadata
    outline: Outline
    story: Story
    tree: Callable[[], LexborHTMLParser]  # the page with all its scripts and menus


def kind_of(signs: Signs) -> PageKind:
    """Say what the page is; an article wherever enough of a story was read."""
    weight = signs.weight
    if weight < 3 * _LITTLE and _is_blocked(signs, weight):
        return PageKind.BLOCKED
    if weight < 2 * _LITTLE and signs.meta.linked.free is False:
        return PageKind.STUB
    if weight < 2 * _LITTLE and _GONE_TITLE.match(signs.meta.title or ""):
        return PageKind.EMPTY
    if weight < _LITTLE and _needs_javascript(signs, weight):
        return PageKind.NEEDS_JAVASCRIPT
    if _is_listing(signs, weight):
        return PageKind.LISTING
    enough = weight >= _SCANT or (weight and _says_article(signs.meta))
    return PageKind.ARTICLE if enough else PageKind.EMPTY


def _says_article(meta: Metadata) -> bool:
    return meta.linked.found or meta.kind == "article"


def _is_blocked(signs: Signs, weight: int) -> bool:
    if _says_article(signs.meta) and weight >= _SCANT:
        return False
    if _BLOCK_TITLE.search(signs.meta.title or "") and (weight < _LITTLE or _says_no(signs)):
        return True
    small = _shown(signs.outline) < 4 * _LITTLE
    return small and (_says_no(signs) or signs.tree().css_first(_CHALLENGE) is not None)


def _shown(outline: Outline) -> int:
    """The weight of all text of the page but its menus."""
    links = sum(weight_of(node.text(separator=" ", strip=True)) for node in outline.passed)
    return links + sum(block.weight for block in outline.blocks)


def _says_no(signs: Signs) -> bool:
    """Whether the page words a refusal, or a question that comes before the page."""
    visible = "\n".join(block.text for block in signs.outline.blocks[:60])
    return _BLOCK_TEXT.search(visible[:6000]) is not None


def _needs_javascript(signs: Signs, weight: int) -> bool:
    """Little text, and an empty place for an application or a notice that scripts are wanted."""
    notice = any(_NOSCRIPT.search(node.text()) for node in signs.tree().css("noscript")[:20])
    shown = _shown(signs.outline)
    root = signs.tree().css_first(_APP_ROOT)
    empty_root = root is not None and weight_of(root.text(strip=True)) < _LITTLE
    if weight < _SCANT and _is_hollow(signs, shown):
        return True
    if shown < 2 * _LITTLE:
        asks = notice or any(_NOSCRIPT.search(b.text) for b in signs.outline.blocks[:20])
        return empty_root or (asks and weight < _SCANT)
    return weight < _SCANT and (notice or root is not None) and _says_article(signs.meta)


def _is_hollow(signs: Signs, shown: int) -> bool:
    """A titled page with scripts, and nothing or an empty body where its story belongs."""
    if not signs.meta.title or signs.tree().css_first("script[src]") is None:
        return False
    if shown < _SCANT:
        return True
    elements = signs.outline.elements
    filled = {i for b in signs.outline.blocks for i in signs.outline.ancestors(b.element)}
    return _says_article(signs.meta) and any(
        element.hint == Hint.BODY and index not in filled for index, element in enumerate(elements)
    )


def _is_listing(signs: Signs, weight: int) -> bool:
    """Linked headings stand between the teasers, or links far outweigh a short text."""
    blocks, chosen = signs.outline.blocks, signs.story.blocks
    paragraphs = sum(blocks[i].weight for i in chosen if blocks[i].weight >= _PARAGRAPH)
    if signs.meta.linked.found or paragraphs >= 2 * _LITTLE:
        return False
    among = _linked_headings(blocks[chosen[0] : chosen[-1]]) if chosen else 0
    if among >= 4 and weight < 250 * among:
        return True
    headings = _linked_headings(blocks) + _passed(signs.outline, "h1, h2, h3, h4, h5, h6")
    if signs.meta.linked.listing and headings >= 3:
        return weight < 3 * _LITTLE
    links = sum(b.link_density > 0.7 and b.weight >= 25 for b in blocks)
    links = max(headings, links + _passed(signs.outline, "a"))
    return signs.meta.kind != "article" and links >= 8 and weight < min(2 * _LITTLE, 20 * links)


def _linked_headings(blocks: Sequence[Block]) -> int:
    return sum(b.tag in HEADINGS and b.link_density > 0.7 for b in blocks)


def _passed(outline: Outline, tags: str) -> int:
    """How many such elements of some length are in what the walk passed over, which are links."""
    found = (node.text(strip=True) for each in outline.passed for node in each.css(tags))
    return sum(weight_of(text) >= 25 for text in found)


def confidence_of(signs: Signs, kind: PageKind, *, fallback: bool) -> float:
    """How sure we are that the text is the article, whole and alone; 0 to 1."""
    weight = signs.weight
    if kind is not PageKind.ARTICLE or not weight:
        return 0.0
    if fallback:
        return 0.6
    share = signs.story.prose / max(1, signs.story.prose + signs.story.rivals)
    length = min(1.0, weight / 1500)
    declared = 1.0 if _says_article(signs.meta) else 0.6
    titled = 1.0 if signs.meta.title else 0.7
    like_an_article = declared * titled * (0.2 + 0.5 * share + 0.3 * length)
    sure = (1 - _CERTAINTY) * like_an_article + _CERTAINTY * signs.story.certainty
    return round(float(sure**_SHARPNESS), 2)
