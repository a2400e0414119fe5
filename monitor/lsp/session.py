"""The rule files that an editor works on: those on disk, with the open ones in their places."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from monitor.rules.entities import holds_entities

_MARK = re.compile(
    r"^[ \t]*\[{1,2}[ \t]*"
    r"(?:pack|fragments|rule|rule\.test|filter|correlation|entity\..+?)[ \t]*\]",
    re.MULTILINE,
)
_NEAR = 3  # directories above a file in which its rules may begin


@dataclass(frozen=True, slots=True)
class Settings:
    """What a configuration says: chats by name (None: unknown), places of rules and database."""

    chats: Collection[str] | None = None
    rules: Path | None = None
    database: Path | None = None


@dataclass(slots=True)
class Session:
    """The files of an editor. Open texts have ``\\n`` as line ends, as all texts here."""

    settings: Callable[[], Settings]
    texts: dict[str, str] = field(default_factory=dict)

    def open(self, path: str, text: str) -> None:
        """Take the text of an open file, which counts from now on instead of that on disk."""
        self.texts[path] = text.replace("\r\n", "\n")

    def close(self, path: str) -> None:
        """Forget an open text."""
        self.texts.pop(path, None)

    def files(self, path: str) -> dict[str, str]:
        """All rule files that belong together with one, itself included, by path.

        Empty if the file is none: what has no table of a rule file, and does not lie in the rules'
        directory, is some other TOML file.
        """
        if not Path(path).is_absolute():  # not saved yet
            text = self.texts.get(path, "")
            return {path: text} if _MARK.search(text) else {}
        root, sure = self._root(Path(path))
        found = {
            str(file): _text(file) for file in _below(root, Path(path).parent, everything=sure)
        }
        found |= {
            name: text for name, text in self.texts.items()
            if name == path or name in found or (sure and root in Path(name).parents)
        }  # fmt: skip
        ours = {name: text for name, text in found.items() if sure or _is_ours(name, text)}
        return dict(sorted(ours.items())) if path in ours else {}

    def _root(self, path: Path) -> tuple[Path, bool]:
        """The directory of all the rules, and whether nothing else lies in it."""
        configured = self.settings().rules
        if configured is not None and configured in path.parents:
            return configured, True
        for folder in list(path.parents)[:_NEAR]:
            if folder.name == "rules":
                return folder, True
            if (folder / "entities").is_dir():
                return folder, False
        return path.parent, False


def _below(root: Path, near: Path, *, everything: bool) -> set[Path]:
    """The TOML files of a place; without ``everything`` only where rules and entities may be."""
    if everything:
        return set(root.rglob("*.toml"))
    return {*root.glob("*.toml"), *near.glob("*.toml"), *(root / "entities").rglob("*.toml")}


def _is_ours(path: str, text: str) -> bool:
    return holds_entities(path) or bool(_MARK.search(text))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", errors="replace")
    except OSError:  # deleted this very moment, or not ours to read
        return ""
