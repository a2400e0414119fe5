"""What operators read when a rule file has mistakes. Golden: tests/data/rules/broken.txt."""

from pathlib import Path

from monitor.rules import Label, Problem, load, render

DATA = Path(__file__).parent / "data" / "rules"
ENTITIES = "[entity.ferry_line]\nnames = ['\"Nordic Ferry Line\"']\n"


def test_the_report_of_a_broken_file_is_as_agreed() -> None:
    source = (DATA / "broken.toml").read_text("utf-8")
    loaded = load({"rules/broken.toml": source, "rules/entities/e.toml": ENTITIES}, ["sea"])
    report = "\n\n".join(render(problem, source) for problem in loaded.problems) + "\n"
    assert report == (DATA / "broken.txt").read_text("utf-8")


def test_carets_stand_under_wide_characters_tabs_and_marks() -> None:
    source = "\t東京 e\u0301 \u200bterm"
    problem = Problem(
        code="E110", path="p.toml", line=1, column=9, width=4, title="here", label="this"
    )
    assert render(problem, source).split("\n")[3:] == [
        "1 |     東京 e\u0301 term",
        "  |            ^^^^ this",
    ]


def test_labels_on_several_lines_are_shown_in_the_order_of_the_file() -> None:
    problem = Problem(
        code="E111",
        path="p.toml",
        line=10,
        column=1,
        title="two places",
        secondary=(Label(2, 1, 3, "and here"),),
        note="why",
        help="do this\nso\n",
    )
    source = "\n".join(f"line {n}" for n in range(1, 11))
    assert render(problem, source) == (
        "error[E111]: two places\n"
        "  --> p.toml:10:1\n"
        "   |\n"
        " 2 | line 2\n"
        "   | --- and here\n"
        "10 | line 10\n"
        "   | ^\n"
        "   = note: why\n"
        "   = help: do this\n"
        "   |   so"
    )


def test_a_place_beyond_the_source_is_shown_without_a_line() -> None:
    problem = Problem(code="E155", path="p.toml", line=3, column=1, title="gone")
    assert render(problem, "one line") == "error[E155]: gone\n --> p.toml:3:1\n  |\n3 |\n  | ^"
