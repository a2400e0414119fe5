"""The language server as an editor meets it: a process of its own, spoken to over its pipes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from monitor.lsp.positions import Positions
from monitor.model import Article
from monitor.store import open_store
from tests.store_examples import reading, tell

# pygls asks what later versions of Python ask otherwise; that is its own matter.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pygls")

ROOT = Path(__file__).parents[1]
PACK = """\
[pack]
owner = "sea desk"

[fragments]
court = 'lawsuit OR "High Court"'

[[rule]]
id = "ferry"
title = "Ferries 🚢 in court"
query = '''@ferry_line AND $court'''
channels = ["desk"]
  [[rule.test]]
  match = true
  title = "Nordic faces a lawsuit"
  [[rule.test]]
  match = false
  title = "Nordic sails"
"""
ENTITIES = """\
# 🚢 the ships
[entity.ferry_line]
label = "Nordic Ferry Line"
wikidata = "Q42"
names = ['"Nordic Ferry Line"', 'Nordic']
"""


class Editor(LanguageClient):
    """An editor that has one file open."""

    def __init__(self, pack: Path) -> None:
        super().__init__("editor", "1")
        self.pack = pack
        self.uri = pack.as_uri()
        self.text = ""
        self.version = 0
        self.published: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()

        @self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _published(params: lsp.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

    @property
    def document(self) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri)

    def open(self, text: str) -> None:
        self.text = text
        item = lsp.TextDocumentItem(self.uri, "toml", self.version, text)
        self.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def change(self, text: str) -> None:
        self.text = text
        self.version += 1
        document = lsp.VersionedTextDocumentIdentifier(self.version, self.uri)
        whole = lsp.TextDocumentContentChangeWholeDocument(text)
        self.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [whole]))

    def before(self, words: str) -> lsp.Position:
        """Where these words begin."""
        return lsp.Position(*Positions(self.text).of(self.text.index(words)))

    async def diagnostics(self, of: str = "") -> list[lsp.Diagnostic]:
        """What is published next about a file."""
        while True:
            published = await asyncio.wait_for(self.published.get(), 30)
            if published.uri == (of or self.uri):
                return list(published.diagnostics)

    async def labels(self, words: str) -> dict[str, lsp.CompletionItem]:
        """What is offered before these words."""
        params = lsp.CompletionParams(self.document, self.before(words))
        found = await self.text_document_completion_async(params)
        assert isinstance(found, lsp.CompletionList)
        return {item.label: item for item in found.items}

    async def explained(self, words: str) -> str:
        """What is shown when the pointer is on these words."""
        params = lsp.HoverParams(self.document, self.before(words))
        found = await self.text_document_hover_async(params)
        assert found is not None
        assert isinstance(found.contents, lsp.MarkupContent)
        return found.contents.value

    async def actions(self, at: lsp.Range, *only: lsp.CodeActionKind) -> list[lsp.CodeAction]:
        context = lsp.CodeActionContext([], only=list(only) or None)
        params = lsp.CodeActionParams(self.document, at, context)
        found = await self.text_document_code_action_async(params)
        return [action for action in found or () if isinstance(action, lsp.CodeAction)]

    def applied(self, edits: list[lsp.TextEdit]) -> str:
        """The text with one edit."""
        (edit,) = edits
        places = Positions(self.text)
        start, end = edit.range.start, edit.range.end
        first, last = (
            places.offset(start.line, start.character),
            places.offset(end.line, end.character),
        )
        return self.text[:first] + edit.new_text + self.text[last:]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An operator's directory: a configuration, rules, a database with three articles."""
    (tmp_path / "rules" / "entities").mkdir(parents=True)
    (tmp_path / "rules" / "entities" / "sea.toml").write_text(ENTITIES, "utf-8")
    (tmp_path / "rules" / "pack.toml").write_text(PACK, "utf-8")
    config = 'chats.desk = { channel = "console", default = true }\n'
    (tmp_path / "config.toml").write_text(config, "utf-8")
    with_articles(tmp_path / "monitor.db")
    return tmp_path


