"""``python -m monitor`` and the command ``monitor``."""

from monitor.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
