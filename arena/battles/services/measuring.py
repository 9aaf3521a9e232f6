"""Measure the style of answers that were stored before there was a measure of it, or by an older one."""

from collections.abc import Callable

from django.db import transaction

from arena.battles.models import Completion, CompletionQuerySet
from arena.battles.style import STYLE_VERSION, measure_style
from ratings.services.analysing import request_all_analyses

AT_ONCE = 500
# What a worker does before it turns to something else: less than a minute's work.
MOST_IN_A_RUN = 20_000


def count_older_answers() -> int:
    """Return how many answers wait to be measured; one query on an index that holds only these."""
    return _older_answers().count()


def measure_older_answers(*, most: int, report: Callable[[int], None] = lambda _measured: None) -> int:
    """Measure up to `most` answers that need it, the oldest first, and return how many were.

    `report` is told how many there are so far after each batch. Harmless to repeat or to run twice at a time. When it
    measured any and none is left, every board is analysed anew, so that those whose votes are now all measured show it.
    """
    measured = 0
    while measured < most and (batch := _batch(min(AT_ONCE, most - measured))):
        measured += batch
        report(measured)
    if measured and not _older_answers().exists():
        request_all_analyses()
    return measured


@transaction.atomic
def _batch(size: int) -> int:
    """Measure the next answers that nobody else is measuring now."""
    answers = list(_older_answers().select_for_update(skip_locked=True).order_by("pk").only("text")[:size])
    for answer in answers:
        answer.style, answer.style_version = list(measure_style(answer.text)), STYLE_VERSION
    Completion.objects.bulk_update(answers, ["style", "style_version"])
    return len(answers)


def _older_answers() -> CompletionQuerySet:
    return Completion.objects.filter(status=Completion.Status.DONE, style_version__lt=STYLE_VERSION)
