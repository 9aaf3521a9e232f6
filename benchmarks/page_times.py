"""The pages of the staff, asked for through Django's test client, so without a network."""

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

REPEATS = 7
LIMIT_MS = 200.0


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Milliseconds of a page when the process keeps nothing yet, and the median of those that follow."""

    cold: float
    kept: float


def staff_client(name: str) -> "Client":
    """Return a browser in which the superuser `name` is signed in."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - models need the settings
    from django.test import Client  # noqa: PLC0415

    user, _created = User.objects.get_or_create(username=name, is_staff=True, is_superuser=True)
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def timed_page(client: "Client", name: str, address: str) -> PageTimes:
    """Print and return the times of a page. Its templates are read before: a server does that once."""
    from django.core.cache import caches  # noqa: PLC0415 - as above

    _milliseconds(client, address)
    for cache in caches.all(initialized_only=True):
        cache.clear()
    cold, size = _milliseconds(client, address)
    times = PageTimes(cold, statistics.median(_milliseconds(client, address)[0] for _ in range(REPEATS)))
    print(f"{name:<44} {times.cold:7.0f} ms {times.kept:7.0f} ms  {size / 1000:6.0f} KB before compression")
    return times


def _milliseconds(client: "Client", address: str) -> tuple[float, int]:
    """Return how long an answer took, and its length."""
    began = time.perf_counter()
    response = client.get(address)
    taken = 1000 * (time.perf_counter() - began)
    assert response.status_code == 200, (address, response.status_code)
    return taken, len(response.content)


def whole_tables_read(client: "Client", address: str, tables: tuple[str, ...]) -> list[str]:
    """Return a line for each query of the page that reads one of `tables` from end to end."""
    from django.core.cache import caches  # noqa: PLC0415 - as above
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    for cache in caches.all(initialized_only=True):
        cache.clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    asked = [query["sql"] for query in captured if query["sql"].startswith(("SELECT", "WITH"))]
    found = []
    with connection.cursor() as cursor:
        for sql in asked:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql)
            [(plans,)] = cursor.fetchall()
            read = scanned_rows(plans[0]["Plan"])
            for table in tables:
                cursor.execute("SELECT count(*) FROM " + table)  # noqa: S608 - one of ours
                [(rows,)] = cursor.fetchall()
                if 0 < rows <= read.get(table, 0):
                    found.append(f"{table}: {sql[:160]}")
    return found


def scanned_rows(node: dict[str, Any]) -> dict[str, int]:  # Any: a node of a plan is a free-form object
    """Return how many rows of each table a plan went through without an index."""
    found: dict[str, int] = {}
    if node["Node Type"] == "Seq Scan":
        rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        found[node["Relation Name"]] = round(rows * node["Actual Loops"])
    for part in node.get("Plans", ()):
        for table, rows in scanned_rows(part).items():
            found[table] = found.get(table, 0) + rows
    return found
