"""A media-monitoring alert bot: polls sources, matches rules, tells each chat once, and why."""

__version__ = "0.1.0"
