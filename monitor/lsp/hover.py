"""What a place of a rule file means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.lsp import glossary
from monitor.lsp.glossary import Definition
from monitor.lsp.meanings import FIELDS, OPERATORS, SIGNS, shown
from monitor.lsp.outline import Kind, Piece, piece_at, read_text
from monitor.rules.codes import CODES
from monitor.rules.lexemes import Kind as Lexical
from monitor.rules.lexemes import Lexeme, lex

_WORDS = {
    Lexical.AND: "AND",
    Lexical.OR: "OR",
    Lexical.COMMA: "OF",
    Lexical.NOT: "NOT",
    Lexical.NEAR: "NEAR",
    Lexical.BEFORE: "BEFORE",
    Lexical.NOT_NEAR: "NOT NEAR",
    Lexical.EXCEPT: "EXCEPT",
    Lexical.COUNT: "count",
    Lexical.COMPARE: "count",
    Lexical.OF: "OF",
}
_CONDITIONS = frozenset({"names", "weak", "context", "except"})
_NAMED = (Lexical.ENTITY, Lexical.FRAGMENT)


@dataclass(frozen=True, slots=True)
class Recent:
    """What the archive tells of the last days, in words; empty if there is none."""

    of_entity: Callable[[str], str] = lambda slug: ""
    of_rule: Callable[[str], str] = lambda rule: ""


@dataclass(frozen=True, slots=True)
class Hover:
    """What to show, as Markdown, about the place from ``start`` to ``end``."""

    text: str
    start: int
    end: int


def hover(
    path: str, source: str, offset: int, files: Mapping[str, str], recent: Recent
) -> Hover | None:
    """What stands at an offset, in words; None if there is nothing to say."""
    piece = piece_at(source, offset)
    if piece is None:
        return None
    text = None
    if piece.kind in (Kind.KEY, Kind.HEADER):
        text = _key(piece, files, recent)
    elif piece.kind is Kind.TEXT and _holds_condition(piece):
        return _in_query(path, source, offset, piece, files, recent)
    elif piece.kind is Kind.TEXT:
        text = _value(piece, read_text(source, piece).value, files, recent)
    return Hover(text, piece.start, piece.end) if text else None


def definition(path: str, source: str, offset: int, files: Mapping[str, str]) -> Definition | None:
    """Where the entity, fragment or rule that is named at an offset is defined."""
    piece = piece_at(source, offset)
    if piece is None or piece.kind is not Kind.TEXT:
        return None
    if glossary.names_rules(piece.path):
        return glossary.rules(files).get(read_text(source, piece).value)
    lexeme = _lexeme(source, offset, piece) if _holds_condition(piece) else None
    if lexeme is None or lexeme.kind not in _NAMED:
        return None
    if lexeme.kind is Lexical.ENTITY:
        return glossary.entities(files).get(lexeme.text)
    return glossary.fragments(path, source).get(lexeme.text)


def _holds_condition(piece: Piece) -> bool:
    named = len(piece.path) == 3 and piece.path[0] == "entity" and piece.path[2] in _CONDITIONS
    return named or glossary.is_query(piece.path)


def _lexeme(source: str, offset: int, piece: Piece) -> Lexeme | None:
    """The lexeme of a query that an offset lies in, or else that ends there."""
    if not piece.inner[0] <= offset <= piece.inner[1]:
        return None
    text = read_text(source, piece)
    at = text.index(offset)
    touching = [one for one in lex(text.value).lexemes if one.at[0] <= at <= one.at[1]]
    return touching[-1] if touching else None


def _in_query(
    path: str, source: str, offset: int, piece: Piece, files: Mapping[str, str], recent: Recent
) -> Hover | None:
    lexeme = _lexeme(source, offset, piece)
    if lexeme is None:
        return None
    text = read_text(source, piece)
    if lexeme.kind is Lexical.ENTITY:
        shows = _entity(glossary.entities(files).get(lexeme.text), recent)
    elif lexeme.kind is Lexical.FRAGMENT:
        shows = _fragment(glossary.fragments(path, source).get(lexeme.text))
    else:
        shows = _meaning(lexeme)
    start, end = (text.offsets[at] for at in lexeme.at)
    return Hover(shows, start, end) if shows else None


def _meaning(lexeme: Lexeme) -> str:
    """What an operator, field or sign means."""
    if lexeme.kind is Lexical.FIELD:
        name = lexeme.text.casefold().partition("/")[0]
        return f"**{name}:** {shown(FIELDS[name])}" if name in FIELDS else ""
    if lexeme.kind in _WORDS:
        name = _WORDS[lexeme.kind]
        return f"**{name}** {shown(OPERATORS[name])}"
    if lexeme.kind is Lexical.EQUALS:
        return f"`=` {SIGNS['=']}"
    if lexeme.kind in (Lexical.WORD, Lexical.PHRASE):
        return "\n\n".join(f"`{s}` {SIGNS[s]}" for s in "~*?" if s in lexeme.text)
    return ""


def _entity(entity: Definition | None, recent: Recent) -> str:
    if entity is None:
        return ""
    lines = [f"**{entity.first('label') or entity.name}** `@{entity.name}`"]
    for key, what in (("names", "names"), ("weak", "weak names"), ("except", "not in")):
        if entity.texts.get(key):
            lines.append(f"{what}: {', '.join(entity.texts[key])}")
    item = entity.first("wikidata")
    if item:
        lines.append(f"Wikidata [{item}](https://www.wikidata.org/wiki/{item})")
    return "\n\n".join([*lines, *filter(None, [recent.of_entity(entity.name)])])


def _fragment(fragment: Definition | None) -> str:
    if fragment is None:
        return ""
    return f"**${fragment.name}**\n\n```\n{fragment.first('query').strip()}\n```"


def _key(piece: Piece, files: Mapping[str, str], recent: Recent) -> str:
    """What a key or table is for; of an entity's header, the entity."""
    if len(piece.path) == 2 and piece.path[0] == "entity" and piece.kind is Kind.HEADER:
        return _entity(glossary.entities(files).get(piece.path[1]), recent)
    key = glossary.key_at(piece.path)
    if key is None:
        return ""
    default = f" Default: `{key.default}`." if key.default is not None else ""
    choices = f" One of: {', '.join(key.choices)}." if key.choices else ""
    return f"**{'.'.join(piece.path)}** ({key.kind})\n\n{key.about}{choices}{default}"


def _value(piece: Piece, value: str, files: Mapping[str, str], recent: Recent) -> str:
    if piece.path == ("rule", "id") or glossary.names_rules(piece.path):
        rule = glossary.rules(files).get(value)
        title = f"**{rule.first('title') or value}**" if rule else ""
        return "\n\n".join(filter(None, [title, recent.of_rule(value) if rule else ""]))
    if piece.path[-1:] == ("allow",):
        return f"**{value}** {CODES[value]}" if value in CODES else ""
    key = glossary.key_at(piece.path)
    return key.about if key is not None and key.choices else ""
