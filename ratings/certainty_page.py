"""How sure a board is, laid out for reading: some sentences, and a table with what is behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

from ratings.analysis_rows import CertaintyContent, ComponentCertainty, Sureness
from ratings.certainty_wording import describe_certainty, percent_of
from ratings.snapshot_rows import SnapshotRow
from ratings.variant_wording import describe_ranks


@dataclass(frozen=True, slots=True)
class SureRow:
    """One competitor: chance of being the best in percent, group, and what holds at every look and in every way."""

    name: str
    best_percent: str
    group: int
    lower: int
    upper: int
    ranks_anyhow: str
    lowest_anyhow: int
    highest_anyhow: int


@dataclass(frozen=True, slots=True)
class SureGroup:
    """One component of the board; `ways` is how many ways to compute it the last columns cover."""

    sentences: tuple[str, ...]
    rows: tuple[SureRow, ...]
    ways: int


def lay_out_certainty(content: CertaintyContent, rows: Mapping[str, SnapshotRow]) -> tuple[SureGroup, ...]:
    """Return one group for each component that has ranks, competitors by their rating; `rows` by short name."""
    return tuple(_group(component, rows) for component in content["components"])


def _group(component: ComponentCertainty, rows: Mapping[str, SnapshotRow]) -> SureGroup:
    names = {slug: row["name"] for slug, row in rows.items()}
    ordered = sorted(component["models"], key=lambda model: -(rows[model["slug"]]["rating"] or 0.0))
    return SureGroup(
        sentences=describe_certainty(component, ordered, names),
        rows=tuple(_row(model, names) for model in ordered),
        ways=component["ways"],
    )


def _row(model: Sureness, names: Mapping[str, str]) -> SureRow:
    return SureRow(
        name=names[model["slug"]],
        best_percent=percent_of(model["best"]),
        group=model["group"],
        lower=round(model["lower"]),
        upper=round(model["upper"]),
        ranks_anyhow=describe_ranks(model["rank_best_anyhow"], model["rank_worst_anyhow"]),
        lowest_anyhow=round(model["rating_lowest_anyhow"]),
        highest_anyhow=round(model["rating_highest_anyhow"]),
    )
