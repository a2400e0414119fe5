"""Values of metadata fields: languages, countries, sites."""

import re

from monitor.rules.conditions import Meta
from monitor.rules.dialects.syntax import At

_LANGUAGES = {
    code: name
    for name, codes in {
        "ar": "arabic ara", "bn": "bengali ben", "cs": "czech ces cze", "da": "danish dan",
        "de": "german deu ger", "el": "greek ell gre", "en": "english eng", "es": "spanish spa",
        "fi": "finnish fin", "fr": "french fra fre", "gu": "gujarati guj", "he": "hebrew heb",
        "hi": "hindi hin", "hu": "hungarian hun", "id": "indonesian ind", "it": "italian ita",
        "ja": "japanese jpn", "kn": "kannada kan", "ko": "korean kor", "ml": "malayalam mal",
        "mr": "marathi mar", "nl": "dutch nld dut", "no": "norwegian nor", "pa": "punjabi pan",
        "pl": "polish pol", "pt": "portuguese por", "ro": "romanian ron rum", "ru": "russian rus",
        "sv": "swedish swe", "ta": "tamil tam", "te": "telugu tel",
        "th": "thai tha", "vi": "vietnamese vie",  # codespell:ignore tha,vie
        "tr": "turkish tur", "uk": "ukrainian ukr", "ur": "urdu urd",
        "zh": "chinese zho chi",
    }.items()
    for code in codes.split()
}  # fmt: skip
_COUNTRIES = {
    name: code
    for code, names in {
        "AE": "are|uae|united arab emirates", "AU": "aus|australia", "BD": "bgd|bangladesh",
        "BR": "bra|brazil", "CA": "can|canada", "CH": "che|switzerland", "CN": "chn|china",
        "DE": "deu|germany", "ES": "esp|spain", "FR": "fra|france", "GB": "gbr|uk|united kingdom",
        "ID": "idn|indonesia", "IE": "irl|ireland", "IN": "ind|india", "IT": "ita|italy",
        "JP": "jpn|japan", "KR": "kor|south korea", "LK": "lka|sri lanka", "MX": "mex|mexico",
        "MY": "mys|malaysia", "NL": "nld|netherlands", "NP": "npl|nepal", "NZ": "nzl|new zealand",
        "PK": "pak|pakistan", "RU": "rus|russia", "SA": "sau|saudi arabia", "SE": "swe|sweden",
        "SG": "sgp|singapore", "TR": "tur|turkey", "US": "usa|united states",
        "ZA": "zaf|south africa",
    }.items()
    for name in names.split("|")
}  # fmt: skip


def meta(field: str, text: str, at: At) -> Meta | None:
    """The filter for one value; None if it is none that we know."""
    value = " ".join(re.sub(r"''+", "'", text.replace('"', " ")).split())
    match field:
        case "lang":
            code = value.casefold() if len(value) == 2 else _LANGUAGES.get(value.casefold())
        case "country":
            named = _COUNTRIES.get(value.casefold())
            code = named or (value.upper() if len(value) == 2 else None)
        case "source":
            return _source(value, at)
        case _:
            code = value
    if not code or not any(map(str.isalnum, code)):
        return None
    return Meta(field, (code,), at)


def _source(value: str, at: At) -> Meta | None:
    host = re.sub(r"^\w+://|^www\.|^\*?\.", "", value.casefold()).rstrip("/")
    if "/" in host:
        return Meta("url", (host,), at)
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*", host):
        return Meta("source", (host,), at)
    return Meta("outlet", (value,), at) if any(map(str.isalnum, value)) else None
