"""How long the pages of the staff take in an arena with many battles: python benchmarks/dashboard.py [--battles 200000]

Battles of two weeks are made by SQL in a database of the benchmark's own, as those of people: the dashboard counts no
others. Printed are the milliseconds of a page that finds nothing kept, and the median of the next ones; then the
queries that read a whole table of battles.
"""

import argparse
import os

from filling import Filling, fill
from page_times import LIMIT_MS, staff_client, timed_page, whole_tables_read
from stack import running_services

TWO_WEEKS = 14 * 24 * 3600
TABLES = ("battles_battle", "battles_vote", "battles_turn", "battles_completion")


def pages() -> dict[str, str]:
    """Return the name and address of every page that lists or counts what the staff looks after."""
    from arena.battles.admin_list import LISTED  # noqa: PLC0415 - models need the settings
    from arena.battles.models import Battle  # noqa: PLC0415

    battles, votes = "/admin/battles/battle/", "/admin/battles/vote/"
    battle = Battle.objects.order_by("created_at")[1_000]
    day = f"created_at__year={battle.created_at:%Y}&created_at__month={battle.created_at.month}"
    last = LISTED // 100
    return {
        "dashboard": "/dashboard/",
        "registry of models": "/registry/",
        "contestants, public": "/models/",
        "a model, public": "/models/model-1/",
        "prompt library": "/prompts/",
        "review queue": "/prompts/review/",
        "imports of prompts": "/prompts/imports/",
        "exports": "/research/exports/",
        "new export, with its counts": "/research/exports/new/?kind=human",
        "imports of votes": "/research/imports/",
        "status": "/status/",
        "admin: index": "/admin/",
        "admin: battles": battles,
        "admin: battles, last page": f"{battles}?p={last}",
        "admin: battles, filters": f"{battles}?kind__exact=human&status__exact=voted",
        "admin: battles of a month": f"{battles}?{day}",
        "admin: battles, search by key": f"{battles}?q={battle.pk}",
        "admin: battles, search in prompts": f"{battles}?q=sky",
        "admin: one battle": f"{battles}{battle.pk}/change/",
        "admin: votes": votes,
        "admin: votes, last page": f"{votes}?p={last}",
        "admin: votes, filters": f"{votes}?kind__exact=human&winner__exact=tie",
        "admin: votes of a month": f"{votes}?{day}",
        "admin: votes, search by key": f"{votes}?q={battle.pk}",
        "admin: turns": "/admin/battles/turn/",
        "admin: failed turns": "/admin/battles/turn/?status__exact=failed",
        "admin: completions": "/admin/battles/completion/",
        "admin: skips": "/admin/battles/skip/",
        "admin: exclusions": "/admin/battles/exclusion/",
        "admin: raters": "/admin/raters/rater/",
        "admin: prompts": "/admin/prompts/prompt/",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--battles", type=int, default=200_000)
    parser.add_argument("--raters", type=int, default=16_000)
    options = parser.parse_args()
    # The pages are measured, not the way to a second factor.
    os.environ["STAFF_MFA"] = "postpone"
    with running_services():
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Fill the database, time every page, and look at the plans of its queries."""
    from django.db import connection  # noqa: PLC0415 - needs the settings

    apart = TWO_WEEKS // options.battles
    fill(os.environ["DATABASE_URL"], Filling(options.battles, options.raters, kind="human", seconds_apart=apart))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    client = staff_client("curator")
    addresses = pages()
    times = [timed_page(client, name, address) for name, address in addresses.items()]
    print(f"{'slowest page':<44} {max(page.cold for page in times):7.0f} ms {max(page.kept for page in times):7.0f} ms")
    print(f"{'limit':<44} {LIMIT_MS:7.0f} ms {LIMIT_MS:7.0f} ms")
    for name, address in addresses.items():
        for line in whole_tables_read(client, address, TABLES):
            print(f"{name} reads all of {line}")


if __name__ == "__main__":
    main()
