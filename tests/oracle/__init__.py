"""A second, plain evaluator of the rule language, written from its contract: slow and obvious.

Nothing is indexed or skipped. Every node is asked for all its mentions within a view, and every
pair and tuple of mentions is tried. The engine must agree with it, evidence included. Only the
analysis of texts (tokens, their folded forms, sentences, paragraphs) is shared with the engine.
"""

from tests.oracle.reading import Evidence, Names, Reading, evaluate, term

__all__ = ["Evidence", "Names", "Reading", "evaluate", "term"]
