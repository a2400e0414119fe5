"""Lines that are no part of a story whatever surrounds them: credits, tags, prompts, disclaimers.

A dateline that opens a sentence stays with its sentence; these patterns match whole lines only.
"""

import re
from functools import lru_cache

_ALSO_READ = (
    "(?:also|must|please) (?:read|see|watch|listen)|read (?:also|more|next|full|this|:)|see also|"
    "related(?: (?:stories|story|articles?|news|posts?|topics?|links?|content|reading|coverage|"
    "video|videos))?|"
    "recommended(?: (?:stories|reading|for you))?|more (?:from|on|stories|news|in|about)|"
    "(?:don['’]t|do not) miss|you (?:may|might) (?:also )?(?:like|be interested in)|"
    "trending(?: now| stories)?|most (?:read|popular|viewed)|editor['’]?s['’]? picks?|"
    "top stories|latest news|up next|next (?:article|story|post)|previous (?:article|story|post)|"
    "explore more|in case you missed it|click here|watch(?: now| this| live| video)?|"
    "mehr zum thema|lesen sie (?:auch|mehr)|"
    "auch interessant|(?:à |a )?lire aussi|sur le même sujet|"
    "(?:lea|lee|leer|ver|te puede|le puede|puede) (?:también|además|más|interesar)|"
    "(?:leggi|vedi) anche|(?:leia|veja|saiba) (?:também|mais)|lees ook|läs (?:också|även|mer|mera)|"
    "les (?:også|mer)|læs også|lue (?:myös|lisää)|"
    "(?:czytaj|zobacz|przeczytaj) (?:też|także|również|więcej)|"
    "čtěte také|читайте (?:также|ещё)|читай також|baca (?:juga|lainnya)|"
    "xem thêm|ayrıca (?:oku|bkz)|"
    "(?:यह|ये|इसे) भी (?:पढ़ें|पढ़ें|देखें)|और पढ़ें|संबंधित खबरें|関連記事|関連ニュース|あわせて読みたい|"
    "合わせて読みたい|相关阅读|延伸阅读|延伸閱讀|相關新聞|관련\\s?기사|اقرأ أيضا|اقرأ أيضًا|بخوانید"
)
_MARK = r"(?=\s*[:：|\-–—>»›]|\s*$)"

