"""``monitor sources``: what is polled, and what a source gives."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import groupby
from typing import Annotated, Any

import typer

from monitor.app.clock import now
from monitor.app.files import beside, read_config
from monitor.cli.output import (
    DEFAULT_CONFIG,
    ConfigOption,
    config_or_defaults,
    count,
    err,
    errors_for_people,
    out,
    shown,
)
from monitor.cli.reading import read_input
from monitor.config import Config
from monitor.extract.explanation import repeated_by
from monitor.model import Document, LinkKind, LivePage, Response, Source, SourceKind, SourceState
from monitor.pipeline import read_source
from monitor.render import age
from monitor.sources.listings import judged_links
from monitor.store import read_store

app = typer.Typer(help="See what is polled, and what a source gives.", no_args_is_help=True)

_MOST_LIVE = 1000  # live blogs are told of

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_(
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    repeated: Annotated[
        bool, typer.Option("--repeated", help="List the paragraphs that outlets repeat instead.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the configured sources with their last poll, next poll, last error and live blogs.

    With `--repeated` instead what their outlets print under unrelated headlines, and what is left
    out of their articles since.

    Examples:

    - `monitor sources list`
    - `monitor sources list -c config.toml --json`
    - `monitor sources list --repeated`
    """
    with errors_for_people():
        found = read_config(config)
        if repeated:
            _print_repeated(found, as_json=as_json)
            return
        path = beside(found, found.store.path)
        states: dict[str, SourceState] = {}
        live: Sequence[LivePage] = ()
        if path.exists():
            store = read_store(path)
            states = {state.source: state for state in store.states()}
            live = store.live_pages(None, _MOST_LIVE)
            store.close()
    rows = [
        (source, states.get(source.id), [page for page in live if page.source == source.id])
        for source in found.sources()
    ]
    if as_json:
        out.print_json(json.dumps([_row(*row) for row in rows], default=iso))
        return
    width = max((len(source.id) for source, *_ in rows), default=0)
    for source, state, pages in rows:
        for line in (*_lines(source, state, width), *_followed(pages, width)):
            out.print(line, markup=False)


def _row(source: Source, state: SourceState | None, live: Sequence[LivePage]) -> dict[str, Any]:
    followed = [asdict(page) for page in live]
    return asdict(source) | {"state": asdict(state) if state else None, "live": followed}


def _lines(source: Source, state: SourceState | None, width: int) -> Iterator[str]:
    """A source on one line, and what is wrong with it on another."""
    head = f"{source.id:<{width}}  {source.kind:<7}  every {_short(source.every):<4}"
    if state is None or state.polled_at is None:
        yield f"{head}  not polled yet"
        return
    moment = now()
    polled = f"polled {age(state.polled_at, moment)}"
    if state.stopped:
        yield f"{head}  {polled}, never again: {state.stopped}"
        return
    late = state.next_poll_at <= moment
    due = "next when monitor runs" if late else f"next in {_short(state.next_poll_at - moment)}"
    health = f"failing ({state.failures} in a row)" if state.failures else "fine"
    yield f"{head}  {polled}, {due}  {health}"
    if state.drift:
        yield f"{'':<{width}}  {state.drift}"
    if state.error:
        yield f"{'':<{width}}  {state.error}"


def _followed(live: Sequence[LivePage], width: int) -> Iterator[str]:
    """The live blogs that a source led to, as long as they are read again."""
    for page in live:
        found = age(page.opened_at, now())
        yield f"{'':<{width}}  follows “{page.title}”, found {found}: {page.url}"


def _short(span: timedelta) -> str:
    """``45s``, ``5m``, ``1.5h``, ``2d``."""
    seconds = span.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{round(seconds / size, 1):g}{unit}"
    return f"{round(seconds, 1):g}s"


