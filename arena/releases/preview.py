"""What an export would hold, before it is made."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.text import Truncator

from arena.battles.models import Exclusion, Turn
from arena.releases.filters import BattleFilter
from arena.releases.layouts import LAYOUTS
from arena.releases.models import Export
from arena.releases.package import ExportPlan
from arena.releases.population import REASONS, Population, count_population, exported_votes

FIRST_ROWS = 5
EXCERPT_CHARS = 60


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One of the first battles."""

    prompt: str
    model_a: str
    model_b: str
    winner: str
    excluded: bool


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many battles are not exported for one reason."""

    reason: str | Promise
    number: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Counts and the first rows of an export."""

    found: int
    exported: int
    left_out: tuple[LeftOut, ...]
    columns: int
    rows: tuple[PreviewRow, ...]


def preview_export(plan: ExportPlan) -> Preview:
    """Return what `plan` would export now; three queries, two of which read every battle of the filter."""
    population = count_population(plan.chosen)
    without = _without_row(plan, population)
    return Preview(
        found=population.battles,
        exported=population.exported - sum(without.values()),
        left_out=told({**population.left_out, **without}),
        columns=len(LAYOUTS[Export.Layout(plan.layout)].columns),
        rows=_first_rows(plan.chosen),
    )


def told(counts: dict[str, int]) -> tuple[LeftOut, ...]:
    """Return the counts with their reasons in words, in the order of the reasons."""
    return tuple(LeftOut(reason, counts[name]) for name, reason in REASONS.items() if counts.get(name))


def _first_rows(chosen: BattleFilter) -> tuple[PreviewRow, ...]:
    first_turn = Turn.objects.filter(battle=OuterRef("battle_id"), index=0)
    rows = exported_votes(chosen).values_list(
        Subquery(first_turn.values("prompt")),
        "battle__snapshot_a__contestant__slug",
        "battle__snapshot_b__contestant__slug",
        "winner",
        Exists(Exclusion.objects.filter(vote=OuterRef("pk"))),
    )
    return tuple(
        PreviewRow(Truncator(prompt or "").chars(EXCERPT_CHARS), *others) for prompt, *others in rows[:FIRST_ROWS]
    )


def _without_row(plan: ExportPlan, population: Population) -> dict[str, int]:
    """Return how many votes the layout makes no row of; which have no text shows in the export only."""
    if plan.layout != Export.Layout.PREFERENCES:
        return {}
    return {name: population.winners.get(name, 0) for name in ("tie", "both_bad")}
