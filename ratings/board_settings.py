"""A leaderboard's settings as people store them, read into the core's types."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError

from ratings.core.method import BoardMethod, IntervalMethod
from ratings.errors import BoardSettingsError

DEFAULT_SEED = 20261
# The interval method is left to the size of the board: above so many comparisons it is the sandwich, which then says
# the same in a third of the time.
AUTO = "auto"
LARGE = 100_000
MOST_REPLICATES = 20_000
WHOLE_NUMBERS = ("replicates", "minimum_raters", "established_comparisons", "established_raters", "seed")


@dataclass(frozen=True, slots=True)
class BoardSettings:
    """How a board is computed: the method, and the seed of its random numbers."""

    method: BoardMethod
    seed: int

    def as_json(self) -> dict[str, Any]:  # Any: plain JSON values
        """Return every setting with its value in force, defaults included, as a snapshot stores them."""
        return {**asdict(self.method), "seed": self.seed}


def read_board_settings(
    stored: Mapping[str, Any],  # Any: whatever an administrator typed
    *,
    comparisons: int = 0,
) -> BoardSettings:
    """Fill in defaults and check every value.

    What is returned names the interval method in force: "auto" is settled by how many `comparisons` the board has, so
    that the same votes always give the same method.

    Raises
    ------
    BoardSettingsError
        Naming the setting that is unknown or out of range.
    """
    defaults = {**asdict(BoardMethod()), "interval": AUTO, "seed": DEFAULT_SEED}
    unknown = sorted(set(stored) - set(defaults))
    if unknown:
        raise BoardSettingsError(f"Unknown settings: {', '.join(unknown)}. Known are: {', '.join(defaults)}.")
    values = defaults | dict(stored)
    _check(values)
    if values["interval"] == AUTO:
        values["interval"] = interval_for(comparisons)
    seed = values.pop("seed")
    return BoardSettings(BoardMethod(**values), seed)


def interval_for(comparisons: int) -> IntervalMethod:
    """Return the interval method of a board with so many comparisons that leaves the choice to its size."""
    return "sandwich" if comparisons > LARGE else "bootstrap"


def validate_board_settings(stored: object) -> None:
    """Raise `ValidationError` for a form, with the same sentence as `read_board_settings`."""
    if not isinstance(stored, dict):
        raise ValidationError("Settings are a JSON object.")
    try:
        read_board_settings(stored)
    except BoardSettingsError as error:
        raise ValidationError(str(error)) from error


def _check(values: Mapping[str, Any]) -> None:  # Any: whatever an administrator typed
    for name in WHOLE_NUMBERS:
        if not isinstance(values[name], int) or isinstance(values[name], bool) or values[name] < 0:
            raise BoardSettingsError(f"{name} must be a whole number, at least 0.")
    if not 100 <= values["replicates"] <= MOST_REPLICATES:  # noqa: PLR2004  the limits are named in the sentence
        raise BoardSettingsError(f"replicates must be from 100 to {MOST_REPLICATES}.")
    if values["minimum_raters"] < BoardMethod().minimum_raters:
        raise BoardSettingsError(f"minimum_raters cannot be below {BoardMethod().minimum_raters}.")
    if values["interval"] not in {AUTO, "bootstrap", "sandwich"}:
        raise BoardSettingsError('interval must be "auto", "bootstrap" or "sandwich".')
    for name, lowest, highest in (("prior_precision", 0.0, 100.0), ("level", 0.5, 0.999)):
        if not isinstance(values[name], int | float) or not lowest < values[name] <= highest:
            raise BoardSettingsError(f"{name} must be above {lowest:g} and at most {highest:g}.")