@app.command()
def read(
    place: Annotated[str, typer.Argument(metavar="URL|FILE", help="What to read.")],
    config: ConfigOption = DEFAULT_CONFIG,
    *,
    kind: Annotated[
        SourceKind, typer.Option(help="Read it as a feed, or as a page that lists articles.")
    ] = SourceKind.FEED,
    selector: Annotated[
        str | None, typer.Option(help="Listing: CSS selector of the links to articles.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="The address a FILE was saved from.")] = None,
    content_type: Annotated[
        str | None, typer.Option(help="The Content-Type a FILE was served with.")
    ] = None,
    links: Annotated[
        bool, typer.Option("--links", help="Listing: print each link, what it is taken for, why.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read a feed or a listing page as a poll would, and print its entries. Nothing is stored.

    Examples:

    - `monitor sources read https://www.example.org/rss.xml`
    - `monitor sources read https://www.example.org/business --kind listing --selector "h2 a"`
    - `monitor sources read https://www.example.org/business --kind listing --links`
    - `monitor sources read saved.xml --url https://www.example.org/rss.xml --json`
    """
    if kind is SourceKind.FEED:
        _refuse({"--links": links, "--selector": selector})
    with errors_for_people():
        found = config_or_defaults(config)
        response = asyncio.run(read_input(place, found, url=url, content_type=content_type))
        if links and selector is None:
            document = _judged(response)
        else:
            every = found.polling.every
            source = Source(
                id="-", kind=kind, url=response.url, outlet="", every=every, selector=selector
            )
            document = read_source(source, response)
    if links and not as_json:
        _print_links(document)
    elif as_json:
        out.print_json(json.dumps(asdict(document), default=iso))
    else:
        _print(document)


def _refuse(for_listings: dict[str, object]) -> None:
    """Raise for an option that says nothing of a feed."""
    for name, given in for_listings.items():
        if given:
            raise typer.BadParameter("is for listings: add --kind listing", param_hint=name)


def _judged(response: Response) -> Document:
    """All links of a page, also where none of them is an article's."""
    judged = judged_links(response.body, response.final_url, response.content_type)
    return Document(kind="listing", title="", entries=(), links=judged)


def _print_links(document: Document) -> None:
    """Articles first, each kind in the order of the page."""
    for kind in LinkKind:
        found = [link for link in document.links if link.kind is kind]
        out.print(f"{kind}: {count(len(found), 'link')}", style="bold", markup=False)
        for link in found:
            out.print(f"{link.score:5.1f}  {shown(link.title) or '(no words)'}", markup=False)
            out.print(f"       {link.url}", markup=False)
            if link.clues:
                out.print(f"       {'; '.join(link.clues)}", style="dim", markup=False)


def _print_repeated(config: Config, *, as_json: bool) -> None:
    store = read_store(beside(config, config.store.path))
    try:
        passages = store.all_recurring(now())
    finally:
        store.close()
    if as_json:
        rows = [{"host": place} | asdict(passage) for place, passage in passages]
        out.print_json(json.dumps(rows, default=iso))
        return
    for place, group in groupby(passages, key=lambda row: row[0]):
        out.print(place, style="bold", markup=False)
        for _, passage in group:
            out.print(f"  “{shown(passage.opening)}”: {repeated_by(passage)}", markup=False)
    if not passages:
        out.print("No outlet is known to repeat anything yet.")


def _print(document: Document) -> None:
    moment = now()
    entries = count(len(document.entries), "entry")
    title = shown(document.title) or "(no title)"
    out.print(f"{title} ({document.kind}, {entries})", style="bold", markup=False)
    for entry in document.entries:
        when = f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else "undated"
        late = " (in the future)" if entry.published and entry.published > moment else ""
        out.print(f"{when}{late}  {shown(entry.title)}\n    {entry.url}", markup=False)
    for problem in document.problems:
        err.print(f"note: {problem}", style="yellow", markup=False)


def iso(value: object) -> str:
    """A value as JSON shows it: times in ISO 8601, spans in seconds."""
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}"
    return value.isoformat() if isinstance(value, datetime) else str(value)
