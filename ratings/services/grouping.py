"""Compute the figures of a board's groups, and put them in the place of those that are shown when that is safe."""

from collections.abc import Mapping, Sequence

import numpy as np
import structlog
from django.db import transaction
from django.utils import timezone

from ratings.board_settings import BoardSettings, read_board_settings
from ratings.core.arrays import BoolArray
from ratings.core.suppression import MINIMUM_CELL
from ratings.divided_votes import DividedVotes, divide_votes
from ratings.group_cells import cells_of, choose_cells
from ratings.group_rows import FieldSummary, GroupContent, Reason
from ratings.group_steps import Shown, cells_held_back, is_step_due, mark_cells, mark_people, pack, shown_after, unpack
from ratings.grouping import GroupField, Grouping
from ratings.models import GroupFigures, GroupStep, Leaderboard
from ratings.snapshot_content import installed_versions
from ratings.snapshot_groups import compute_groups, fit_whole
from ratings.sources import load_board_input

NO_GROUPS = Grouping(fields=(), minimum=MINIMUM_CELL, people=np.zeros(0, np.intp))
logger = structlog.get_logger(__name__)


def refresh_all_groups() -> None:
    """Bring the figures of groups of every board up to date."""
    for slug in Leaderboard.objects.exclude(current=None).values_list("slug", flat=True):
        refresh_groups(slug=slug)


def refresh_groups(*, slug: str) -> None:
    """Compute the figures of a board's groups when others than those shown may be shown; see `ratings.group_steps`.

    They must be at once when the minimum was raised.

    A board whose source knows no groups gets a step without any.

    Raises
    ------
    Leaderboard.DoesNotExist
        Without such a leaderboard.
    """
    board = Leaderboard.objects.select_related("current").get(slug=slug)
    before = GroupStep.objects.filter(leaderboard=board).first()
    board_input = load_board_input(board.kind, {**board.slice, "protocol": board.protocol})
    grouping = board_input.grouping() or NO_GROUPS
    if board.current is None:
        return
    divided = divide_votes(board_input, grouping, board.current.rows)
    shown = Shown() if before is None else unpack(bytes(before.shown))
    marked = mark_cells(divided.grouping, divided.comparisons)
    held_back = cells_held_back(shown, marked, grouping.minimum)
    chosen = choose_cells(divided.grouping, divided.rater, held_back=held_back)
    wanted = cells_of(divided.grouping, chosen)
    now = timezone.now()
    must_change = before is None or before.minimum < grouping.minimum
    age = now - (before.taken_at if before else now)
    if not must_change and not is_step_due(shown, marked, divided.grouping, wanted=wanted, age=age):
        return
    settings = read_board_settings(board.current.settings)
    figures = _compute(divided, chosen, settings)
    step = GroupStep(
        leaderboard=board,
        taken_at=now,
        cutoff=board_input.cutoff,
        minimum=grouping.minimum,
        fields=[
            _summary(field, figures.get(field.key), cells) for field, cells in zip(grouping.fields, chosen, strict=True)
        ],
        settings=settings.as_json(),
        versions=installed_versions(),
        input_sha256=divided.sha256(),
        shown=pack(shown_after(shown, marked, wanted, mark_people(divided.grouping, chosen))),
    )
    _publish(step, figures, replaced=before)


def _compute(divided: DividedVotes, chosen: Sequence[BoolArray], settings: BoardSettings) -> dict[str, GroupContent]:
    whole = fit_whole(divided.comparisons, settings)
    if whole is None:
        return {}
    fields = zip(divided.grouping.fields, chosen, strict=True)
    computed = {field.key: compute_groups(divided, field, shown, whole, settings) for field, shown in fields}
    return {key: figures for key, figures in computed.items() if figures is not None}


def _summary(field: GroupField, figures: GroupContent | None, chosen: BoolArray) -> FieldSummary:
    told = set() if figures is None else {group["key"] for group in figures["groups"]}
    hidden = [name for key, name in field.groups.items() if key not in told]
    reason: Reason = "" if told else ("few_votes" if chosen.any() else "few_people")
    return FieldSummary(
        key=field.key,
        title=field.title,
        divides_people=field.divides_people,
        shown=len(told),
        hidden=hidden if field.listed else [],
        more_hidden=bool(hidden) and not field.listed,
        reason=reason,
    )


@transaction.atomic
def _publish(step: GroupStep, figures: Mapping[str, GroupContent], *, replaced: GroupStep | None) -> None:
    """Put a step in the place of the one that it was computed against, unless another took that place meanwhile."""
    board = Leaderboard.objects.select_for_update().get(pk=step.leaderboard_id)
    current = GroupStep.objects.filter(leaderboard=board).first()
    if (current and (current.pk, current.taken_at)) != (replaced and (replaced.pk, replaced.taken_at)):
        return
    if current is not None:
        current.delete()
    step.save()
    GroupFigures.objects.bulk_create(
        GroupFigures(step=step, field=field, content=content) for field, content in figures.items()
    )
    logger.info("groups published", leaderboard=board.slug, fields=len(figures))
