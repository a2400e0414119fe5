"""Rule files as they were at a commit, from the git repository that they lie in."""

import os
import shutil
import subprocess
from pathlib import Path

from monitor.errors import ConfigError, ConfigProblem

_LOCAL = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")  # set within git's hooks


def committed_rule_files(path: Path, revision: str) -> dict[str, str]:
    """Path → text of the rule files below a directory (or of one file, with ``entities/`` beside
    it) at a commit; empty if there were none.

    Raises ConfigError where there is no git, no repository or no such commit.
    """
    folder = path if path.is_dir() else path.parent
    commit = _commit(folder, revision)
    names = _git(folder, "ls-tree", "-r", "-z", "--name-only", commit, "--", ".").split("\0")
    wanted = [name for name in names if name.endswith(".toml")]
    if not path.is_dir():
        wanted = [name for name in wanted if name == path.name or name.startswith("entities/")]
    return {
        str(folder / name): _git(folder, "show", f"{commit}:./{name}") for name in sorted(wanted)
    }


def _commit(folder: Path, revision: str) -> str:
    """The full name of a commit."""
    try:
        _git(folder, "rev-parse", "--show-toplevel")
    except subprocess.CalledProcessError as error:
        raise _problem(folder, _reason(error)) from None
    try:
        wanted = ("--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return _git(folder, "rev-parse", *wanted).strip()
    except subprocess.CalledProcessError:
        if revision == "HEAD":
            reason = "the repository has no commit yet; commit the rules once"
        else:
            reason = f"there is no commit {revision!r}; `git log --oneline` lists them"
        raise _problem(folder, reason) from None


def _reason(error: subprocess.CalledProcessError) -> str:
    said = str(error.stderr).strip().removeprefix("fatal: ").splitlines()
    if said and "not a git repository" in said[0]:
        return "is not in a git repository; `git init` there and commit the rules, to compare"
    return f"git refused: {said[0] if said else 'it gave no reason'}"


def _git(folder: Path, *arguments: str) -> str:
    """What git prints, run in a folder."""
    git = shutil.which("git")
    if git is None:
        raise _problem(folder, "git is not installed, or not on the PATH; install it to compare")
    environment = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    done = subprocess.run(  # noqa: S603 - git itself, without a shell
        [git, *arguments],
        cwd=folder,
        env=environment | {"LC_ALL": "C"},
        check=True,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    return done.stdout


def _problem(folder: Path, reason: str) -> ConfigError:
    return ConfigError(str(folder), (ConfigProblem("git", reason),))
