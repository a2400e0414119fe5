"""Bytes of a source → entries, and the keys by which an entry is known again."""

from monitor.sources.dates import sane_date
from monitor.sources.documents import read_document
from monitor.sources.keys import entry_keys
from monitor.sources.listings import read_listing

__all__ = ["entry_keys", "read_document", "read_listing", "sane_date"]
