"""The comparisons of a person: what they wrote, what was answered, and how they voted."""

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from arena.battles.models import (
    AbandonedDraw,
    AnswerFinding,
    Battle,
    Completion,
    Exclusion,
    Side,
    Skip,
    Turn,
    Vote,
)
from arena.battles.services.dispatch import cancel_on_commit
from arena.battles.services.forgetting import forget_on_commit
from arena.battles.services.turns import UNFINISHED
from arena.raters.holdings import Erased, HeldRow, Holding, Raters
from ratings.services.requesting import request_refresh

AT_ONCE = 100


def _battles(raters: Raters) -> QuerySet[Battle]:
    return Battle.objects.filter(rater__in=raters)


def _count(raters: Raters) -> int:
    return _battles(raters).count()


def _rows(raters: Raters) -> Iterator[HeldRow]:
    """Yield each battle; models stand only in those that were voted, and answers only where both were shown in full."""
    answers = Completion.objects.current().filter(status=Completion.Status.DONE).only("turn_id", "side", "text")
    turns = Turn.objects.order_by("index").prefetch_related(Prefetch("completions", answers, to_attr="shown"))
    battles = (
        _battles(raters)
        .select_related("study", "skip", "vote__consent_revision", "snapshot_a__contestant", "snapshot_b__contestant")
        .prefetch_related(Prefetch("turns", turns, to_attr="told"))
        .order_by("created_at", "pk")
    )
    yield from map(_row, battles.iterator(AT_ONCE))


def _row(battle: Battle) -> HeldRow:
    vote, skip = getattr(battle, "vote", None), getattr(battle, "skip", None)
    return {
        "battle": str(battle.pk),
        "study": battle.study.slug,
        "started_at": battle.created_at,
        "status": battle.status,
        "turns": [_turn(turn) for turn in battle.told],  # type: ignore[attr-defined]  # named by the prefetch
        "vote": _vote(battle, vote) if vote else None,
        "skip": {"reason": skip.reason, "note": skip.note, "skipped_at": skip.created_at} if skip else None,
    }


def _turn(turn: Turn) -> HeldRow:
    shown: list[Completion] = turn.shown if turn.is_released else []  # type: ignore[attr-defined]  # as above
    texts = {answer.side: answer.text for answer in shown}
    return {"prompt": turn.prompt, "answer_a": texts.get(Side.A), "answer_b": texts.get(Side.B)}


def _vote(battle: Battle, vote: Vote) -> HeldRow:
    return {
        "winner": vote.winner,
        "voted_at": vote.created_at,
        "seconds_to_vote": vote.seconds_to_vote,
        "terms": vote.consent_revision.number,
        "model_a": battle.snapshot_a.contestant.slug,
        "model_b": battle.snapshot_b.contestant.slug,
    }


def _erase(raters: Raters) -> Erased:
    """Delete the battles with all that belongs to them, stop what still runs, and have the boards fitted again."""
    battles = list(_battles(raters).select_for_update().values_list("pk", flat=True))
    answers = Completion.objects.filter(turn__battle__in=battles)
    cancel_on_commit(list(answers.filter(status__in=UNFINISHED).values_list("pk", flat=True)))
    forget_on_commit(list(answers.values_list("pk", flat=True)))
    kinds = set(Vote.objects.filter(battle__in=battles).order_by().values_list("kind", flat=True))
    Exclusion.objects.filter(vote__battle__in=battles).delete()
    Vote.judged.through.objects.filter(vote__battle__in=battles).delete()
    Vote.objects.filter(battle__in=battles).delete()
    Skip.objects.filter(battle__in=battles).delete()
    AnswerFinding.objects.filter(completion__turn__battle__in=battles).delete()
    answers.delete()
    AbandonedDraw.objects.filter(battle__in=battles).delete()
    Turn.objects.filter(battle__in=battles).delete()
    Battle.objects.filter(pk__in=battles).delete()
    for kind in kinds:
        request_refresh(kind=kind)
    return Erased(gone=len(battles))


COMPARISONS = Holding(name="comparisons", label=_("comparisons"), count=_count, rows=_rows, erase=_erase)
