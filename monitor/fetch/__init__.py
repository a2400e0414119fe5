"""Brings documents from the web: politely, within limits, and never from inside our own network.

- ``fetcher``: one request from address to answer, through redirects
- ``exchange``: one GET on one connection; ``body``: its bytes, inflated in bounded steps
- ``guard``: which addresses may be dialled (``addresses``: which are public)
- ``turns``: whose turn it is at a host; ``robots``: what its robots.txt allows
- ``failures``: what went wrong, as one sentence
"""

from monitor.fetch.fetcher import HttpFetcher
from monitor.fetch.limits import Limits

__all__ = ["HttpFetcher", "Limits"]
