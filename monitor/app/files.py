"""Reads the operator's files: configuration, secrets, rule files."""

import contextlib
import os
from pathlib import Path

from monitor.config import Config, parse_config
from monitor.errors import ConfigError, ConfigProblem


def read_config(path: Path) -> Config:
    """Read a configuration file; raises ConfigError with all its problems."""
    return parse_config(_text(path, "start from config.example.toml"), str(path))


def read_rule_files(path: Path) -> dict[str, str]:
    """Path → text of every rule file below a directory.

    For one file: that file, and the ``entities/`` beside it. Raises ConfigError where there is
    nothing to read.
    """
    found = _rule_files(path)
    if not found:
        what = "has no *.toml files" if path.is_dir() else "does not exist"
        advice = "write a pack: rules/README.md begins with one"
        raise ConfigError(str(path), (ConfigProblem("", f"{what}; {advice}"),))
    return {str(file): _text(file, "make it readable") for file in found}


def read_entity_files(path: Path) -> dict[str, str]:
    """Path → text of the files in the ``entities/`` beside a file of rules."""
    return {str(file): _text(file, "make it readable") for file in _entity_files(path)}


def _rule_files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.rglob("*.toml"))
    return [path, *_entity_files(path)] if path.exists() else []


def _entity_files(path: Path) -> list[Path]:
    return sorted((path.parent / "entities").rglob("*.toml"))


def rule_files_stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every rule file: differs as soon as one was edited."""
    stamp = []
    for file in _rule_files(path):
        with contextlib.suppress(OSError):  # an editor may be replacing it this very moment
            stat = file.stat()
            stamp.append((str(file), stat.st_mtime_ns, stat.st_size))
    return tuple(stamp)


def read_telegram_token(config: Config) -> str | None:
    """The bot's token from the file or the environment variable; None if neither is there."""
    telegram = config.telegram
    if telegram.token_file is not None:
        path = beside(config, telegram.token_file)
        return _text(path, "or remove `telegram.token_file`").strip() or None
    return os.environ.get(telegram.token_env, "").strip() or None


def beside(config: Config, path: str) -> Path:
    """A path in the configuration is meant relative to the configuration file."""
    return Path(config.path).parent / Path(path).expanduser()


def _text(path: Path, advice: str) -> str:
    try:
        return path.read_text("utf-8-sig")  # Windows editors put a mark before the text
    except FileNotFoundError:
        reason = f"does not exist; {advice}"
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 text (byte {error.start}); save it as UTF-8"
    except OSError as error:
        reason = f"cannot be read: {error.strerror}; {advice}"
    raise ConfigError(str(path), (ConfigProblem("", reason),))
