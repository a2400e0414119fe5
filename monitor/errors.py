"""The exception tree. Each error carries what its catcher must decide, so nobody parses messages.

::

    MonitorError
    ├── ConfigError          problems: every problem of the file, each with its key path
    ├── FetchError           url, status, permanent, retry_after
    │   ├── NotAllowed       robots.txt or the address guard refused; permanent
    │   └── TooLarge         the body is over the cap; permanent
    ├── ParseError           a document could not be read; the message says what it was instead
    ├── StoreError           full: the disk is full (try again once there is room)
    │   ├── AlreadyRunning   another process has this database
    │   └── NewerDatabase    a later version of monitor wrote this database
    └── ChannelError         permanent, retry_after, ambiguous, chat_gone, moved_to, stop

Messages are whole sentences for operators: what happened, where, and what to do.
All errors survive pickling, since documents are parsed in worker processes.
"""

from dataclasses import dataclass
from datetime import timedelta


class MonitorError(Exception):
    """Base of all errors that monitor raises on purpose; ``str()`` is fit to be shown."""


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong: where (``network.ports``; "" for the file), what, what to do."""

    key: str
    message: str


class ConfigError(MonitorError):
    """A configuration with problems; all of them are reported at once."""

    def __init__(self, path: str, problems: tuple[ConfigProblem, ...] = ()) -> None:
        super().__init__(path, problems)
        self.path = path
        self.problems = problems

    def __str__(self) -> str:
        parts = ((self.path, p.key, p.message) for p in self.problems)
        return "\n".join(": ".join(filter(None, line)) for line in parts)


class FetchError(MonitorError):
    """A request that brought nothing usable.

    ``status`` is the HTTP status if there was one. ``permanent`` says that asking again will not
    help. ``retry_after`` is the server's own wish, a floor for the next request.
    """

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        status: int | None = None,
        permanent: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.url = url
        self.status = status
        self.permanent = permanent
        self.retry_after = retry_after


class NotAllowed(FetchError):  # noqa: N818 - reads as what it says
    """The publisher's robots.txt or the operator's address guard refuses this URL."""


class TooLarge(FetchError):  # noqa: N818
    """The body is larger than the cap, counted after decompression."""


class ParseError(MonitorError):
    """A document that is not what its source should give (HTML where a feed should be, nothing)."""


class StoreError(MonitorError):
    """The database refused. ``full`` says that the disk is full."""

    def __init__(self, message: str, *, full: bool = False) -> None:
        super().__init__(message)
        self.full = full


class AlreadyRunning(StoreError):  # noqa: N818
    """Another monitor process holds this database."""


class NewerDatabase(StoreError):  # noqa: N818
    """The database was written by a later version; this one must not touch it."""


class ChannelError(MonitorError):
    """A message that was not, or perhaps not, delivered.

    - ``permanent``: sending it again will not help; the delivery goes dead.
    - ``retry_after``: the receiver asks to wait so long; ``whole_channel`` says for all its chats.
    - ``ambiguous``: the receiver may have taken it (its answer was lost).
    - ``chat_gone``: the chat blocked or removed us; it is suspended.
    - ``moved_to``: the chat's new address.
    - ``stop``: the channel itself cannot work (a revoked token); operators must act.
    """

    def __init__(  # noqa: PLR0913 - each is one answer to "what now?"
        self,
        message: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        whole_channel: bool = False,
        ambiguous: bool = False,
        chat_gone: bool = False,
        moved_to: str | None = None,
        stop: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.whole_channel = whole_channel
        self.ambiguous = ambiguous
        self.chat_gone = chat_gone
        self.moved_to = moved_to
        self.stop = stop
