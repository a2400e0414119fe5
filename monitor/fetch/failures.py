"""What went wrong with a request, as one sentence that says what to do.

Errors are raised below with a phrase that lacks its subject (``answered 404 Not Found``);
``about`` puts the address in front.
"""

import os
import ssl
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpcore
import httpx

from monitor.errors import FetchError
from monitor.fetch.limits import Limits

_PASSING = frozenset({408, 421, 423, 425, 429})  # among 4xx: worth another try
_LONGEST_TEXT = 200  # characters
_LONGEST_WAIT = timedelta(hours=24)
_ADVICE = {
    401: "it wants a login",
    402: "it wants to be paid",
    403: "the publisher refuses us",
    404: "check the address",
    410: "it is gone for good; remove it",
    451: "it is withheld for legal reasons",
}


def shown(url: httpx.URL) -> str:
    """An address for people: without the password it may hold, and not longer than they read."""
    return brief(without_login(url))


def without_login(url: httpx.URL) -> str:
    """The address without the user's name and password that it may hold."""
    return str(url.copy_with(userinfo=b"")) if url.userinfo else str(url)


def brief(text: object) -> str:
    """The beginning of what may be long, since a server wrote it."""
    whole = str(text)
    return whole if len(whole) <= _LONGEST_TEXT else f"{whole[: _LONGEST_TEXT - 1]}…"


def about(url: httpx.URL, error: FetchError) -> FetchError:
    """The same error, as a sentence about this address."""
    return type(error)(
        f"{shown(url)} {error}",
        url=without_login(url),
        status=error.status,
        permanent=error.permanent,
        retry_after=error.retry_after,
    )


def of_status(status: int, headers: httpx.Headers) -> FetchError:
    """The error for an answer that is neither a success nor a redirect."""
    wait = retry_after(headers)
    if wait is not None:
        advice = f"; it asks to wait {spoken(wait)}"
    else:
        advice = f"; {_ADVICE[status]}" if status in _ADVICE else ""
    if status == 304:
        advice = ", though there was nothing to compare with"
    return FetchError(
        f"answered {status} {httpx.codes.get_reason_phrase(status)}".rstrip() + advice,
        status=status,
        permanent=400 <= status < 500 and status not in _PASSING,
        retry_after=wait,
    )


def of_transport(error: Exception, limits: Limits) -> FetchError:
    """The error for an exchange that broke off: a timeout, a refused or cut connection, TLS."""
    match error:
        case httpcore.ConnectTimeout():
            phrase = f"did not accept a connection within {spoken(limits.connect)}"
        case httpcore.TimeoutException():
            phrase = f"fell silent for {spoken(limits.read)}"
        case TimeoutError():
            phrase = f"did not finish within {spoken(limits.total)}"
        case httpcore.ConnectError():
            phrase = _unreachable(error)
        case httpx.ProtocolError() | httpx.InvalidURL():  # httpx looks where a redirect would lead
            phrase = "redirects to what is not a web address"
        case httpcore.ProtocolError():
            phrase = f"did not answer in proper HTTP: {brief(error)}"
        case _:
            phrase = "cut the connection"
    return FetchError(phrase)


def _unreachable(error: Exception) -> str:
    roots = list(_causes(error))
    for root in roots:
        if isinstance(root, ssl.SSLCertVerificationError):
            return f"has a certificate that is not valid: {root.verify_message}"
        if isinstance(root, ssl.SSLError):
            return f"could not agree on TLS: {root.reason or root}"
    # Not strerror: asyncio puts its own words there.
    said = next((os.strerror(e.errno) for e in roots if isinstance(e, OSError) and e.errno), "")
    return f"could not be reached: {said or str(error) or 'the connection was cut'}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def retry_after(headers: httpx.Headers) -> timedelta | None:
    """The wait that a server asks for, at most a day.

    A date counts from the answer's own Date, since no clock may be read here; without one it tells
    nothing.
    """
    wish = headers.get("retry-after", "").strip()
    if wish.isascii() and wish.isdigit():
        return min(timedelta(seconds=int(wish[:9])), _LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(wish) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):  # TypeError: one date with and one without its zone
        return None
    return max(timedelta(0), min(wait, _LONGEST_WAIT))


def spoken(wait: timedelta) -> str:
    """A wait in words: ``45 s``, ``2 min``, ``3 h``."""
    seconds = wait.total_seconds()
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size or seconds == size:
            return f"{round(seconds / size)} {unit}"
    return f"{seconds:g} s"
