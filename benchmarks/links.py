"""How well links of articles are told from those of navigation, on pages that people have read.

    python benchmarks/links.py --data ../shared/data/extraction [--sets zyte,fundeval,fundus]

The address of each page is an article's, with the page's true title as the words of the link.
Against it stand the links of the same site in that page's nav, footer and header elements. Some of
these do lead to articles (a story teased in a menu), so that the share of "labels", links of one to
three words, is given, too. Where a link stands is not told to the judge: with it, none of these
would pass. Prints the shares that are taken for articles.
"""

import argparse
import json
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.model import LinkKind
from monitor.sources.links import Place, judge
from monitor.urls import canonical, is_web, looks_like_article, same_site

_AROUND = "nav a[href], footer a[href], header a[href], [role=navigation] a[href]"
_WITHIN = frozenset(("article", "main", "section"))
Links = dict[str, str]  # address → words


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True, help="folder of *.jsonl.xz")
    options.add_argument("--sets", default="zyte,fundeval,fundus,wcxb")
    chosen = options.parse_args()
    print(f"{'set':<10}{'by':<20}{'articles':>16}{'navigation':>18}{'labels':>18}")
    for name in chosen.sets.split(","):
        articles, navigation = harvest(pages(chosen.data / f"{name}.jsonl.xz"))
        labels = {url: words for url, words in navigation.items() if 1 <= len(words.split()) <= 3}
        for title, accepts in (("address", by_address), ("address and words", by_words)):
            shares = (share(accepts, links) for links in (articles, navigation, labels))
            print(f"{name:<10}{title:<20}" + "  ".join(shares))


def by_address(url: str, _: str) -> bool:
    """What the keys of articles go by."""
    return looks_like_article(url)


def by_words(url: str, words: str) -> bool:
    """What listings go by, but for where the link stands."""
    return judge(url, Place(title=words))[0] is LinkKind.ARTICLE


def share(accepts: Callable[[str, str], bool], links: Links) -> str:
    """``97.1 % of  239``."""
    accepted = sum(accepts(url, words) for url, words in links.items())
    return f"{100 * accepted / max(1, len(links)):6.1f} % of {len(links):>5}"


def pages(path: Path) -> Iterator[dict[str, Any]]:
    """The pages of a set."""
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def harvest(found: Iterator[dict[str, Any]]) -> tuple[Links, Links]:
    """The articles' links, and those around them."""
    articles: Links = {}
    around: Links = {}
    for page in found:
        url = page["url"]
        if not is_web(url):
            continue
        articles[url] = page.get("title") or "a headline of some six words"
        for node in LexborHTMLParser(page["html"]).css(_AROUND):
            there = target(node, url)
            if there and same_site(there, url) and canonical(there) != canonical(url):
                around[there] = " ".join(node.text().split())
    return articles, around


def target(node: LexborNode, base: str) -> str:
    """Where a link around the article leads; "" for one within it."""
    above = node.parent
    while above is not None:
        if above.tag in _WITHIN:
            return ""
        above = above.parent
    try:
        there = urljoin(base, (node.attributes.get("href") or "").strip())
    except ValueError:
        return ""
    return there if is_web(there) else ""


if __name__ == "__main__":
    main()
