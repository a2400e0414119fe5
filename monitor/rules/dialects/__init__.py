"""Query languages of other systems, and their queries as conditions of ours.

``convert`` turns one query; ``queries`` finds the queries in a file; ``pack`` writes rules.
"""

from monitor.rules.dialects.conversion import DIALECTS, Conversion, convert
from monitor.rules.dialects.notes import Note, Weight
from monitor.rules.dialects.queries import Query, queries
from monitor.rules.dialects.rulewriting import Naming, pack

__all__ = [
    "DIALECTS",
    "Conversion",
    "Naming",
    "Note",
    "Query",
    "Weight",
    "convert",
    "pack",
    "queries",
]
