import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from arena.config.first_admin import first_admin_path


class Command(BaseCommand):
    help = "Print a link that makes the first administrator, once and within 24 hours; print nothing when there is one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", default=_local_address(), help="Where this site is reached.")

    def handle(self, *_args: Any, **options: Any) -> None:  # Any: Django's signature
        path = first_admin_path()
        if path is not None:
            self.stdout.write("To become the first administrator, open this link within 24 hours:")
            self.stdout.write(options["base_url"].rstrip("/") + path)


def _local_address() -> str:
    """Return where the local launcher serves, which gives both variables to its commands."""
    host = os.environ.get("HOST", "127.0.0.1")
    name = "localhost" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://{name}:{os.environ.get('PORT', '8000')}"
