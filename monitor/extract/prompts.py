"""Sentences that name a platform but tell no news: “Follow us on X”, “Allow Instagram content?”.

Whoever watches for Facebook would be alerted by every article that ends so. They are taken out of
what was chosen, so that the choice, which was learned with them, stays as it is. Whatever says
anything besides may be news, and stays: “Follow Brussels on X: the Commission fines…”.
"""

import re
from collections.abc import Iterator, Sequence

# Every prompt has one of these, so that most texts are not looked at more closely; in lower case.
_NAMES = (
    "twitter", "facebook", "instagram", "youtube", "linkedin", "telegram", "whatsapp", "tiktok",
    "bluesky", "mastodon", "pinterest", "snapchat", "threads", "google news", " x",
)  # fmt: skip
_PLATFORM = rf"(?:(?:{'|'.join(_NAMES[:-1])})\w{{0,3}}|x)"
_ACCOUNT = r"@\S+"
_NAMED = r"(?-i:[A-ZÀ-Þ][\w'’.-]*)(?: (?-i:[A-ZÀ-Þ])[\w'’.-]*){0,4}"
_POLITELY = (
    r"(?:(?:please|also|and|you can|you (?:may|might)(?: also)? want to|(?:be|make) sure to|"
    r"don['’]t forget to|(?:for (?:more|all|the latest)|to (?:keep up|stay))\b[^,.]{0,60},)\s+)"
    r"{0,3}"
)
# Who is to be followed, as the order says it, and the word before the platform; a row a language
# or a turn. Where a pronoun may also be an article (“Sigue la guerra en…”), it must stand as one.
_ASKED = (
    (rf"(?:follow|connect with|tweet(?: at| to)?) (?:us|me|him|her|them|{_ACCOUNT}|{_NAMED})",
     "on|at|via|through"),
    (r"(?:like|find|join|watch|message) (?:us|me|him|her|them|our page)", "on|at|via|through"),
    (r"(?:subscribe to|join|follow|like) (?:our|his|her|their) [^,.:;]{1,40}?",
     "on|at|via|through"),
    (r"folg(?:e|t|en sie) (?:uns|mir|ihm|ihr|ihnen)", "auf|bei|über"),
    (r"besuch(?:e|t|en sie) (?:uns|mich)", "auf|bei"),
    (rf"(?:suivez|retrouvez|rejoignez)(?:[- ]nous|-moi|-l[ea]s?| (?:l[ea]s? |l['’])?{_NAMED})",
     "sur"),
    (r"s[ií]g[ua]e?(?:nos|me|l[oa]s?)", "en|a través de"),
    (rf"(?:s[ií]ga|acompanhe|curta)(?:[- ](?:nos|me)| (?:[oa]s? )?{_NAMED})",
     "no|na|nos|nas|pel[oa]"),
    (r"segui(?:ci|mi|l[oa])", "su|sul|sulla"),
    (rf"volg (?:ons|mij|hem|haar|{_NAMED})", "op|via"),
    (rf"följ (?:oss|mig|honom|henne|{_NAMED})", "på"),
    (rf"følg (?:oss|os|meg|mig|ham|henne|{_NAMED})", "på"),
    (r"(?:obserwuj|śledź|znajdziesz|dołącz do) (?:nas|mnie)", "na"),
    (r"ikuti (?:kami|saya)", "di|melalui"),
)  # fmt: skip
# What may stand between the names of platforms, and after them.
_BETWEEN = (
    r"and|or|und|oder|et|ou|y|o|e|och|og|en|i|dan|on|at|via|auf|bei|sur|su|na|no|op|på|di|"
    r"the|our|my|his|her|their|unser\w*|notre|nos|nuestr[oa]s?|noss[oa]s?|also|too|as|well|here|now|"
    r"auch|hier|aussi|también|também|anche|ook|også|också|również|juga|"
    r"pages?|accounts?|channels?|groups?|profiles?|social|media|messenger|seiten?|kan[aä]le?n?|"
    r"formerly|spotify|flipboard|reddit|twitch|discord|rss|feeds?"
)
_ITEM = (  # a word with what stands around it, or marks alone
    rf"(?:[(|/&+–-]*+(?:{_PLATFORM}|{_ACCOUNT}|\S+\.\w\S*|{_BETWEEN})(?!\w)[^\w\s@]*+|[^\w\s@]++)"
)
# What for, of which there is much to say, but no news: no names, no figures.
_PURPOSE = (
    r"(?:to (?:keep|stay|get|receive|never|be the first)|so you|"
    r"for (?:all|more|the|our|new|news|updates|daily|breaking|further|live|exclusive)|"
    r"(?:and|or) (?:also )?(?:subscribe|sign up|join|like|visit|check out|share|add|"
    r"(?:can )?e-?mail)|"
    r"für (?:mehr|weitere|alle|aktuelle)|um (?:nichts|keine|immer)|"
    r"pour (?:ne|plus|suivre|rester|toute)|para (?:m[aá]s|mais|no|não|estar|ficar)|"
    r"per (?:non|restare|tutt\w|altr\w)|voor (?:meer|het laatste)|för mer|for (?:mer|flere)|"
    r"po więcej|untuk)\b(?! than\b)"
    rf"[.,!?]*+(?:\s+(?:{_PLATFORM}(?!\w)\W?|ALL|(?-i:[^\s\dA-ZÀ-Þ:;]++))){{0,20}}+"
)
_FOLLOW = re.compile(
    rf"{_POLITELY}(?:"
    + "|".join(
        rf"{order}(?:,? \(?{_ACCOUNT}| and {_ACCOUNT}|,? \w+){{0,3}} (?:{on})"
        for order, on in _ASKED
    )
    + rf")(?=.*{_PLATFORM})(?:\s+{_ITEM})+?(?:\s+{_PURPOSE})?",
    re.IGNORECASE,
)
_MEDIUM_DE = r"[\w-]*(?:inhalt|beitrag|video|post|tweet|content|element|medi)\w*"
# What stands in the place of something that the reader has not agreed to load.
_EMBEDDED = re.compile(
    r"(?:deine|ihre|eure) privatsphäre-einstellungen verhindern .*"
    r"|allow [\w .]{1,30} content\?"
    r"|this (?:article|page) (?:contains|includes) content (?:provided|hosted) by [^,;]{1,40}"
    r"|to (?:view|see|watch|display|load) this (?:content|post|video|tweet|embed)\b,?"
    r" (?:please|you|we|click|accept|allow|enable|change|update)\b.{0,120}"
    r"\b(?:cookies?|consent|privacy settings)\b.{0,80}"
    r"|this (?:content|post|video|embed|tweet) (?:is|can|could)(?:n['’]t|not| not)? (?:be )?"
    r"(?:available|blocked|displayed|hidden|loaded|played|shown)\b.{0,60}"
    r"\byour (?:\w+ )?(?:cookies?|privacy|consent|tracking)\b[^,;]{0,30}"
    rf"|an dieser stelle (?:findest du|finden sie|befindet sich|wird|steht) .{{0,60}}\bextern\w*"
    rf" (?:\w+ )?{_MEDIUM_DE}\b[^:]{{0,80}}"
    rf"|mit (?:ihrer|deiner) zustimmung (?:wird|werden) hier .{{0,60}}\bextern\w* (?:\w+ )?"
    rf"{_MEDIUM_DE}\b[^:]{{0,80}}"
    rf"|um (?:diese\w?|externe\w?) (?:[\w-]+ ){{0,2}}{_MEDIUM_DE} .{{0,40}}"
    r"\b(?:zu (?:sehen|laden|nutzen)|(?:an|ab|dar)zu\w+)\b.{0,80}"
    r"\b(?:zustimmung|einwilligung|datenschutz\w*)\b.{0,80}"
    r"|ce contenu (?:provient|est (?:hébergé|bloqué)|n['’]est pas (?:visible|disponible))"
    r" .{0,60}\bvo(?:us|s|tre)\b.{0,60}\bcookies?\b.{0,80}"
    r"|este contenido (?:se aloja|está alojado|no se puede mostrar|no está disponible) .{0,60}"
    r"\b(?:acept|permit|configur|prefer)\w*\b.{0,40}\bcookies?\b.{0,80}"
    r"|per (?:visualizzare|vedere) quest[oi] contenut[oi],? .{0,40}"
    r"\b(?:accett|abilit|consent|modific)\w* .{0,40}\bcookie\b.{0,80}"
    r"|om deze (?:inhoud|content|video|post|tweet) (?:te|hier te) .{0,80}\bcookies\b.{0,80}",
    re.IGNORECASE,
)
# A notice goes on in sentences that have one of these, or that are buttons of a word or three.
_GOES_ON = re.compile(
    r"\b(?:cookies?|permission|consent|accept\w*|privacy|preferences|settings|loaded|contains? "
    r"content|einwilligung|zustimmung|datenschutz\w*|inhalte?|geladen|anzeigen|"
    r"personenbezogen\w*|einstellungen|consentement|"
    r"aceptar|privacidad|consenso|toestemming)\b",
    re.IGNORECASE,
)
_BUTTON = 3  # words
_SENTENCE_END = re.compile(r"(?<=[.!?…])(?<!z\.B\.)\s+")
_LONGEST_NOTICE, _LONGEST_PROMPT = 700, 300  # characters
_QUOTE = re.compile('[“”„«»"]')
_SPOKEN = re.compile(r"\b(?:said|says|told|wrote)\b")