_WHOLE = re.compile(
    "|".join(
        (
            # where it comes from, when, by whom
            r"(?:[01]?\d|2[0-3])[:h][0-5]\d(?: ?(?:[ap]\.?m\.?|uhr|[a-z]{3,4}))?",
            r"(?:source|sources|courtesy|agency|via|inputs?|with inputs from|with agency inputs|"
            r"news source|quelle|fuente|fonte|स्रोत|स्त्रोत|सोर्स)\s*[:：|–-]\s*[^.!?।。]{1,60}\.?",
            r"(?:first |last |originally )?(?:published|updated|posted|modified|created|reported|"
            r"publié|actualizado|publicado|aktualisiert|veröffentlicht|stand|अपडेटेड|प्रकाशित|अपडेट|"
            r"更新|公開|配信|発行)(?: on| at| by| date| le| am| el)?\s*[:：|]?[^!?।]{0,20}"
            r"(?:\d{1,2}:\d{2}|\d{4})(?:\s*[ap]\.m\.)?[^.!?।。]{0,40}",
            r"\d{1,4}[./年-]\s?\d{1,2}[./月-]\s?\d{1,4}日?[\s,T|]*(?:\d{1,2}[:.時]\d{2}.{0,16})?",
            r"\d+\s*(?:min(?:ute)?s?|hours?|days?|weeks?|months?)(?: ago| read)?",
            r"(?:by|edited by|written by|reported by|posted by|compiled by|author|von|par|por|di)"
            r"\s*:?\s+[^.!?。।]{2,60}",
            # how it is filed
            r"(?:tags?|topics?|keywords?|filed (?:under|in)|posted in|categor(?:y|ies)|labels?|"
            r"article tags|schlagw[oö]rter|themen|etiquetas|temas|mots[- ]clés|"
            r"टैग(?:्स)?|タグ|キーワード|"
            r"关键词|標籤|标签)\s*[:：].*",
            r"(?:tags|topics|keywords|categories)",
            # pictures and sound
            r"\(?(?:file )?(?:photo|image|picture|pic|photograph|video|illustration|cover|"
            r"featured|foto|"
            r"bild|फोटो|写真)(?:s)?(?: (?:credit|courtesy|source|by|image))?s?\s*[:：/|©].{0,120}",
            r"\(?(?:representational|representative|file|symbolic)"
            r" (?:image|photo|picture|pic)s?\)?\.?"
            r".{0,60}",
            # prompts
            r"(?:adverti[sz]e?ments?|advert|sponsored(?: content)?|promoted|anzeige|publicité|"
            r"publicidad|विज्ञापन|広告)",
            r"(?:share|share this(?: article| story| post| page)?|share on .{2,20}|"
            r"share via.{0,20}|"
            r"click to share.{0,60}|copy link|link copied!?|print(?: this)?(?: article| page)?|"
            r"email|"
            r"e-mail|tweet|facebook|twitter|whatsapp|linkedin|telegram|reddit|pinterest|save|listen|"
            r"follow|follow us|subscribe|sign up|log ?in|bookmark|comments?|"
            r"शेयर करें|シェア|分享)[:.]?",
            r"(?:\d+ )?comments?(?:\s*\(\d+\)|\s*:?\s*\d*)",
            r"(?:leave|post|add|write) (?:a|your) (?:comment|reply).{0,40}",
            r"your email address will not be published.{0,80}",
            r"(?:loading|please wait)[.…]*",
            r"about the authors?:?",
        )
    ),
    re.IGNORECASE | re.DOTALL,
)
_DATE = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s*)?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?[ ./-])?[a-z]{3,9}+\.?[ ,]*+(?:\d{1,2}(?:st|nd|rd|th)?,?\s*)?"
    r"\d{4}[\s,|·•-]*(?:at\s*)?(?:\d{1,2}[:.]\d{2}.{0,20})?",
    re.IGNORECASE | re.DOTALL,
)
_CLOSING = re.compile(
    r".{0,120}(?:\bgetty images|/\s?getty|/\s?shutterstock|istockphoto)\)?\.?|"
    r".{0,40}continues? (?:below|after)(?: this)? (?:adverti[sz]ement|ad|the ad)s?\.?",
    re.IGNORECASE | re.DOTALL,
)
_OPENING = re.compile(
    rf"(?:{_ALSO_READ}){_MARK}.{{0,250}}"
    r"|a version of this article (?:first )?appear(?:s|ed) (?:in print|in the print) .{0,200}"
    "|(?:©|\\(c\\)\\s|copyright(?=\\s*(?:©|\\(c\\)|\\d{4}|:|notice))|all rights reserved).{0,300}"
    "|(?:disclaimer|editor['’]s note on sourcing|अस्वीकरण|डिस्क्लेमर|免責事項)\\s*[:：–—-].*"
    "|\\(?(?:with inputs from|this (?:story|article|report|copy) (?:has|was|is)"
    r"(?: been| not been)?)"
    r"\b.{0,80}(?:feed|agency|wire|syndicat|modif|edited|automat|auto-gen).{0,250}"
    "|chat with us\\b.{0,30}\\bmessenger\\b.{0,80}"
    r"|this (?:material|content|article|information|post|page|blog) (?:is|does|was|has)\b"
    r"(?!.*\b(?:said|says|told|argued|ruled|wrote|testified)\b).{0,60}"
    r"\b(?:not (?:intended|meant) (?:to|as)|for (?:general )?information(?:al)?(?: purposes)? only|"
    r"not constitute|not (?:legal|medical|financial|investment|tax|professional))\b"
    r".{0,60}\badvice\b.*",
    re.IGNORECASE | re.DOTALL,
)
_PROMPT = re.compile(
    r"\b(?:sign up|subscribe|newsletters?|in(?:to)? your inbox|follow us|join our|join us on|"
    r"download (?:the|our) .{0,30}app|whatsapp (?:channel|group)|telegram channel|"
    r"on google news|breaking news alerts|cookies? (?:policy|to (?:improve|ensure|enhance|give))|"
    r"(?:uses?|using) cookies|accept (?:all )?cookies|all rights reserved|privacy policy|"
    r"terms of (?:service|use)|turn on notifications|support our journalism|already a subscriber|"
    r"unlimited (?:digital )?access|free trial|cancel any ?time|"
    r"to continue reading|create (?:a free|an) account)\b",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:sign up|subscribe|get (?:the|our|all|your|more|breaking|unlimited|full|digital)|follow|"
    r"join|download|click|start your|unlock|"
    r"stay (?:up|tuned|informed|ahead)|for (?:more|the latest|all)|read (?:more|the latest)|"
    r"catch (?:all|up)|don['’]t miss|we use|this (?:site|website)|by (?:signing|clicking|continu|"
    r"subscri)|our newsletter|enter your|want (?:more|to)|like (?:this|what)|enjoy|check out|"
    r"support|already|to continue|you can unsubscribe|(?:please )?turn on|please|log in|"
    r"(?:our )?privacy|never miss|also,? follow|find us)",
    re.IGNORECASE,
)
# How what is looked for can begin, dates and credits aside; of each, up to twelve letters. Most
# lines begin otherwise, and need no pattern; a new one needs its beginning here.
_BEGINNINGS_LIST = """
a lire, a version, about the, actualizado, add a, add your, advert, agency, aktualisiert, all
rights, already, also, anzeige, article tags, auch interes, author, ayrica bkz, ayrica oku, baca,
bild, bookmark, by, catch all, catch up, categor, chat with us, check out, click, coment, comment,
compiled by, copy link, copyright, courtesy, cover, created, czytaj, di, do not miss, don't miss,
download, e-mail, edited by, editor, email, enjoy, enter your, etiquetas, explore more, facebook,
featured, file, find us, first, follow, fonte, footnote, for all, for more, for the late, foto,
fuente, get all, get breaking, get digital, get full, get more, get our, get the, get unlimit, get
your, illustration, image, in case you, input, join, keep reading, keyword, kommentare, label, last,
latest, le puede, lea ad, lea in, lea tam, leave a, leave your, lee ad, lee in, lee tam, leer ad,
leer in, leer tam, lees ook, leggi anche, leia mais, leia tamb, les mer, les ogs, lesen sie, like
this, like what, link copied, linkedin, lire aussi, listen, loading, log in, login, lue lis, mehr,
modified, more, most popular, most read, most viewed, mots cl, mots-cl, must listen, must read, must
see, must watch, never miss, news source, newsletter, next article, next post, next story,
originally, other articl, other news, other storie, our newslett, our privacy, par, photo, pic,
pinterest, please, popular, por, post a, post your, posted, previous, print, privacy, promoted,
przeczytaj, publi, puede, quelle, read, recommended, reddit, related, reported, representat,
response, saiba, save, schlagw, see also, share, sign up, similar arti, similar post, source,
sponsored, stand, start your, stay ahead, stay informe, stay tuned, stay up, subscri, support, sur
le m, symbolic, tag, te puede, telegram, temas, themen, this article, this blog, this content, this
copy, this informa, this materia, this page, this post, this report, this site, this story, this
website, to continue, top stories, topic, trending, turn on, tweet, twitter, unlock, up next,
updated, vedi anche, veja, ver ad, ver in, ver tam, via, video, von, want more, want to, watch, we
use, weitere, whatsapp, with agency, with input, write a, write your, written by, you can unsu, you
may, you might, your email, zobacz
"""
_BEGINNINGS: dict[str, tuple[str, ...]] = {}  # by their first two letters
for _beginning in " ".join(_BEGINNINGS_LIST.split()).split(", "):
    _BEGINNINGS[_beginning[:2]] = (*_BEGINNINGS.get(_beginning[:2], ()), _beginning)


