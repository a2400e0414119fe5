"""``monitor extract``, ``monitor why`` and ``monitor search``: one article, or the archive."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from monitor.app.advice import advised, advisers
from monitor.app.clock import now
from monitor.app.files import beside, read_config
from monitor.app.workers import Workers
from monitor.cli.archive import history_of, open_archive
from monitor.cli.explanation import MATCHED_INSTEAD, explained
from monitor.cli.history import tell
from monitor.cli.output import (
    DEFAULT_CONFIG,
    ConfigOption,
    config_or_defaults,
    err,
    errors_for_people,
    out,
    shown,
)
from monitor.cli.reading import read_input
from monitor.cli.sources import JsonOption, iso
from monitor.config import Config
from monitor.errors import ConfigError, ConfigProblem, StoreError
from monitor.extract.explanation import Explanation, explain_page
from monitor.model import Guidance, Page, Recurring, Response
from monitor.pipeline import why_feed
from monitor.store import read_store
from monitor.urls import host


def extract(
    place: Annotated[str, typer.Argument(metavar="URL|FILE", help="The page to read.")],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    url: Annotated[str | None, typer.Option(help="The address a FILE was saved from.")] = None,
    content_type: Annotated[
        str | None, typer.Option(help="The Content-Type a FILE was served with.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print every block, its score, and why it was kept.")
    ] = False,
    source: Annotated[
        str | None, typer.Option(help="Read it with the selectors of this configured source.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read the article of a page as the monitor would: title, date, authors and text.

    What its outlet is known to repeat is left out, where the database of the configuration is
    there.

    Examples:

    - `monitor extract https://www.example.org/2026/11/22/story`
    - `monitor extract saved.html --url https://www.example.org/story --json`
    - `monitor extract https://www.example.org/2026/11/22/story --explain`
    - `monitor extract https://www.example.org/2026/11/22/story --source example`
    """
    with errors_for_people():
        found = config_or_defaults(config)
        response = asyncio.run(read_input(place, found, url=url, content_type=content_type))
        repeated = _repeated(found, response.final_url)
        guidance = _guidance(found, source)
        if source is None:
            _point_to_selectors(found, response.final_url)
        explanation = asyncio.run(_explained(found, response, guidance, repeated))
        if found.extract.trafilatura:
            explanation = asyncio.run(_advised(found, response, explanation))
    page = explanation.page
    if as_json and explain:
        out.print_json(json.dumps(asdict(explanation) | {"page": _row(page)}, default=iso))
    elif as_json:
        out.print_json(json.dumps(_row(page), default=iso))
    elif explain:
        for line in explained(explanation):
            out.print(line)
    else:
        _print(page)


async def _explained(
    config: Config, response: Response, guidance: Guidance, repeated: Sequence[Recurring]
) -> Explanation:
    """Read a page in a worker: a hostile one may take no longer here than while monitor runs."""
    async with Workers(1, config.polling.parse_timeout) as workers:
        return await workers.run(
            explain_page,
            response.body,
            response.final_url,
            response.content_type,
            guidance,
            repeated,
        )


async def _advised(config: Config, response: Response, explanation: Explanation) -> Explanation:
    """With a second opinion where the page needs one; says so if that fails."""
    own = explanation.page
    async with advisers(1, config.polling.parse_timeout) as workers:
        page, failure = await advised(own, response, workers)
    if failure:
        note = f"note: no second opinion, this is our own reading: {failure}"
        err.print(shown(note), style="yellow", markup=False)
    if page.text == own.text:
        return replace(explanation, page=page)
    note = "the text is that of the second opinion; the blocks are our own reading"
    return replace(explanation, page=page, note=note)


def _guidance(config: Config, source: str | None) -> Guidance:
    """What the configuration says of a page; raises ConfigError for a source that it has not."""
    sources = {each.id: each for each in config.sources()}
    if source is not None and source not in sources:
        known = ", ".join(sources) or "none"
        problem = ConfigProblem("--source", f"{source!r} is not configured; there are: {known}")
        raise ConfigError(config.path, (problem,))
    selectors = sources[source].selectors if source is not None else None
    return Guidance(selectors=selectors)


def _point_to_selectors(config: Config, url: str) -> None:
    """Say of a page that monitor would read with selectors, if a source of its site lists it."""
    site = host(url)
    for source in config.sources():
        if source.selectors and site and host(source.url) == site:
            words = f"note: source {source.id} has selectors for its pages; --source {source.id}"
            err.print(f"{words} reads this one with them", style="yellow", markup=False)


def _row(page: Page) -> dict[str, Any]:
    """A page without what only the monitor's memory is for."""
    row = asdict(page)
    del row["passages"]
    return row


def _repeated(config: Config, url: str) -> Sequence[Recurring]:
    """What the running monitor knows of the page's site; a page can be read without it."""
    path = beside(config, config.store.path)
    if not (config.extract.learn_boilerplate and path.exists()):
        return ()
    try:
        store = read_store(path)
        try:
            return store.recurring(host(url), now())
        finally:
            store.close()
    except StoreError as error:
        err.print(f"note: what the outlet repeats is not known: {error}", style="yellow")
        return ()


def _print(page: Page) -> None:
    _say(page.title or "(no title)", style="bold")
    facts = {
        "kind": page.kind,
        "confidence": f"{page.confidence:.2f}",
        "published": page.published,
        "authors": ", ".join(page.authors),
        "section": page.section,
        "language": page.lang,
        "canonical": page.canonical_url,
    }
    for name, value in facts.items():
        if value:
            _say(f"{name}: {value}", style="dim")
    if page.unmatched:
        _say(f"selectors that name nothing: {', '.join(page.unmatched)}", style="yellow")
    if page.kind in MATCHED_INSTEAD:
        _say(f"{why_feed(page)}: {MATCHED_INSTEAD[page.kind]}", style="yellow")
    for paragraph in (page.standfirst, *page.text.splitlines()):
        if paragraph:
            _say(f"\n{paragraph}")
    for update in page.updates:
        when = f"{update.published:%Y-%m-%d %H:%M}  " if update.published else ""
        head = update.title or f"{update.text[:80]}…"
        _say(f"\nupdate #{update.anchor}: {when}{head}", style="dim")


def _say(text: str, style: str | None = None) -> None:
    """Print words of a page: without controls, by which it could take over the terminal."""
    out.print(shown(text), style=style, markup=False)


def why(
    url: Annotated[str, typer.Argument(help="The address of an article.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say everything that became of an article: listed, read, matched, folded, told, or why not.

    Works while the monitor runs. Any form of the address will do (with tracking, AMP, mobile).

    Example:

    - `monitor why https://www.example.org/2026/11/22/story`
    """
    with errors_for_people():
        found = read_config(config)
        with open_archive(found) as store:
            history = history_of(store, url)
    _say(tell(url, history))
    if not (history.entries or history.article or history.failure):
        raise typer.Exit(1)


def search(
    words: Annotated[list[str], typer.Argument(help="Words that must all occur.")],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at the most.")] = 20,
) -> None:
    """Search the archive of everything that was read.

    Example:

    - `monitor search OpenAI India`
    """
    with errors_for_people():
        found = read_config(config)
        store = read_store(beside(found, found.store.path))
        try:
            articles = store.search(" ".join(words), limit)
        finally:
            store.close()
    for stored in articles:
        article = stored.article
        out.print(
            f"{stored.read_at:%Y-%m-%d %H:%M}  {shown(article.title)}", style="bold", markup=False
        )
        _say(f"    {article.outlet} · {article.url}")
    if not articles:
        out.print("Nothing in the archive holds all of these words.")
