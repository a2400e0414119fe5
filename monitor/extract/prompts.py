"""Sentences that name a platform but tell no news: “Follow us on X”, “Allow Instagram content?”.

Whoever watches for Facebook would be alerted by every article that ends so. They are taken out of
what was chosen, so that the choice, which was learned with them, stays as it is.
"""

import re
from collections.abc import Sequence

# Every prompt has one of these, so that most texts are not looked at more closely; in lower case.
_NAMES = (
    "twitter", "facebook", "instagram", "youtube", "linkedin", "telegram", "whatsapp", "tiktok",
    "bluesky", "mastodon", "pinterest", "snapchat", "threads", "google news", " x",
)  # fmt: skip
_PLATFORM = rf"(?:(?:{'|'.join(_NAMES[:-1])})|(?<!\w)x\b)"
_ACCOUNT = r"@\S+"
_NAMED = r"(?-i:[A-ZÀ-Þ][\w'’.-]*)(?: (?-i:[A-ZÀ-Þ])[\w'’.-]*){0,4}"
_POLITELY = (
    r"(?:(?:please|also|and|you can|you (?:may|might)(?: also)? want to|(?:be|make) sure to|"
    r"don['’]t forget to|(?:for (?:more|all|the latest)|to (?:keep up|stay))\b[^,.]{0,60},)\s+)"
    r"{0,3}"
)
# What is asked for, of whom, and the word before the platform; a row a language or a turn.
_ASKED = (
    ("follow|connect with|tweet(?: at| to)?", f"us|me|him|her|them|{_NAMED}", "on|at|via|through"),
    ("like|find|join|watch|message", "us|me|him|her|them|our page", "on|at|via|through"),
    ("subscribe to|join|follow|like", r"(?:our|his|her|their) .{1,40}?", "on|at|via|through"),
    ("folg(?:e|t|en sie)|besuch(?:e|t|en sie)", "uns|mir|ihm|ihr|ihnen", "auf|bei|über"),
    ("(?:suivez|retrouvez|rejoignez)[ -]", f"nous|moi|le|la|les|{_NAMED}", "sur"),
    ("s[ií]g[ua]e?", "nos|me|lo|la|los|las", "en|a través de"),
    ("(?:s[ií]ga|acompanhe|curta)[ -]", f"nos|me|(?:[oa]s? )?{_NAMED}", "no|na|nos|nas|pel[oa]"),
    ("segui", "ci|mi|lo|la", "su|sul|sulla"),
    ("volg", f"ons|mij|hem|haar|{_NAMED}", "op|via"),
    ("följ", f"oss|mig|honom|henne|{_NAMED}", "på"),
    ("følg", f"oss|os|meg|mig|ham|henne|{_NAMED}", "på"),
    ("obserwuj|śledź|znajdziesz|dołącz do", "nas|mnie", "na"),
    ("ikuti", "kami|saya", "di|melalui"),
)
_FOLLOW = re.compile(
    rf"{_POLITELY}(?:"
    + "|".join(
        rf"(?:{verb})\s*(?:{_ACCOUNT}|{whom})(?:,? \(?{_ACCOUNT}| and {_ACCOUNT}|,? \w+){{0,3}}"
        rf" (?:{on})\b.{{0,60}}?{_PLATFORM}"
        for verb, whom, on in _ASKED
    )
    + ").{0,200}",
    re.IGNORECASE | re.DOTALL,
)
# What stands in the place of something that the reader has not agreed to load.
_EMBEDDED = re.compile(
    r"(?:deine|ihre|eure) privatsphäre-einstellungen verhindern .*"
    r"|allow [\w .]{2,30} content\?.*"
    r"|this (?:article|page) (?:contains|includes) content (?:provided|hosted) by .*"
    r"|to (?:view|see|watch|display|load) this (?:content|post|video|tweet|embed)\b.{0,120}"
    r"\b(?:cookies?|consent|privacy settings)\b.*"
    r"|this (?:content|post|video|embed|tweet) (?:is|comes|cannot|can['’]t) .{0,100}"
    r"\byour .{0,40}(?:cookie|privacy|consent)\b.*"
    r"|an dieser stelle (?:findest du|finden sie|befindet sich|wird|steht) .{0,80}\bextern.*"
    r"|mit (?:ihrer|deiner) zustimmung (?:wird|werden) hier .{0,80}\bextern.*"
    r"|um (?:diesen|dieses|diese|externe) .{0,80}\b(?:zustimmung|einwilligung|datenschutz\w*)\b.*"
    r"|ce contenu (?:provient|est (?:hébergé|bloqué)|n['’]est pas (?:visible|disponible))"
    r".*\bcookies?\b.*"
    r"|este contenido (?:se aloja|está alojado|no se puede mostrar|no está disponible)"
    r".*\bcookies?\b.*"
    r"|per (?:visualizzare|vedere) quest[oi] contenut[oi].*\bcookie\b.*"
    r"|om deze (?:inhoud|content|video|post|tweet) .{0,80}\bcookies\b.*",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_LONGEST_NOTICE, _LONGEST_PROMPT = 700, 300  # characters
_SPOKEN = re.compile('[“”„«»"]|\\b(?:said|says|told|wrote)\\b')


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
    if len(line) <= _LONGEST_NOTICE and _EMBEDDED.fullmatch(line.strip()):
        return ""
    sentences = _SENTENCE_END.split(line.strip())
    kept = [sentence for sentence in sentences if not _is_prompt(sentence)]
    return line if len(kept) == len(sentences) else " ".join(kept)


def _is_prompt(sentence: str) -> bool:
    if len(sentence) > _LONGEST_PROMPT or _SPOKEN.search(sentence):
        return False
    return _FOLLOW.fullmatch(sentence) is not None