@lru_cache(maxsize=512)
def is_boilerplate(line: str) -> bool:
    """Whether a whole line or paragraph says something about the page, not about the story."""
    if len(line) > 600:
        return False
    line = line.strip(" \t[]*•►▶→»|")
    if not (line[:1].isalnum() or any(map(str.isalnum, line))):
        return True
    if len(line) <= 160 and (_DATE.fullmatch(line) or _closes(line.lower())):
        return True
    return _may_begin(line) and bool(
        (len(line) <= 160 and _WHOLE.fullmatch(line))
        or _OPENING.fullmatch(line)
        or (len(line) <= 350 and _IMPERATIVE.match(line) and _PROMPT.search(line))
    )


def _may_begin(line: str) -> bool:
    beginning = line[:12].lower()
    if beginning[:1].isalpha() and beginning.isascii():
        return beginning.startswith(_BEGINNINGS.get(beginning[:2], ()))
    return beginning[:1].isalnum() or beginning[:1] in "(©"


def _closes(line: str) -> bool:
    # One of these is in all that the pattern finds, and they take next to no time to look for.
    may = "getty" in line or "continue" in line or "shutterstock" in line or "istockphoto" in line
    return may and _CLOSING.fullmatch(line) is not None


def without_boilerplate(text: str) -> str:
    """The lines of a block that are left."""
    if "\n" not in text:
        return "" if is_boilerplate(text) else text
    return "\n".join(line for line in text.split("\n") if not is_boilerplate(line))


_COMMENTS = (
    r"comments?(?: \(?\d+\)?)?|leave a (?:reply|comment)|join the (?:conversation|discussion)|"
    r"\d+ (?:comments|responses|replies|thoughts).{0,60}|responses|discussion|about the authors?|"
    r"kommentare|commentaires|comentarios|comentários|commenti"
)
_TAIL_LINE = re.compile(rf"(?:{_COMMENTS})\s*[:：]?", re.IGNORECASE)
_TAIL_HEADING = re.compile(
    rf"(?:{_COMMENTS}|(?:{_ALSO_READ}).{{0,40}}|share this.{{0,30}}|author|latest(?: \w+)?|more|"
    r"keep reading|read on|subscribe.{0,60}|sign up.{0,60}|newsletter.{0,40}|follow us.{0,40}|"
    r"footnotes?|trending.{0,30}|other (?:news|stories|articles).{0,20}|similar (?:posts|articles)|"
    r"popular(?: \w+)?|mehr|weitere (?:artikel|themen|nachrichten))\s*[:：]?",
    re.IGNORECASE,
)


def is_tail_heading(line: str) -> bool:
    """Whether a heading opens what follows an article: comments, related stories, the author."""
    return _is_tail(_TAIL_HEADING, line)


def is_tail_line(line: str) -> bool:
    """Whether a line that is no heading does so all the same: comments, the author."""
    return _is_tail(_TAIL_LINE, line)


def _is_tail(pattern: re.Pattern[str], line: str) -> bool:
    if len(line) > 80:
        return False
    line = line.strip()
    return _may_begin(line) and pattern.fullmatch(line) is not None
