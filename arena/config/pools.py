"""Close the database's connection pool while its threads can still be told to stop."""

import atexit
from typing import TYPE_CHECKING, cast

from django.db import connections

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper


def close_pools_at_exit() -> None:
    """Have every pool closed before the interpreter ends; from Python 3.13 on it would wait 20 seconds for them."""
    atexit.register(_close_pools)


def _close_pools() -> None:
    for connection in connections.all():
        connection.close()
        # Settings refuse every other database.
        cast("DatabaseWrapper", connection).close_pool()