def with_articles(database: Path) -> None:
    now = datetime.now(UTC)
    store = open_store(database)
    stored = {"a": ("NÓRDIC sails", 1), "b": ("Nordic in court", 2), "c": ("Trains", 1)}
    for name, (title, age) in {**stored, "d": ("Nordic", 9)}.items():
        article = Article(url=f"https://n.example/{name}", title=title, text="Text.")
        read_at = now - timedelta(days=age)
        rules = ("ferry",) if name == "b" else ()
        one = reading(name, article=article, read_at=read_at, rules=rules)
        store.record_reading(one, tell()).result()
    store.close()


@asynccontextmanager
async def edited(folder: Path, *, snippets: bool = True) -> AsyncIterator[Editor]:
    """An editor with the server that it has started."""
    editor = Editor(folder / "rules" / "pack.toml")
    await editor.start_io(
        sys.executable, "-m", "monitor", "rules", "lsp", "-c", str(folder / "config.toml"), cwd=ROOT
    )
    item = lsp.ClientCompletionItemOptions(snippet_support=snippets)
    completion = lsp.CompletionClientCapabilities(completion_item=item)
    document = lsp.TextDocumentClientCapabilities(completion=completion)
    capabilities = lsp.ClientCapabilities(text_document=document)
    started = await editor.initialize_async(
        lsp.InitializeParams(capabilities, root_uri=folder.as_uri())
    )
    assert started.capabilities.position_encoding == lsp.PositionEncodingKind.Utf16
    editor.initialized(lsp.InitializedParams())
    yield editor
    await editor.shutdown_async(None)
    editor.exit(None)
    server = editor._server
    await editor.stop()
    assert server is not None
    assert server.returncode == 0


@pytest.mark.anyio
async def test_a_broken_pack_is_mended_step_by_step(folder: Path) -> None:
    async with edited(folder) as editor:
        editor.open(PACK.replace("@ferry_line AND", '"🚢x" OR @fery_line and'))
        found = await editor.diagnostics()
        codes = {diagnostic.code: diagnostic for diagnostic in found}
        assert {"E111", "E130", "W001"} <= set(codes)
        named = codes["E130"]
        assert named.range.start == editor.before("@fery_line")
        assert named.range.end == editor.before(" and $court")
        assert named.severity is lsp.DiagnosticSeverity.Error
        assert "did you mean @ferry_line?" in named.message
        related = codes["E111"].related_information
        assert related is not None
        assert related[0].location.range.start == editor.before("OR @fery")
        (action,) = await editor.actions(named.range, lsp.CodeActionKind.QuickFix)
        assert action.title == "write @ferry_line"
        editor.change(editor.applied(edits(action, editor)))
        assert "E130" not in {diagnostic.code for diagnostic in await editor.diagnostics()}

        editor.change(PACK.replace("AND", "and"))
        (warning,) = await editor.diagnostics()
        assert warning.code == "W001"
        assert warning.severity is lsp.DiagnosticSeverity.Warning
        (action,) = await editor.actions(warning.range, lsp.CodeActionKind.QuickFix)
        editor.change(editor.applied(edits(action, editor)))
        assert editor.text == PACK
        assert await editor.diagnostics() == []

        editor.change(PACK.replace('"desk"', '"dsk"'))
        (unknown,) = await editor.diagnostics()
        assert unknown.code == "E151"
        (action,) = await editor.actions(unknown.range)
        assert editor.applied(edits(action, editor)) == PACK
        assert "desk" in await editor.labels('dsk"]')