def without_prompts(texts: Sequence[str]) -> Sequence[str]:
    """Paragraphs without the sentences that ask to follow somebody on a platform.

    One is empty if it stands for something embedded that was not loaded. What somebody says stays.
    """
    lower = "\n".join(texts).lower()
    return list(map(without_prompt, texts)) if any(name in lower for name in _NAMES) else texts


def without_prompt(text: str) -> str:
    """The same of one paragraph."""
    lower = text.lower()
    if not any(name in lower for name in _NAMES):
        return text
    return "\n".join(kept for line in text.split("\n") if (kept := _told(line)))


def _told(line: str) -> str:
    sentences = _SENTENCE_END.split(line.strip())
    kept = list(_news(sentences))
    return line if len(kept) == len(sentences) else " ".join(kept)


def _news(sentences: Sequence[str]) -> Iterator[str]:
    """The sentences that tell something."""
    in_notice = in_quote = False
    for sentence in sentences:
        in_notice = not in_quote and (_is_notice(sentence) or (in_notice and _goes_on(sentence)))
        if not in_notice and (in_quote or not _is_prompt(sentence)):
            yield sentence
        # Languages do not agree on which mark opens.
        in_quote ^= len(_QUOTE.findall(sentence)) % 2 == 1


def _is_notice(sentence: str) -> bool:
    return len(sentence) <= _LONGEST_NOTICE and _EMBEDDED.fullmatch(sentence) is not None


def _goes_on(sentence: str) -> bool:
    return sentence.count(" ") < _BUTTON or _GOES_ON.search(sentence) is not None


def _is_prompt(sentence: str) -> bool:
    if len(sentence) > _LONGEST_PROMPT or _QUOTE.search(sentence) or _SPOKEN.search(sentence):
        return False
    return _FOLLOW.fullmatch(sentence) is not None
