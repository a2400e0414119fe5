"""What people read about every mistake: a rule file and its report for each code.

After a change of words: ``python -m tests.test_rules_golden`` writes the reports anew; read them.
"""

from datetime import date
from pathlib import Path

import pytest

from monitor.rules import load, render
from monitor.rules.codes import CODES, NEEDS_ARCHIVE

GOLDEN = Path(__file__).parent / "data" / "rules" / "golden"
ENTITIES = """
library = true
[entity.ferry_line]
label = "Nordic Ferry Line"
names = ['"Nordic Ferry Line"', '"Nordic Ferries"', 'NordicFerry']
[entity.who]
label = "World Health Organization"
names = ['"World Health Organization"']
weak = ['=WHO']
context = ['health']
[entity.shell]
label = "Shell"
names = ['"Shell plc"']
weak = ['=Shell']
context = ['oil']
"""
TODAY = date(2026, 11, 22)
ELSEWHERE = {
    *NEEDS_ARCHIVE,
    "E170",  # of the import, tested with it
    "E171",
    "W070",  # of routes
}


def report(file: Path) -> str:
    """All problems of one rule file, as ``monitor rules check`` shows them."""
    text = file.read_text("utf-8")
    files = {file.name: text, "entities/e.toml": ENTITIES}
    loaded = load(files, ["sea", "quay"], today=TODAY)
    return "".join(f"{render(problem, files[problem.path])}\n\n" for problem in loaded.problems)


FILES = sorted(GOLDEN.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_report_is_what_people_should_read(file: Path) -> None:
    found = report(file)
    assert found == file.with_suffix(".out").read_text("utf-8")
    assert f"[{file.name[:4]}]" in found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_problem_brings_no_others_with_it(file: Path) -> None:
    codes = {line.partition("[")[2][:4] for line in report(file).splitlines() if "]: " in line[:20]}
    assert {code for code in codes if code[0] == file.name[0]} <= {file.name[:4], "E157"}


def test_every_code_has_a_golden_report() -> None:
    assert {file.name[:4] for file in FILES} == set(CODES) - ELSEWHERE
    assert len(FILES) == len(list(GOLDEN.glob("*.out")))


if __name__ == "__main__":
    for path in FILES:
        path.with_suffix(".out").write_text(report(path), "utf-8")
