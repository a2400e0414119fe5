"""What operators read about mistakes in queries. Golden: tests/data/rules/errors.txt."""

from pathlib import Path

from monitor.rules import load, render

DATA = Path(__file__).parent / "data" / "rules"


def test_the_report_of_mistakes_in_queries_is_as_agreed() -> None:
    source = (DATA / "errors.toml").read_text("utf-8")
    problems = load({"rules/errors.toml": source}).problems
    read = [p for p in problems if p.severity == "error" or p.code == "W001"]
    report = "\n\n".join(render(problem, source) for problem in read) + "\n"
    assert report == (DATA / "errors.txt").read_text("utf-8")
