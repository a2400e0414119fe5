"""Filters by what is known about an article rather than said in it."""

from urllib.parse import urlsplit

from monitor.model import Article
from monitor.rules.conditions import Meta


def meta_holds(node: Meta, article: Article) -> bool:
    """Whether a field of the article has one of the values; what is unknown has none."""
    values = [value.casefold() for value in node.values]
    known = [found.casefold() for found in meta_values(node.field, article)]
    return any(_fits(node.field, found, value) for found in known for value in values)


def meta_values(field: str, article: Article) -> tuple[str, ...]:
    """What the article has in a field of the language; empty if nothing is known."""
    if field == "author":
        return tuple(filter(None, article.authors))
    found: str | None = _host(article.url) if field == "source" else getattr(article, field)
    return (found,) if found else ()


def _fits(field: str, found: str, value: str) -> bool:
    match field:
        case "source":
            return found == value or found.endswith(f".{value}")
        case "lang":
            found, value = found.replace("_", "-"), value.replace("_", "-")
            return found == value or found.startswith(f"{value}-")
        case "author" | "section" | "url":
            return value in found
        case _:
            return found == value


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:  # brackets that hold no address
        return ""