@pytest.mark.anyio
async def test_the_whole_place_is_checked_and_again_when_files_change(folder: Path) -> None:
    other = folder / "rules" / "other.toml"
    other.write_text("[[rule]]\nid = 'train'\nquery = 'train'\n", "utf-8")
    async with edited(folder) as editor:
        editor.open(PACK.replace('"ferry"', '"train"'))
        codes = {diagnostic.code for diagnostic in await editor.diagnostics(other.as_uri())}
        assert "E150" not in codes
        assert "E150" in {diagnostic.code for diagnostic in await editor.diagnostics()}
        editor.change(PACK)
        assert await editor.diagnostics() == []

        for odd in ("a = '\ud800\u2028'", "\r\ra = [", "a = " + "[" * 5000, ""):
            editor.change(odd)
            await editor.diagnostics()
            await editor.actions(lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0)))

        editor.change("[[rule]]")
        assert [one.code for one in await editor.diagnostics()] == ["E157", "E157", "W061"]
        editor.text_document_did_save(lsp.DidSaveTextDocumentParams(editor.document))
        assert len(await editor.diagnostics()) == 3
        event = lsp.FileEvent(editor.uri, lsp.FileChangeType.Changed)
        editor.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
        assert len(await editor.diagnostics()) == 3
        editor.text_document_did_close(lsp.DidCloseTextDocumentParams(editor.document))
        assert await editor.diagnostics() == []  # that on disk is fine


@pytest.mark.anyio
async def test_hover_definitions_and_completion(folder: Path) -> None:
    async with edited(folder) as editor:
        editor.open(PACK)
        entity = await editor.explained("ferry_line AND")
        assert "**Nordic Ferry Line**" in entity
        assert "wikidata.org/wiki/Q42" in entity
        assert "2 articles in 7 days" in entity
        assert "Matched 1 article in 7 days" in await editor.explained('ferry"')
        assert "lawsuit OR" in await editor.explained("$court")
        assert "Both sides hold" in await editor.explained("AND $court")
        assert "what people read" in (await editor.explained("title =")).lower()

        params = lsp.DefinitionParams(editor.document, editor.before("ferry_line"))
        entity = await editor.text_document_definition_async(params)
        assert isinstance(entity, lsp.Location)
        assert entity.uri == (folder / "rules" / "entities" / "sea.toml").as_uri()
        assert entity.range.start == lsp.Position(1, 0)
        params = lsp.DefinitionParams(editor.document, editor.before("$court"))
        fragment = await editor.text_document_definition_async(params)
        assert isinstance(fragment, lsp.Location)
        assert fragment.range == lsp.Range(lsp.Position(4, 0), lsp.Position(4, 5))

        editor.change(PACK.replace("AND $court'''", "AND "))  # nothing is closed yet
        found = await editor.labels("\nchannels")
        assert {"@ferry_line", "$court", "title:", "sentence:", "NEAR", "NOT"} <= found.keys()
        near, entity = found["sentence:"], found["@ferry_line"]
        assert near.insert_text_format is lsp.InsertTextFormat.Snippet
        assert entity.detail == "Nordic Ferry Line"
        assert entity.filter_text is not None
        assert "Nordic" in entity.filter_text


@pytest.mark.anyio
async def test_plain_texts_without_snippets_formatting_and_other_files(folder: Path) -> None:
    async with edited(folder, snippets=False) as editor:
        editor.open(PACK)
        found = await editor.labels("$court")
        assert all("\\" not in item.text_edit.new_text for item in found.values() if item.text_edit)
        text = found["count"].text_edit
        assert text is not None
        assert text.new_text == "count("

        editor.change(PACK.replace("@ferry_line AND", "@ferry_line   and"))
        options = lsp.FormattingOptions(tab_size=2, insert_spaces=True)
        params = lsp.DocumentFormattingParams(editor.document, options)
        found = await editor.text_document_formatting_async(params)
        assert editor.applied(list(found or ())) == PACK
        top = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
        (action,) = await editor.actions(top, lsp.CodeActionKind.Source)
        assert editor.applied(edits(action, editor)) == PACK
        editor.change("[[rule")
        assert not await editor.text_document_formatting_async(params)

        editor.uri = (folder / "pyproject.toml").as_uri()
        editor.open("[project]\nname = 'x'\n")
        assert await editor.diagnostics() == []
        assert await editor.labels("name") == {}


def edits(action: lsp.CodeAction, editor: Editor) -> list[lsp.TextEdit]:
    """What an action changes in the open file."""
    assert action.edit is not None
    assert action.edit.changes is not None
    return list(action.edit.changes[editor.uri])
