"""Everything that is computed from a snapshot's votes besides the snapshot, by name."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ratings.analysis_rows import CERTAINTY, FIT, VALIDATION
from ratings.board_settings import BoardSettings
from ratings.snapshot_certainty import compute_certainty
from ratings.snapshot_fit import compute_fit
from ratings.snapshot_rows import SnapshotRow
from ratings.snapshot_validation import compute_validation
from ratings.snapshot_variants import compute_variant
from ratings.sources import BoardInput
from ratings.variants import all_variants

# What every board with ratings has; style only where it was measured.
EVERY_BOARD = (CERTAINTY, FIT, VALIDATION, *(variant.key for variant in all_variants(styled=False)))
Computation = Callable[[], Mapping[str, object]]


def planned_analyses(
    board_input: BoardInput, rows: Sequence[SnapshotRow], settings: BoardSettings
) -> dict[str, Computation]:
    """Return what is to be computed, none of it computed yet.

    Parameters
    ----------
    rows : of the snapshot that was computed from the same input and settings.
    """
    if not any(row["rating"] is not None for row in rows):
        return {}
    comparisons, measured = board_input.comparisons, board_input.measured()
    variants: dict[str, Computation] = {
        variant.key: partial(compute_variant, measured, rows, settings, variant)
        for variant in all_variants(styled=measured.covariates is not None)
    }
    return {
        CERTAINTY: partial(compute_certainty, comparisons, rows, settings),
        FIT: partial(compute_fit, comparisons, rows, settings),
        **variants,
        VALIDATION: partial(compute_validation, measured, rows, settings),
    }
