"""Addresses and their disguises.

``canonical`` maps the many addresses of one page to one. Its result is a key to compare and store,
not an address to fetch: the site may not answer over https or without ``www``.

No function here raises: an address that cannot be understood comes back as it is, or counts as no.
"""

import re
from collections.abc import Iterable
from posixpath import normpath
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlsplit


def canonical(url: str) -> str:
    """The one form of an address; applied twice it changes nothing more.

    Unwraps AMP caches and redirectors; drops tracking parameters, fragments and default ports;
    folds ``www.``, ``m.`` and ``amp.`` hosts, AMP paths, index pages, escapes and the case of the
    host; sorts the query. Parameters that may name the page (``id``, ``cid``, ``sid``, ``source``,
    ``ref``) stay. What is no web address comes back unchanged.
    """
    parts = _split(url)
    if parts is None:
        return url
    while inner := _split(_unwrapped(parts)):  # always shorter than what it was wrapped in
        parts = inner
    name = _folded(_ascii_host(parts))
    query = _query(parts.query, name)
    path = _path(parts.path)
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    fragment = "#" + _escaped(parts.fragment) if parts.fragment.startswith("!") else ""
    return f"https://{_bracketed(name)}{port}{path}{'?' * bool(query)}{query}{fragment}"


def host(url: str) -> str:
    """The host in lower case and ASCII, without port; ``""`` if there is none."""
    parts = _split(url)
    return _ascii_host(parts) if parts else ""


def same_site(a: str, b: str) -> bool:
    """Whether both addresses are on one host, ``www.``, ``m.`` and the like apart."""
    first, second = host(a), host(b)
    return bool(first) and _folded(first) == _folded(second)


def is_web(url: str) -> bool:
    """Whether this is an http or https address with a host."""
    return _split(url) is not None


