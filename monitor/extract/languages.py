"""The language of a text, by its script, letters and commonest words; None if unsure.

For pages that declare no language, or one that their script rules out. The words are the commonest
function words of each language, without those that mean nothing by themselves across many.
"""

import re
from collections import Counter

_WORDS = re.compile(r"[^\W\d_]+")
_LOOKED_AT = 1_500  # characters
_ENOUGH = 60  # letters
_SCRIPTS = (  # first and last letter of a block; its language, or the script to look into
    ("\u0400", "\u052f", "cyrillic"), ("\u0600", "\u06ff", "arabic"), ("\u0370", "\u03ff", "el"),
    ("\u0590", "\u05ff", "he"), ("\u0900", "\u097f", "devanagari"), ("\u0980", "\u09ff", "bn"),
    ("\u0a00", "\u0a7f", "pa"), ("\u0a80", "\u0aff", "gu"), ("\u0b00", "\u0b7f", "or"),
    ("\u0b80", "\u0bff", "ta"), ("\u0c00", "\u0c7f", "te"), ("\u0c80", "\u0cff", "kn"),
    ("\u0d00", "\u0d7f", "ml"), ("\u0d80", "\u0dff", "si"), ("\u0e00", "\u0e7f", "th"),
    ("\u0e80", "\u0eff", "lo"), ("\u1000", "\u109f", "my"), ("\u1780", "\u17ff", "km"),
    ("\u10a0", "\u10ff", "ka"), ("\u0530", "\u058f", "hy"), ("\u1200", "\u137f", "am"),
    ("\uac00", "\ud7af", "ko"), ("\u3040", "\u30ff", "kana"), ("\u4e00", "\u9fff", "han"),
    ("\u1e00", "\u1eff", "latin"),
)  # fmt: skip
_SISTERS = {  # what a declaration knows better than a few words
    lang: group
    for group in ({"no", "nb", "nn", "da"}, {"hr", "sr", "bs", "sh", "sl"}, {"id", "ms"},
                  {"hi", "mr", "ne", "sa"}, {"ru", "mn", "kk", "ky", "tg", "tt", "bg"},
                  {"ar", "ps", "ku", "sd", "ug", "fa", "ur"}, {"nl", "af"}, {"cs", "sk"},
                  {"pt", "gl", "es", "ca"}, {"tr", "az", "uz", "tk"}, {"zh", "yu"},
                  {"he", "yi", "iw"}, {"bn", "as"}, {"am", "ti"})
    for lang in group
}  # fmt: skip
_MARKS = {  # letters that one language of a script has; the first found decides
    "cyrillic": (("ў", "be"), ("їєґі", "uk"), ("ќѓѕ", "mk"), ("љњћђ", "sr"), ("ыэ", "ru"),
                 ("ъ", "bg")),
    "arabic": (("ٹڈںے", "ur"), ("پچگژ", "fa"), ("ةىإأ", "ar")),
}  # fmt: skip
_MARATHI = re.compile(r"\b(?:आहे|आणि|होते|नाही|यांनी|करण्यात)(?=\s|$)|ळ")
_COMMON = """
en the and of to in that is was for with on as it by from at
de der die das und ist von mit den nicht ein eine auf für dem sich
fr le les des et est une dans pour que qui sur pas du au avec
es el los las que del una por con para se su como más fue
pt os que do da em um uma para com não por mais dos foi são
it il che di è per una del della con non sono gli nel alla
nl de het een van en dat niet met zijn voor op aan ook werd
sv och att det som är på av för inte med den ett har om till
da og det at er til på af som ikke med den har et for de
no og det som er på til av ikke med har den et for at fra
fi ja on ei että se oli joka mutta ovat myös kun hän sen sekä
is og að er sem um við ekki það því var hann frá hefur til
et ja on ei et see oli ka kui mis aga oma või selle tema
lv un ir ka ar par no arī uz kas tika bija lai tiek pēc
lt ir kad yra su bet tai iš apie buvo kaip taip dėl jis nuo
pl nie się na jest że do jak to oraz przez dla od tym był
cs se na je že to jako jsou by pro ale které také podle bude
sk sa na je že to ako sú pre ale ktoré tiež podľa bude aj
hu az és hogy nem egy is meg ez volt csak még már mint azt
ro și în de la cu pentru din care este nu mai sunt fost
hr je i u na se da su za od koji što nije će bi
sl je in na da se za so pa ki tudi ni bilo kot po
tr ve bir bu da için ile olarak daha çok olan gibi kadar sonra
az və bir bu üçün ilə də olan edib ki deyib görə sonra
id yang dan di untuk dengan dari ini tidak pada itu akan dalam
ms yang dan di untuk dengan dari ini tidak pada itu beliau telah
vi và của là các được cho không trong một những người với khi
sq të dhe në për me që është nga një si ka
ca els les que amb per una del més han són aquest aquesta ha
eu eta da ez dute izan du dira ere bat egin zuen
sw na ya wa kwa ni katika za la kuwa hiyo huo alisema
tl ang ng sa mga na ay ni at si para ito hindi
af die en het van nie is om te dat word vir sy hulle
"""
_LANGUAGES: dict[str, tuple[str, ...]] = {}
for _line in _COMMON.split("\n"):
    for _word in _line.split()[1:]:
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _line[:2])
_WORDS_OF: dict[str, frozenset[str]] = {
    line[:2]: frozenset(line.split()[1:]) for line in _COMMON.strip().split("\n")
}
_GLANCE = 600  # characters, which mostly settle that the declaration is true
_PLENTY = 0.14  # of their words; no other language can have so many more that it would be believed
_LEAST = 0.12  # of a text's words must be common ones of its language
_LEAD = 1.25  # over the next language


