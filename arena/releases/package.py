"""An export as a folder: the data with all that explains it."""

import gc
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.releases.ahead import votes_ahead
from arena.releases.card import data_dictionary, dataset_card
from arena.releases.filters import BattleFilter
from arena.releases.layouts import LAYOUTS, Layout
from arena.releases.models import Export
from arena.releases.population import REASONS, Population, count_population, vote_batches
from arena.releases.rows import RowMaker
from arena.releases.schema import SCHEMA_VERSION
from arena.releases.writers import open_writer

Summary = dict[str, Any]  # Any: plain JSON values
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What to export, in which form, and under which name and licence."""

    chosen: BattleFilter
    title: str
    licence: str
    file_format: str = Export.Format.PARQUET
    layout: str = Export.Layout.BATTLES

    @property
    def data_file(self) -> str:
        return f"data/{self.layout}.{self.file_format}"


def write_package(plan: ExportPlan, folder: Path, *, key: bytes, report: Progress) -> Summary:
    """Write the export into the new folder `folder`, and return what it holds.

    The same plan, key and data give the same bytes. Memory does not grow with the number of battles. `report` is called
    with rows done and, once, rows in all; what it raises ends the export.
    """
    layout = LAYOUTS[Export.Layout(plan.layout)]
    population = count_population(plan.chosen)
    report(0, population.exported)
    data = folder / plan.data_file
    data.parent.mkdir(parents=True)
    counts = _write_data(plan, data, population, maker=RowMaker(key), report=report)
    summary = _summary(plan, layout, population, counts)
    texts = {
        "README.md": dataset_card(summary, layout.columns, data_file=plan.data_file),
        "LICENCE.txt": plan.licence + "\n",
        "dictionary.json": data_dictionary(layout.columns),
        "export.json": json.dumps(summary, indent=2, ensure_ascii=False) + "\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    sums = [f"{file_sha256(folder / name)}  {name}\n" for name in sorted([*texts, plan.data_file])]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="ascii", newline="\n")
    return summary


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_data(
    plan: ExportPlan, path: Path, population: Population, *, maker: RowMaker, report: Progress
) -> Counter[str]:
    """Write the data file and return how many rows it has, under an empty name, and how many battles gave none."""
    layout = LAYOUTS[Export.Layout(plan.layout)]
    counts: Counter[str] = Counter()
    read = 0
    with (
        _earlier_objects_at_rest(),
        open_writer(plan.file_format, path, layout.columns) as data,
        closing(votes_ahead(vote_batches(plan.chosen, last_vote=population.last_vote))) as batches,
    ):
        for told in batches:
            rows, reasons = layout.split(maker.rows(told))
            data.write(rows)
            counts.update(reasons)
            counts[""] += len(rows)
            read += len(told)
            report(read, None)
    return counts


@contextmanager
def _earlier_objects_at_rest() -> Iterator[None]:
    """Keep Python from searching what was there before for cycles: rows are many objects, and make it look often."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _summary(plan: ExportPlan, layout: Layout, population: Population, counts: Counter[str]) -> Summary:
    left_out = {**population.left_out, **{name: number for name, number in counts.items() if name}}
    return {
        "title": plan.title,
        "licence": plan.licence,
        "kind": plan.chosen.kind,
        "filters": plan.chosen.as_json(),
        "format": plan.file_format,
        "layout": plan.layout,
        "layout_meaning": layout.meaning,
        "schema_version": SCHEMA_VERSION,
        "found": population.battles,
        "exported": counts[""],
        "left_out": {reason: left_out[reason] for reason in REASONS if reason in left_out},
        "winners": population.winners,
    }
