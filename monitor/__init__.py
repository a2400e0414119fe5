"""A media-monitoring alert bot: polls sources, matches rules, tells each chat once, with the reason."""

__version__ = "0.1.0"
