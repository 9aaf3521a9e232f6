"""The console script: ratings from a file, without Django, settings or a database."""

from ratings.command_line.main import main

__all__ = ["main"]
