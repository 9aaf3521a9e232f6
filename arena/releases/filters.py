"""Which battles an export holds, as people choose it and as the record of the export keeps it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from arena.raters.models import Rater
from arena.releases.errors import FilterError

MULTIPLE = ("categories", "models")
DAYS = ("since", "until")


@dataclass(frozen=True, slots=True)
class BattleFilter:
    """Battles of one kind that fulfil every condition; an empty one asks for nothing.

    Attributes
    ----------
    kind : votes of people, of simulated raters or of judge models; never together (Law 9).
    since, until : first and last day, in UTC, on which a battle began.
    study : short name.
    language : tag of the curated prompt; its regions too. A prompt that a rater wrote has none.
    categories : short names, of curated prompts too.
    models : contestants; battles in which at least one of them took part.
    keep_excluded : whether votes that are left out of the boards are exported, marked as such.
    """

    kind: str = Rater.Kind.HUMAN
    since: date | None = None
    until: date | None = None
    study: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    keep_excluded: bool = False

    def __post_init__(self) -> None:
        if self.kind not in Rater.Kind.values:
            raise FilterError(f"The kind of vote must be one of: {', '.join(Rater.Kind.values)}.")
        if self.since and self.until and self.since > self.until:
            raise FilterError("The first day lies after the last one.")

    @property
    def begins(self) -> datetime | None:
        return None if self.since is None else datetime.combine(self.since, time.min, UTC)

    @property
    def ends(self) -> datetime | None:
        """The moment after the last day."""
        return None if self.until is None else datetime.combine(self.until + timedelta(days=1), time.min, UTC)

    def as_json(self) -> dict[str, Any]:  # Any: plain JSON values
        """Return what was asked for, without empty conditions."""
        chosen = {name: value for name, value in asdict(self).items() if value}
        return {name: _plain(value) for name, value in chosen.items()}


def read_filter(stored: Mapping[str, Any]) -> BattleFilter:  # Any: plain JSON values
    """Return the filter that `as_json` wrote.

    Raises
    ------
    FilterError
        When a condition is not known or cannot be read: leaving it out would export other battles.
    """
    unknown = sorted(set(stored) - {field.name for field in fields(BattleFilter)})
    if unknown:
        raise FilterError(f"Unknown filters: {', '.join(unknown)}.")
    values = dict(stored)
    for name in MULTIPLE:
        values[name] = tuple(values.get(name) or ())
    for name in DAYS:
        values[name] = _day(name, values.get(name))
    return BattleFilter(**values)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value) if isinstance(value, tuple | list) else value


def _day(name: str, value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise FilterError(f"{name} must be a day such as 2026-11-30.") from error
