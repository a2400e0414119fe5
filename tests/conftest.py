"""Fixtures that all tests share."""

import signal

import pytest
from hypothesis import settings

# Machines are noisy: speed is measured in benchmarks/, never asserted by a test.
settings.register_profile("monitor", deadline=None)
settings.load_profile("monitor")


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the product does."""
    return "asyncio"


# A shell starts what it runs in the background deaf to Ctrl-C, and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