def without_login(url: str) -> str:
    """The address without the user's name and password that it may hold."""
    parts = _split(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if parts else url


def url_keys(asked: str, final: str | None, canonical_link: str | None) -> tuple[str, ...]:
    """The canonical addresses under which an article is known, the one asked for first.

    Where the request ended (``final``) and what the page calls itself (``canonical_link``) are
    left out when they are a home or section page while the asked address is more than that: many
    articles would share them. A canonical link on another site is a claim about somebody else's
    page, and is left out too.
    """
    keys = [canonical(asked)]
    if final and not _less_than(final, asked):
        keys.append(canonical(final))
    here = [asked, *([final] if final else [])]
    if (
        canonical_link
        and any(same_site(canonical_link, page) for page in here)
        and not any(_less_than(canonical_link, page) for page in here)
    ):
        keys.append(canonical(canonical_link))
    return tuple(dict.fromkeys(keys))


def place_key(url: str) -> str:
    """The key of a place on a page, where the address names one with a ``#``; else ``""``."""
    parts = _split(url)
    return f"{canonical(url)}#{parts.fragment}" if parts and parts.fragment else ""


def is_home(url: str) -> bool:
    """Whether an address is a site's front page."""
    parts = _split(canonical(url))
    return parts is not None and parts.path == "/" and not parts.query and not parts.fragment


def _less_than(page: str, asked: str) -> bool:
    """Whether ``page`` is a home or section page while ``asked`` is something deeper."""
    if not is_web(page):
        return True
    if is_home(page):
        return not is_home(asked)
    return looks_like_article(asked) and not looks_like_article(page) and len(_segments(page)) <= 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- does it look like an article? ---------------------------------------------------------------

DATE_IN_PATH = re.compile(
    r"/(19|20)\d\d[/-]?(0?[1-9]|1[0-2]|[a-z]{3})([/-]?([0-2]?\d|3[01]))?(/|-|$)"
)
_LONG_ID = re.compile(r"\d{5,}|[0-9a-f]{12,}")
TOKEN = re.compile(r"(?=[a-z]*\d)[a-z0-9]{8,}$")
PAGE_FILE = re.compile(r"\.(html?|shtml|php|aspx?|cms|ece|story|stm|jsp)$")
OTHER_FILE = re.compile(r"\.(jpe?g|png|gif|webp|svg|pdf|mp[34]|m4a|zip|css|js|xml|rss|json|ics)$")
ARTICLE_WORDS = {"article", "articles", "story", "stories", "artikel", "articolo", "noticia"}
IDENTIFYING = re.compile(
    r"^(id|p|idx|article|story|artid|articleid|storyid|newsid|nid)=.*\d", re.IGNORECASE
)
SECTION_WORDS = _words(
    """
    about account advertise advertising alerts all-topics app apps archive archives author authors
    blogs calendar careers category categories channel client columnist columnists columns contact
    contact-us contributors cookie cookies corrections customer directory editions events faq feed
    feeds forum forums games gallery help horoscope horoscopes imprint impressum info jobs keyword
    legal live-tv login logout masthead members membership my newsletter newsletters notifications
    page people person photos podcast podcasts policies policy preferences privacy privacy-policy
    product products profile program programs puzzles register rss schedule search section sections
    services settings share shop shows signin signup sitemap sponsored staff store subscribe
    subscription subscriptions support tag tags team terms terms-of-service terms-of-use topic
    topics user users video videos watch weather wp-admin wp-login.php
    """
)


def looks_like_article(url: str) -> bool:
    """Whether an address has the shape of an article's: a date, a long name, an id.

    A guess from the address alone, for telling articles from navigation.
    """
    return article_score(url) >= 2


def article_score(url: str) -> int:
    """How much an address looks like an article's; 2 and more is likely, 0 and less unlikely."""
    parts = _split(url)
    if parts is None:
        return 0
    path = unquote(parts.path).lower().rstrip("/")
    segments = [segment for segment in path.split("/") if segment]
    if not segments:
        return 2 if any(map(IDENTIFYING.match, parts.query.split("&"))) else 0
    last = segments[-1]
    if OTHER_FILE.search(last):
        return 0
    joints = last.count("-") + last.count("_")
    score = 2 * bool(DATE_IN_PATH.search(path)) if len(last) > 10 or len(segments) > 3 else 0
    score += 2 * (joints >= 4 or (joints == 3 and len(last) >= 20)) + (joints >= 2)
    score += 2 * bool(_LONG_ID.search("/".join(segments[-2:]))) + bool(PAGE_FILE.search(last))
    score += bool(ARTICLE_WORDS.intersection(segments[:-1])) * (1 + bool(TOKEN.match(last)))
    score += 2 * any(map(IDENTIFYING.match, parts.query.split("&")))
    return score - 2 * bool(SECTION_WORDS.intersection(segments))


def _segments(url: str) -> list[str]:
    parts = _split(url)
    return [segment for segment in parts.path.split("/") if segment] if parts else []


# --- wrappers ------------------------------------------------------------------------------------

# Host, or a parent of it → start of the path, parameters that hold the address.
_REDIRECTORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "facebook.com": ("/l.php", ("u",)),
    "l.instagram.com": ("/", ("u",)),
    "linkedin.com": ("/redir/redirect", ("url",)),
    "out.reddit.com": ("/", ("url",)),
    "t.umblr.com": ("/redirect", ("z",)),
    "vk.com": ("/away.php", ("to",)),
    "youtube.com": ("/redirect", ("q",)),
    "bing.com": ("/news/apiclick.aspx", ("url",)),
    "duckduckgo.com": ("/l/", ("uddg",)),
    "slack-redir.net": ("/link", ("url",)),
    "safelinks.protection.outlook.com": ("/", ("url",)),
    "steamcommunity.com": ("/linkfilter", ("url", "u")),
    "flipboard.com": ("/redirect", ("url",)),
    "getpocket.com": ("/redirect", ("url",)),
    "disq.us": ("/url", ("url",)),
}
_GOOGLE = re.compile(r"(www\.|news\.)?google\.(com|[a-z]{2}|com?\.[a-z]{2})$")
_AMP_CACHE = re.compile(r"\.(cdn\.ampproject\.(org|net)|bing-amp\.com)$")
_AMP_CACHE_PATH = re.compile(r"/(?:[a-z]/|amp/)?(s/)?([^/]+\.[^/]+/?.*)", re.DOTALL)


