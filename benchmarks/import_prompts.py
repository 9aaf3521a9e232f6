"""How long 20,000 prompts take from an upload to the library and back, and the pages of a library that large.

    python benchmarks/import_prompts.py

The steps are those that the default worker does, one after the other in this process, over a PostgreSQL and a Redis of
their own. One text in fifty is nearly the same as an earlier one, and a few rows are bad. Pages are timed through
Django's test client, so without a network: the first with nothing kept, then the median of the next.
"""

import argparse
import csv
import io
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from page_times import LIMIT_MS, staff_client, timed_page
from stack import running_services

if TYPE_CHECKING:
    from arena.prompts.models import PromptImport

WORDS = 8_000
NEAR_SHARE = 0.02
BAD_ROWS = 14
LIMIT_SECONDS = 60.0


def make_file(count: int, rng: random.Random) -> bytes:
    """Return a CSV file of invented prompts of 6 to 80 words."""
    words = ["".join(rng.choices("abcdefghijklmnoprstuvw", k=rng.randint(2, 10))) for _ in range(WORDS)]
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["key", "text", "category", "language", "tags", "licence"])
    texts: list[str] = []
    for number in range(count):
        if texts and rng.random() < NEAR_SHARE:
            text = f"{rng.choice(texts)} {rng.choice(words)}"
        else:
            text = " ".join(rng.choices(words, k=rng.randint(6, 80)))
        texts.append(text)
        language = rng.choice(["en", "en", "en", "de", "fr", "es", "pt-BR"])
        writer.writerow([f"bench-{number}", text, f"part-{number % 12}", language, f"tag-{number % 40}", "CC0-1.0"])
    for number in range(BAD_ROWS):
        writer.writerow([f"bad-{number}", "", "part-0", "en", "", ""])
    return file.getvalue().encode()


def timed(name: str, action: Callable[[], object]) -> float:
    """Do something, print how long it took, and return the seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    action()
    seconds = time.perf_counter() - wall
    print(f"{name:<44} {seconds:7.1f} s   (this process {time.process_time() - processor:5.1f} s)")
    return seconds


def until_done(batch: "PromptImport", step: Callable[..., None], status: str) -> Callable[[], None]:
    """Return what repeats a worker's task until the import is no longer in `status`."""

    def work() -> None:
        batch.refresh_from_db()
        while batch.status == status:
            step(batch_id=batch.pk)
            batch.refresh_from_db()

    return work


def measure_import(content: bytes) -> tuple["PromptImport", float]:
    """Import the file, and return the import with the seconds that check and import took together."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - models need the settings

    from arena.prompts.models import Category, PromptImport  # noqa: PLC0415
    from arena.prompts.selectors.imports import import_report  # noqa: PLC0415
    from arena.prompts.services import importing  # noqa: PLC0415
    from arena.prompts.services.import_apply import apply_import  # noqa: PLC0415
    from arena.prompts.services.import_check import check_import  # noqa: PLC0415

    Category.objects.bulk_create(Category(slug=f"part-{number}", name=f"Part {number}") for number in range(12))
    curator = User.objects.create(username="curator", is_staff=True, is_superuser=True)
    batch = importing.start_import(
        batch=PromptImport(put_into="approved"), file_name="prompts.csv", content=content, actor=curator
    )
    seconds = timed("read, judge, find near-duplicates, preview", lambda: check_import(batch_id=batch.pk))
    report = import_report(batch)
    print(f"    {dict(report.outcomes)}, {report.similar} nearly the same as another")
    importing.confirm_import(batch_id=batch.pk)
    seconds += timed("import", until_done(batch, apply_import, "applying"))
    return batch, seconds


def measure_again(content: bytes) -> None:
    """Import the same file once more: everything is there, and everything is compared."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - models need the settings

    from arena.prompts.models import PromptImport  # noqa: PLC0415
    from arena.prompts.services import importing  # noqa: PLC0415
    from arena.prompts.services.import_check import check_import  # noqa: PLC0415

    batch = importing.start_import(
        batch=PromptImport(), file_name="prompts.csv", content=content, actor=User.objects.get(username="curator")
    )
    timed("preview of the same file again", lambda: check_import(batch_id=batch.pk))
    importing.discard_import(batch_id=batch.pk)


def measure_pages() -> float:
    """Print the time of each page, and return the slowest median in milliseconds."""
    from django.db import connection  # noqa: PLC0415 - needs the settings

    from arena.prompts.models import Prompt  # noqa: PLC0415 - as above

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for pk in Prompt.objects.order_by("pk").values_list("pk", flat=True)[:500]:
        Prompt.objects.filter(pk=pk).update(status="in_review")
    client = staff_client("curator")
    word = Prompt.objects.order_by("pk")[9_000].revisions.get().text.split()[2]
    pages = {
        "admin: list": "/admin/prompts/prompt/",
        "admin: last page of the list": "/admin/prompts/prompt/?p=400",
        f"admin: search “{word}”": f"/admin/prompts/prompt/?q={word}",
        "admin: filters": "/admin/prompts/prompt/?status__exact=approved&language=de&tag=tag-3",
        "admin: one prompt": f"/admin/prompts/prompt/{Prompt.objects.all()[77].pk}/change/",
        "overview": "/prompts/",
        "review queue": "/prompts/review/",
        "list of imports": "/prompts/imports/",
        "export, counts": "/prompts/export/",
        "propose": "/prompts/propose/",
    }
    return max(timed_page(client, name, address).kept for name, address in pages.items())


def measure_rest(batch: "PromptImport") -> None:
    """Print the draw, the export and the undoing."""
    from arena.prompts.exporting import WRITERS, written  # noqa: PLC0415 - models need the settings
    from arena.prompts.selectors import draw_prompt  # noqa: PLC0415
    from arena.prompts.selectors.export import ExportFilter, export_rows  # noqa: PLC0415
    from arena.prompts.services import importing  # noqa: PLC0415
    from arena.prompts.services.import_undo import undo_import_rows  # noqa: PLC0415

    times = []
    for _ in range(30):
        began = time.perf_counter()
        draw_prompt(languages=["en", "de"])
        times.append(1000 * (time.perf_counter() - began))
    print(f"{'“surprise me” draws one':<44} {statistics.median(times):7.0f} ms")
    for name, writer in WRITERS.items():
        timed(f"export as {name}", lambda make=writer: sum(map(len, written(export_rows(ExportFilter()), make()))))
    importing.undo_import(batch_id=batch.pk)
    timed("undo the whole import", until_done(batch, undo_import_rows, "undoing"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prompts", type=int, default=20_000)
    arguments = parser.parse_args()
    content = make_file(arguments.prompts, random.Random(4))
    print(f"{arguments.prompts} prompts, {len(content) / 1e6:.1f} MB of CSV")
    # The pages are measured, not the way to a second factor.
    os.environ["STAFF_MFA"] = "postpone"
    with running_services():
        batch, seconds = measure_import(content)
        print(f"{'from upload to library':<44} {seconds:7.1f} s   (limit {LIMIT_SECONDS:.0f} s)")
        slowest = measure_pages()
        print(f"{'slowest page, median':<44} {slowest:7.0f} ms  (limit {LIMIT_MS:.0f} ms)")
        measure_again(content)
        measure_rest(batch)


if __name__ == "__main__":
    main()
