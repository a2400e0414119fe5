"""Words that mislead, in small reviewed lists. All are folded (lower case, no accents)."""

from monitor.text import fold_word


def _words(*lines: str) -> frozenset[str]:
    return frozenset(fold_word(word) for line in lines for word in line.split())


STOP_WORDS = _words(
    # English
    "a about after all also an and any are as at be been but by can could did do does for from",
    "had has have he her him his how if in into is it its just me more most my new no not now of",
    "on one only or other our out over said she should so some such than that the their them",
    "then there these they this those to too up us very was we were what when where which who",
    "why will with would you your",
    # German, French, Spanish, Italian, Portuguese, but for those that are English words
    "aber als auch auf aus bei das dass dem der des ein eine einem einen einer fur ist mit nach",
    "nicht noch oder sich sie sind und von vor wie zu zum zur au aux avec ce ces cette dans de du",
    "elle en est et il ils la le les leur mais ne ou par pas que qui sa se ses sont un une al del",
    "el ella es esta las lo los pero por su sus una y che di gli il non piu sono da dos em na nao",
    "nos os um uma",
    # Hindi
    "और का की के को है हैं में से पर ने यह वह था थे थी भी कि एक",
)

ACRONYMS = _words(
    "able act aids aim app arm bat cap care cat cop cope dell era fed fit gap hero ice idea iron",
    "isle it lead map mars mast nice oil pace pan path pit rat safe sap sec smart star start stem",
    "sun swift tar tea tip top us war who win wish",
)
"""Acronyms that are also words: whoever writes them in capitals means the acronym."""

AMBIGUOUS_BRANDS = _words(
    "alphabet amazon apple arm asana block box canon caterpillar chase chevron citizen coach dash",
    "discover dish dove eclipse gap general grab indeed jaguar kite lush match meta micron mint",
    "monday monster nationwide nest next omega oracle orange palm pandora progressive prudential",
    "puma quest ring rocket shell signal slack snap snowflake spring sprint square staples stripe",
    "sun target tide twist unity vanguard visa wave wise wish workday zoom",
)
"""Companies whose names are everyday words, or the names of other well-known things."""

INFLECTED = _words(
    "acquire acquisition allegation alliance announce appeal approve arrest attack auction",
    "audit ban bank bankrupt bid blackout bomb bond border boycott breach bribe budget cancel",
    "cartel case charge claim collapse company complain contract convict court crash crime cut",
    "cyberattack deal debt default delay deport dismiss dispute divest drone earthquake",
    "election embargo emission evict export factory fine fire flood forecast fraud hack hire",
    "hospital import indict inspect invest investigate job kill launch law lawsuit lawyer",
    "layoff leak lend lender licence license loan loss market merge merger mine minister",
    "mortgage outage outbreak partner patent pay penalty pension pipeline plaintiff police port",
    "price prison probe product profit prosecute protest raid rate recall refugee regulate",
    "regulator reject resign restructure retire riot sanction scandal school sell sentence",
    "settle share shop shortage smuggle spy startup steal strike student subsidy sue suspend",
    "takeover tariff tax test threat trade trial union vaccine verdict vote wage warn weapon",
    "win worker",
)
"""Words whose inflected forms are wanted where somebody writes them with a ``*``."""

OTHER_SCRIPTS = {
    **dict.fromkeys(("ar", "fa", "ur", "ps"), "Arabic"),
    **dict.fromkeys(("hi", "mr", "ne"), "Devanagari"),
    **dict.fromkeys(("ru", "uk", "bg", "be", "kk", "mk", "mn"), "Cyrillic"),
    "bn": "Bengali",
    "gu": "Gujarati",
    "pa": "Gurmukhi",
    "ta": "Tamil",
    "te": "Telugu",
    "kn": "Kannada",
    "ml": "Malayalam",
    "si": "Sinhala",
    "or": "Odia",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
    "th": "Thai",
    "lo": "Lao",
    "km": "Khmer",
    "my": "Burmese",
    "el": "Greek",
    "he": "Hebrew",
    "ka": "Georgian",
    "hy": "Armenian",
}
"""Languages that are not written in Latin letters, with their scripts."""

STEMMED_SCRIPTS = frozenset(["LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "TAMIL"])
PREFIX_STRIPPED = {"DEVANAGARI": "Hindi", "ARABIC": "Arabic"}
"""Scripts, as Unicode names letters; of the latter's stems the beginning may be cut off, too."""

PREFIX_STRIPPED_LANGUAGES = frozenset(["hi", "ar"])
