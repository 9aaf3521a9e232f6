"""Reads for the public pages of models: who was ever in the draw, how often, how quickly, and how it was rated.

Nothing here is younger than the end of yesterday (UTC), and battles that are still open are not in it, so that the
pages tell a rater nothing about the battle before them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Case, IntegerField, Max, Min, QuerySet, Sum, Value, When

from arena.battles.drawing import Bars, draw_bars
from arena.battles.models import Completion, ContestantSpeed, ExposureDay
from arena.battles.sides import answered_by
from arena.raters.models import Rater
from models_registry.models import Contestant
from ratings.drawing import Line
from ratings.history import RatingPoint, draw_history, rating_history
from ratings.models import Leaderboard

DRAWN_DAYS = 60
HISTORY_DAYS = 90
WEEK = 7
KIND = Rater.Kind.HUMAN
Status = Contestant.Status


@dataclass(frozen=True, slots=True)
class Exposure:
    """How often a contestant was drawn for people's battles.

    `share_percent` is of all battles on the days on which it was drawn, each of which has two contestants;
    `probability_percent` the average probability of the pairs that it was drawn in. `days` are the newest ones, drawn.
    """

    draws: int
    votes: int
    share_percent: float | None
    probability_percent: float | None
    first: date | None
    last: date | None
    days: tuple[int, ...]
    bars: Bars


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A line of the list of models."""

    contestant: Contestant
    exposure: Exposure


@dataclass(frozen=True, slots=True)
class Week:
    """Draws of seven days, for those who read the drawing as a table."""

    first: date
    last: date
    draws: int


@dataclass(frozen=True, slots=True)
class ModelPage:
    """All that the public page of a contestant shows; `speed` is None below the least number of answers."""

    contestant: Contestant
    exposure: Exposure
    weeks: tuple[Week, ...]
    speed: ContestantSpeed | None
    board: Leaderboard | None
    history: tuple[RatingPoint, ...]
    drawing: Line | None


class _Totals(NamedTuple):
    """What is known of a contestant over all of its days."""

    draws: int
    votes: int
    battles: int
    probabilities: float
    first: date
    last: date


def public_models() -> QuerySet[Contestant]:
    """Return every contestant that is or was in the draw: those in it first, then by name."""
    order = Case(
        When(status=Status.ACTIVE, then=Value(0)),
        When(status=Status.DRAINING, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = Contestant.objects.ever_in_draw().select_related("language_model__organisation")
    return rows.annotate(order=order).order_by("order", "name", "pk")


def model_rows(contestants: Sequence[Contestant], *, today: date) -> list[ModelRow]:
    """Return the lines of one page of `public_models`. Two queries."""
    exposures = _exposures([row.pk for row in contestants], today)
    return [ModelRow(row, exposures[row.pk]) for row in contestants]


def counted_until() -> date | None:
    """Return the newest day on which something was counted. One query."""
    newest: date | None = ExposureDay.objects.aggregate(newest=Max("day"))["newest"]
    return newest


def exposure_of(contestant: Contestant, *, today: date) -> Exposure:
    """Return the exposure of one contestant. Two queries."""
    return _exposures([contestant.pk], today)[contestant.pk]


def answers_being_written(contestant: Contestant) -> int:
    """Return how many answers a contestant is writing now; for the staff only. One query, over those that run."""
    running = Completion.objects.filter(status__in=(Completion.Status.QUEUED, Completion.Status.RUNNING))
    return running.filter(answered_by(contestant)).count()


def model_page(contestant: Contestant, *, today: date) -> ModelPage:
    """Return the public page of a contestant. Five queries."""
    exposure = exposure_of(contestant, today=today)
    board = Leaderboard.objects.filter(is_public=True, kind=KIND).order_by("position", "slug").first()
    history = rating_history(board=board, competitor=contestant.slug, until=today, days=HISTORY_DAYS) if board else ()
    return ModelPage(
        contestant=contestant,
        exposure=exposure,
        weeks=_weeks(exposure.days, today),
        speed=ContestantSpeed.objects.filter(contestant=contestant).first(),
        board=board,
        history=history,
        drawing=draw_history(history),
    )


def _exposures(contestants: list[int], today: date) -> dict[int, Exposure]:
    counted = ExposureDay.objects.filter(contestant__in=contestants, kind=KIND, day__lt=today).order_by()
    sums = counted.values_list("contestant").annotate(
        Sum("draws"), Sum("votes"), Sum("battles"), Sum("probability_sum"), Min("day"), Max("day")
    )
    totals = {contestant: _Totals(*figures) for contestant, *figures in sums}
    begin = today - timedelta(days=DRAWN_DAYS)
    by_day = {
        (contestant, day): draws
        for contestant, day, draws in counted.filter(day__gte=begin).values_list("contestant", "day", "draws")
    }
    span = [begin + timedelta(days=place) for place in range(DRAWN_DAYS)]
    return {key: _exposure(totals.get(key), tuple(by_day.get((key, day), 0) for day in span)) for key in contestants}


def _exposure(total: _Totals | None, days: tuple[int, ...]) -> Exposure:
    bars = draw_bars(days)
    if total is None:
        return Exposure(0, 0, None, None, None, None, days, bars)
    share, probability = 100 * total.draws / total.battles, 100 * total.probabilities / total.draws
    return Exposure(total.draws, total.votes, share, probability, total.first, total.last, days, bars)


def _weeks(days: tuple[int, ...], today: date) -> tuple[Week, ...]:
    """Return the draws by seven days, newest first; the oldest week may be shorter."""
    weeks = []
    for end in range(len(days), 0, -WEEK):
        begin = max(0, end - WEEK)
        first, last = today - timedelta(days=len(days) - begin), today - timedelta(days=len(days) - end + 1)
        weeks.append(Week(first, last, sum(days[begin:end])))
    return tuple(weeks)
