"""The rule language: rule files in, matches with their evidence out.

``load`` reads packs and entities and reports all that is wrong with them; ``match`` tells which
rules hold for an article, and by which words (``matching``: only which); ``render`` shows a
problem with carets.
"""

from monitor.rules.cases import TestReport, merged
from monitor.rules.loading import Loaded, load
from monitor.rules.matching import RuleSet, match, matching
from monitor.rules.problems import Label, Problem, render

__all__ = [
    "Label",
    "Loaded",
    "Problem",
    "RuleSet",
    "TestReport",
    "load",
    "match",
    "matching",
    "merged",
    "render",
]