def lang_of(declared: str | None, text: str) -> str | None:
    """What the page declares, unless its text is plainly in another language; else what it is in.

    Templates are copied with their ``lang="en"``; the text is not.
    """
    if declared and _is_plainly(declared[:2].lower(), text):
        return declared
    found = language_of(text, lead=2 * _LEAD if declared else _LEAD)
    if declared is None or found is None:
        return declared or found
    base = declared[:2].lower()
    return declared if base == found or {base, found} <= _SISTERS.get(base, set()) else found


def _is_plainly(lang: str, text: str) -> bool:
    words = text[:_GLANCE].lower().split()
    common = sum(map(_WORDS_OF.get(lang, frozenset()).__contains__, words))
    return len(text) >= _GLANCE and common >= _PLENTY * len(words)


def language_of(text: str, lead: float = _LEAD) -> str | None:
    """BCP 47 language of a text of some sentences; None for a short or a mixed one.

    ``lead``: how many times more common words the language must have than the next.
    """
    text = text[:_LOOKED_AT].lower()
    scripts: Counter[str] = Counter()
    for letter, number in Counter(text).items():
        if letter.isalpha():
            scripts[_script(letter)] += number
    if scripts.total() < _ENOUGH:
        return None
    script, number = scripts.most_common(1)[0]
    if scripts["kana"] > 0.05 * scripts.total():
        return "ja"
    return _within(script, text, lead) if number >= 0.7 * scripts.total() else None


def _script(letter: str) -> str:
    if letter <= "\u024f":
        return "latin"
    return next((name for a, z, name in _SCRIPTS if a <= letter <= z), "other")


def _within(script: str, text: str, lead: float) -> str | None:
    """The language among those of a script."""
    if script in _MARKS:
        letters = frozenset(text)
        return next((lang for marks, lang in _MARKS[script] if letters & set(marks)), None)
    if script == "devanagari":
        return "mr" if len(_MARATHI.findall(text)) >= 3 else "hi"
    if script == "latin":
        return _by_words(text, lead)
    return {"han": "zh", "kana": "ja", "other": None}.get(script, script)


def _by_words(text: str, lead: float) -> str | None:
    words = _WORDS.findall(text)
    votes = Counter(lang for word in words for lang in _LANGUAGES.get(word, ()))
    (first, most), *others = [*votes.most_common(2), ("", 0)]
    second = others[0][1] if len(votes) > 1 else 0
    sure = most >= max(4, _LEAST * len(words)) and most >= lead * second
    return first if sure else None
