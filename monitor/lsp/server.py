"""The language server: the protocol in, answers of the pure rooms out."""

import asyncio
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from monitor import __version__
from monitor.lsp import wire
from monitor.lsp.archive import Archive
from monitor.lsp.completion import Surroundings, complete
from monitor.lsp.fixes import fixes, trimmed
from monitor.lsp.hover import Recent, definition, hover
from monitor.lsp.positions import Positions
from monitor.lsp.session import Session
from monitor.rules import Problem, load
from monitor.rules.entities import Entities, holds_entities, read_entities
from monitor.rules.rewriting import format_file
from monitor.rules.rulefile import RuleFile

QUIET = 0.2  # seconds without a change before the rules are checked


@dataclass(slots=True)
class Checked:
    """What the last check of a file's place found, and in which texts."""

    files: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)


class RuleServer(LanguageServer):
    """Serves one editor. ``now`` is asked for the time when rules are linted or counted."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        # Whole texts: pygls takes U+2028 and its like for line ends when it applies changes.
        kind = types.TextDocumentSyncKind.Full
        super().__init__("monitor-rules", __version__, text_document_sync_kind=kind)
        self.session = session
        self.now = now
        self.uris: dict[str, str] = {}
        self.checked: dict[str, Checked] = {}
        self.shown: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._latest: dict[str, Future[Checked]] = {}

    @property
    def encoding(self) -> str:
        """What the editor counts characters in."""
        return str(getattr(self.workspace.position_encoding, "value", "utf-16"))

    def path(self, uri: str) -> str:
        """The path of a file, or its address if it is none."""
        path = to_fs_path(uri)
        return uri if path is None else path

    def uri(self, path: str) -> str:
        """A path's address, as the editor wrote it if it did."""
        return self.uris.get(path) or from_fs_path(path) or path

    def text(self, path: str) -> str:
        """The text of an open file."""
        return self.session.texts.get(path, "")

    def positions(self, source: str) -> Positions:
        """Offsets and positions of a text."""
        return Positions(source, self.encoding)

    def look(self, position: types.TextDocumentPositionParams | Any) -> tuple[str, str, int]:
        """Path, text and offset that a request is about."""
        path = self.path(position.text_document.uri)
        source, at = self.text(path), position.position
        return path, source, self.positions(source).offset(at.line, at.character)

    def span(self, source: str, start: int, end: int) -> types.Range:
        """The range of two offsets."""
        return wire.span(self.positions(source), start, end)

    # --- checking
    def take(self, uri: str, text: str, wait: float = QUIET) -> None:
        """Take a text and check it once nothing has changed for a while."""
        path = self.path(uri)
        self.uris[path] = uri
        self.session.open(path, text)
        self.check_soon(path, wait)

    def check_soon(self, path: str, wait: float = QUIET) -> None:
        """Check the place of a file, unless it changes before."""
        if path in self._timers:
            self._timers[path].cancel()
        loop = asyncio.get_running_loop()
        self._timers[path] = loop.call_later(wait, self._check, loop, path)

    def _check(self, loop: asyncio.AbstractEventLoop, path: str) -> None:
        """Check in a thread, since a second may pass, and show what it found."""
        files, settings = self.session.files(path), self.session.settings()
        today = self.now().date()
        future = self.thread_pool.submit(_check, files, settings.chats, today)
        self._latest[path] = future

        def done(finished: Future[Checked]) -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody wants to know
                loop.call_soon_threadsafe(self._show, path, finished)

        future.add_done_callback(done)

    def _show(self, path: str, future: Future[Checked]) -> None:
        """Publish what a check found, unless a later one of the same file is under way."""
        if self._latest.get(path) is not future or future.cancelled():
            return
        checked = future.result()
        self.checked[path] = checked
        told = {name for name in checked.problems if checked.problems[name]}
        for name in sorted({path} | told | (self.shown & set(checked.files))):
            self._publish(name, checked)

    def _publish(self, name: str, checked: Checked) -> None:
        problems = checked.problems.get(name, ())
        self.shown = self.shown | {name} if problems else self.shown - {name}
        source = checked.files.get(name, "")
        view, uri = self.positions(source), self.uri(name)
        diagnostics = [wire.diagnostic(problem, source, view, uri) for problem in problems]
        params = types.PublishDiagnosticsParams(self.uri(name), diagnostics)
        self.text_document_publish_diagnostics(params)


def _check(files: Mapping[str, str], chats: Collection[str] | None, today: date) -> Checked:
    found: dict[str, list[Problem]] = {}
    for problem in load(files, chats, today=today).problems:
        found.setdefault(problem.path, []).append(problem)
    return Checked(files, {path: tuple(problems) for path, problems in found.items()})


# --- what an editor tells


def _opened(ls: RuleServer, params: types.DidOpenTextDocumentParams) -> None:
    ls.take(params.text_document.uri, params.text_document.text, wait=0)


def _changed(ls: RuleServer, params: types.DidChangeTextDocumentParams) -> None:
    for change in params.content_changes:
        ls.take(params.text_document.uri, change.text)


def _saved(ls: RuleServer, params: types.DidSaveTextDocumentParams) -> None:
    ls.check_soon(ls.path(params.text_document.uri), wait=0)


def _closed(ls: RuleServer, params: types.DidCloseTextDocumentParams) -> None:
    path = ls.path(params.text_document.uri)
    ls.session.close(path)
    ls.check_soon(path, wait=0)