def _unwrapped(parts: SplitResult) -> str:
    """The address inside a wrapper, or ``""``."""
    name = _ascii_host(parts)
    if _AMP_CACHE.search(name):
        return _after(_AMP_CACHE_PATH.fullmatch(parts.path), parts.query)
    if _GOOGLE.match(name) and parts.path.startswith("/amp/"):
        return _after(_AMP_CACHE_PATH.fullmatch(parts.path), parts.query)
    if _GOOGLE.match(name):
        return _parameter(parts.query, ("q", "url")) if parts.path == "/url" else ""
    site = _suffix(name, _REDIRECTORS)
    start, names = _REDIRECTORS.get(site, ("", ()))
    return _parameter(parts.query, names) if site and parts.path.startswith(start) else ""


def _after(match: re.Match[str] | None, query: str) -> str:
    if match is None:
        return ""
    return f"http{'s' * bool(match[1])}://{match[2]}{'?' * bool(query)}{query}"


def _parameter(query: str, names: Iterable[str]) -> str:
    """The first of these parameters that holds a web address."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    values = [unquote_plus(v) for name in names for n, _, v in pairs if n.lower() == name]
    return next(filter(is_web, values), "")


def _suffix(name: str, table: Iterable[str]) -> str:
    """The entry of the table that is this host or a parent of it, or ``""``."""
    labels = name.split(".")
    parents = (".".join(labels[i:]) for i in range(len(labels)))
    return next((parent for parent in parents if parent in table), "")


# --- host ----------------------------------------------------------------------------------------

_MIRRORS = frozenset({"www", "www2", "www3", "m", "mobile", "amp", "wap", "touch"})
_UNSAFE_HOST = re.compile(r"[\s/\\?#@%<>|^`{}\"\x00-\x20\x7f]")


def _split(url: str) -> SplitResult | None:
    """The parts of a web address, or None if it is none."""
    try:
        parts = urlsplit(url.strip())
        name = parts.hostname or ""
        known = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:  # a broken IPv6 address or port
        return None
    return parts if known and name.strip(".") and not _UNSAFE_HOST.search(name) else None


def _ascii_host(parts: SplitResult) -> str:
    name = (parts.hostname or "").rstrip(".")
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii").lower().rstrip(".") or name
    except UnicodeError:  # too long, or not a name: compare it as it is written
        return name


def _folded(name: str) -> str:
    first, _, rest = name.partition(".")
    while first in _MIRRORS and "." in rest:
        name = rest
        first, _, rest = name.partition(".")
    return name


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name


# --- path ----------------------------------------------------------------------------------------

_ESCAPE = re.compile("%([0-9a-fA-F]{2})")
_STRAY_PERCENT = re.compile("%(?![0-9a-fA-F]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_INDEX = re.compile(r"/(index|default)\.(s?html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_END = re.compile(r"(?<=[^/])(/amp(/1)?|\.amp)$", re.IGNORECASE)
_AMP_FILE = re.compile(r"\.amp(?=\.html?$)", re.IGNORECASE)
_AMP_START = re.compile(r"^/amp/(?=.)|(?<=/)amp_(?=[a-z])", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)


def _escaped(text: str, keep: str = "/:@!$&'()*+,;=~%") -> str:
    """Percent-escapes in one spelling: capital, none where none is needed, all where they are."""
    text = _ESCAPE.sub(_unescaped, _STRAY_PERCENT.sub("%25", text))
    return quote(text, safe=keep, errors="replace")


def _unescaped(match: re.Match[str]) -> str:
    byte = int(match[1], 16)
    return chr(byte) if byte in _UNRESERVED else match[0].upper()


def _path(path: str) -> str:
    path = _SESSION.sub("", _escaped(path))
    before = None
    while path != before:  # one fold may lay open another: /story/amp/index.html
        before = path
        path = "/" + normpath(path).lstrip("/") if path.strip("/") else "/"
        for disguise in (_INDEX, _AMP_END, _AMP_FILE):
            path = disguise.sub("", path)
        path = _AMP_START.sub(lambda m: "/" if m[0].startswith("/") else "", path)
    return path or "/"


# --- query ---------------------------------------------------------------------------------------

_TRACKING_START = tuple(
    _words("""
    utm_ pk_ mtm_ matomo_ piwik_ hsa_ mc_ ns_ oly_ vero_ fb_ __hs _hs guc at_ sc_ cm_mmc wt_ wt.
    elqtrack
    """)
)
_TRACKING = _words(
    """
    __tn__ __twitter_impression _bta_c _bta_tid _ga _gl action_object_map action_ref_map
    action_type_map amp amp_ct amp_gsa amp_js_v ampshare aoh bxid ck_subscriber_id cmp cmpid cndid
    csi dclid dicbo ef_id esrc externalreferrer fbclid feedname feedtype ftag ftcamp gad_campaignid
    gad_source gbraid gclid gclsrc hootpostid hsctatracking icid ico igsh igshid int_campaign
    int_medium int_source intcid intcmp ito li_fat_id mbid mkt_tok ml_subscriber
    ml_subscriber_hash msclkid ncid oborigurl ocid ref_src ref_url referringsource rss_id s_cid
    s_kwcid sfmc_id share sharetoken smid smtyp soc_src soc_trk spref sr_share srsltid syn-25a6b1a6
    taid tblci tpcc traffic_source trk trkcampaign twclid usqp utm vgo_ee wbraid wickedid wprov
    wtmc xtor yclid zanpid
    """
)
_TRACKING_ON: dict[str, frozenset[str]] = {
    "bloomberg.com": _words("srnd sref leadsource embedded-checkout"),
    "bbc.com": _words("xtor link_location facebook_page"),
    "bbc.co.uk": _words("xtor link_location facebook_page"),
    "economist.com": _words("fsrc linkid"),
    "ft.com": _words("segmentid accesstoken"),
    "google.com": _words("ceid oc hl gl sa usg ved"),
    "indiatimes.com": _words("from utm"),
    "linkedin.com": _words("trackingid refid lipi"),
    "msn.com": _words("cvid pc ei apiversion"),
    "ndtv.com": _words("pfrom site"),
    "nytimes.com": _words(
        """
        action campaign_id clicksource emc instance_id module nl partner pgtype regi_id region
        segment_id te unlocked_article_code user_id
        """
    ),
    "reuters.com": _words("rpc"),
    "theguardian.com": _words("commentpage"),
    "twitter.com": _words("s t ref_src"),
    "x.com": _words("s t"),
    "washingtonpost.com": _words("itid pwapi_token nid tid wpisrc wpmm"),
    "wsj.com": _words("mod reflink st"),
    "yahoo.com": _words("soc_src soc_trk tsrc .tsrc"),
    "youtube.com": _words("feature si ab_channel pp"),
}
_AMP_OUTPUT = {"outputtype": ("amp", "valid_amp"), "output": ("amp",), "view": ("amp",)}


class _Pair(NamedTuple):
    name: str
    value: str


def _query(query: str, name: str) -> str:
    on_host = _TRACKING_ON.get(_suffix(name, _TRACKING_ON), frozenset())
    pairs = [_pair(text) for text in query.split("&") if text.strip("=")]
    kept = sorted(pair for pair in pairs if not _tracks(pair, on_host))
    return "&".join(f"{n}={v}" if v else n for n, v in kept)


def _pair(text: str) -> _Pair:
    name, _, value = text.replace("+", "%20").partition("=")
    keep = "/:@!$'()*,;~%?"
    return _Pair(_escaped(name, keep), _escaped(value, keep + "="))


def _tracks(pair: _Pair, on_host: frozenset[str]) -> bool:
    name = pair.name.lower()
    if name in _TRACKING or name in on_host or name.startswith(_TRACKING_START):
        return True
    return pair.value.lower() in _AMP_OUTPUT.get(name, ())
