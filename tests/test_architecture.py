"""The house's measures that a linter cannot take."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "monitor"
MODULES = sorted(PACKAGE.rglob("*.py"))
SHELL = {"app", "bot", "cli", "channels", "demo", "fetch"}  # where asynchronous code may stand


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_functions_fit_on_a_screen_and_modules_in_a_head(path):
    long = [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno > 50]
    assert long == []
    assert path.read_text("utf-8").count("\n") <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_the_shell_is_asynchronous(path):
    found = [f.name for f in functions(path) if isinstance(f, ast.AsyncFunctionDef)]
    if room(path) == "ports":  # signatures, with nothing behind them
        assert "await " not in path.read_text("utf-8")
    elif room(path) not in SHELL:
        assert found == []


def test_anything_may_be_caught_only_where_a_job_is_run():
    catching = {
        str(path.relative_to(PACKAGE))
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or "Exception" in {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
        )
    }
    # In the application, and in the worker process, which hands everything to the application.
    assert catching == {"app/jobs.py", "app/worker.py"}


def test_modules_are_nouns_of_the_field():
    forbidden = {"utils", "helpers", "common", "manager", "base", "misc", "util"}
    assert not forbidden & {path.stem for path in MODULES}
