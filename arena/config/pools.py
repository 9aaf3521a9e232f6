"""Close the database's connection pool while its threads can still be told to stop."""

import atexit

from django.db import connections


def close_pools_at_exit() -> None:
    """Have every pool closed before the interpreter ends; from Python 3.13 on it would wait 20 seconds for them."""
    atexit.register(_close_pools)


def _close_pools() -> None:
    for connection in connections.all():
        connection.close()
        connection.close_pool()
