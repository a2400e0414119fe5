"""``python -m monitor`` and the command ``monitor``."""

import io
import os
import sys

from monitor.cli import app


def main() -> None:
    """Run the command line; a reader that leaves (``| head``) ends it quietly."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a letter shows a ? for it
            stream.reconfigure(errors="replace")
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    main()