def _touched(ls: RuleServer, params: types.DidChangeWatchedFilesParams) -> None:
    for path in tuple(ls.session.texts) if params.changes else ():
        ls.check_soon(path)


# --- what an editor asks


def _complete(ls: RuleServer, params: types.CompletionParams) -> types.CompletionList:
    path, source, offset = ls.look(params)
    around = Surroundings(ls.session.files(path), tuple(ls.session.settings().chats or ()))
    found = complete(path, source, offset, around) if path in around.files else []
    items = wire.items(found, partial(ls.span, source), snippets=_takes_snippets(ls))
    return types.CompletionList(is_incomplete=False, items=items)


def _takes_snippets(ls: RuleServer) -> bool:
    document = ls.client_capabilities.text_document
    item = document.completion.completion_item if document and document.completion else None
    return bool(item and item.snippet_support)


def _hover(ls: RuleServer, params: types.HoverParams) -> types.Hover | None:
    path, source, offset = ls.look(params)
    files = ls.session.files(path)
    archive, now = Archive(ls.session.settings().database), ls.now()

    def of_entity(slug: str) -> str:
        return archive.of_entity(slug, _entities(tuple(files.items())), now)

    recent = Recent(of_entity, lambda rule: archive.of_rule(rule, now))
    found = hover(path, source, offset, files, recent) if path in files else None
    if found is None:
        return None
    return types.Hover(wire.markdown(found.text), ls.span(source, found.start, found.end))


@lru_cache(maxsize=1)
def _entities(files: tuple[tuple[str, str], ...]) -> Entities:
    return read_entities(
        file
        for file in (RuleFile(path, text) for path, text in files if holds_entities(path))
        if not file.has_errors
    )


def _define(ls: RuleServer, params: types.DefinitionParams) -> types.Location | None:
    path, source, offset = ls.look(params)
    files = ls.session.files(path)
    found = definition(path, source, offset, files) if path in files else None
    if found is None:
        return None
    return types.Location(ls.uri(found.path), ls.span(files[found.path], found.start, found.end))


def _format(ls: RuleServer, params: types.DocumentFormattingParams) -> list[types.TextEdit]:
    path = ls.path(params.text_document.uri)
    source = ls.text(path)
    try:
        wanted = format_file(source).text if path in ls.session.files(path) else source
    except tomllib.TOMLDecodeError:
        return []  # its diagnostic says why
    edit = trimmed(source, wanted)
    return [types.TextEdit(ls.span(source, edit[0], edit[1]), edit[2])] if edit else []


def _act(ls: RuleServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    only = tuple(map(_dotted, params.context.only or ()))
    actions = [*_mend(ls, params), *_fix_all(ls, params)]
    return [one for one in actions if not only or _dotted(one.kind).startswith(only)]


def _dotted(kind: types.CodeActionKind | str | None) -> str:
    """A kind, so that it begins as the kinds above it do: "source." and "source.fixAll."."""
    return f"{getattr(kind, 'value', kind)}."


def _mend(ls: RuleServer, params: types.CodeActionParams) -> Iterator[types.CodeAction]:
    """The corrections of what was found within the range, as long as the text is the same."""
    uri = params.text_document.uri
    path = ls.path(uri)
    source, checked = ls.text(path), ls.checked.get(path, Checked())
    if checked.files.get(path) != source:
        return
    positions = ls.positions(source)
    for problem in checked.problems.get(path, ()):
        shown = wire.diagnostic(problem, source, positions, uri)
        if not _touch(shown.range, params.range):
            continue
        for number, fix in enumerate(fixes(source, problem)):
            edit = types.TextEdit(ls.span(source, fix.start, fix.end), fix.new)
            yield types.CodeAction(
                title=fix.title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[shown],
                is_preferred=number == 0,
                edit=types.WorkspaceEdit(changes={uri: [edit]}),
            )


def _fix_all(ls: RuleServer, params: types.CodeActionParams) -> Iterator[types.CodeAction]:
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    edits = _format(ls, types.DocumentFormattingParams(params.text_document, options))
    if edits:
        yield types.CodeAction(
            title="write the queries in their canonical form",
            kind=types.CodeActionKind.SourceFixAll,
            edit=types.WorkspaceEdit(changes={params.text_document.uri: edits}),
        )


def _touch(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


_ACTIONS = types.CodeActionOptions(
    code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]
)
_COMPLETIONS = types.CompletionOptions(trigger_characters=["@", "$", "[", '"', ":"])
_FEATURES: tuple[tuple[str, Callable[..., Any], Any], ...] = (
    (types.TEXT_DOCUMENT_DID_OPEN, _opened, None),
    (types.TEXT_DOCUMENT_DID_CHANGE, _changed, None),
    (types.TEXT_DOCUMENT_DID_SAVE, _saved, None),
    (types.TEXT_DOCUMENT_DID_CLOSE, _closed, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _touched, None),
    (types.TEXT_DOCUMENT_COMPLETION, _complete, _COMPLETIONS),
    (types.TEXT_DOCUMENT_HOVER, _hover, None),
    (types.TEXT_DOCUMENT_DEFINITION, _define, None),
    (types.TEXT_DOCUMENT_FORMATTING, _format, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, _act, _ACTIONS),
)


def rule_server(session: Session, now: Callable[[], datetime]) -> RuleServer:
    """A server that has all its features."""
    server = RuleServer(session, now)
    for name, answer, options in _FEATURES:
        server.feature(name, options)(answer)
    server.thread()(_hover)  # it may ask the archive, which takes a while
    return server
