"""The comparisons of a person: what they wrote, what was answered, and how they voted or scored it."""

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from arena.battles.models import (
    PAIR,
    AbandonedDraw,
    AnswerFinding,
    Assessment,
    AttributeRating,
    Battle,
    Completion,
    Exclusion,
    Score,
    ScoredTurn,
    Side,
    Skip,
    Turn,
    Vote,
    VoteAttribute,
    VoteReason,
)
from arena.battles.services.dispatch import cancel_on_commit
from arena.battles.services.forgetting import forget_on_commit
from arena.battles.services.turns import UNFINISHED
from arena.battles.sides import drawn_snapshots
from arena.raters.holdings import Erased, HeldRow, Holding, Raters
from ratings.services.requesting import request_refresh

AT_ONCE = 100
JUDGED = (Battle.Status.VOTED, Battle.Status.SCORED)


def _battles(raters: Raters) -> QuerySet[Battle]:
    return Battle.objects.filter(rater__in=raters)


def _count(raters: Raters) -> int:
    return _battles(raters).count()


def _rows(raters: Raters) -> Iterator[HeldRow]:
    """Yield each battle; models stand only in those that were judged, and answers only where all were shown in full."""
    answers = Completion.objects.current().filter(status=Completion.Status.DONE).select_related("score")
    answers = answers.only("turn_id", "side", "text", "score__value")
    turns = Turn.objects.order_by("index").select_related("scored")
    turns = turns.prefetch_related(Prefetch("completions", answers, to_attr="shown"))
    battles = (
        _battles(raters)
        .select_related(
            "study",
            "skip",
            "vote__consent_revision",
            "assessment__consent_revision",
            *(f"snapshot_{side}__contestant" for side in Side),
        )
        .prefetch_related(
            Prefetch("turns", turns, to_attr="told"),
            Prefetch("assessment__attributes", AttributeRating.objects.select_related("revision__attribute")),
            Prefetch("vote__reasons", VoteReason.objects.select_related("revision__reason")),
            Prefetch("vote__attributes", VoteAttribute.objects.select_related("revision__attribute")),
        )
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
        **(_scored(battle) if battle.conversation_type else {}),
        "skip": {"reason": skip.reason, "note": skip.note, "skipped_at": skip.created_at} if skip else None,
    }


def _turn(turn: Turn) -> HeldRow:
    shown: list[Completion] = turn.shown if turn.is_released else []  # type: ignore[attr-defined]  # as above
    texts = {answer.side: answer.text for answer in shown}
    row: HeldRow = {"prompt": turn.prompt, **{f"answer_{side}": texts.get(side) for side in (*PAIR, *sorted(texts))}}
    scored = getattr(turn, "scored", None)
    if scored is not None:
        row["scores"] = {answer.side: answer.score.value for answer in shown}
        row["chosen"] = next(answer.side for answer in shown if answer.pk == scored.chosen_id)
        row["scored_at"] = scored.created_at
    return row


def _scored(battle: Battle) -> HeldRow:
    """Return what only scored conversations have; their models once they have ended."""
    end = getattr(battle, "assessment", None)
    row: HeldRow = {"conversation_type": battle.conversation_type, "assessment": None}
    if end is not None:
        row["assessment"] = {
            "feedback": end.feedback,
            "attributes": [
                {"attribute": str(row.revision), "question": row.question, "value": row.value}
                for row in end.attributes.all()
            ],
            "ended_at": end.created_at,
            "terms": end.consent_revision.number,
            **{
                f"model_{side}": getattr(battle, f"snapshot_{side}").contestant.slug for side in drawn_snapshots(battle)
            },
        }
    return row


def _vote(battle: Battle, vote: Vote) -> HeldRow:
    return {
        "winner": vote.winner,
        "voted_at": vote.created_at,
        "seconds_to_vote": vote.seconds_to_vote,
        "terms": vote.consent_revision.number,
        "model_a": battle.snapshot_a.contestant.slug,
        "model_b": battle.snapshot_b.contestant.slug,
        "strength": vote.strength,
        "reasons": [
            {"answer": row.side, "sign": row.revision.reason.sign, "reason": row.revision.text}
            for row in vote.reasons.all()
        ],
        "attributes": [
            {"answer": row.side, "attribute": row.revision.label, "level": row.level} for row in vote.attributes.all()
        ],
        "justification": vote.justification,
    }


def _erase(raters: Raters) -> Erased:
    """Delete the battles with all that belongs to them, stop what still runs, and have the boards fitted again."""
    battles = list(_battles(raters).select_for_update().values_list("pk", flat=True))
    answers = Completion.objects.filter(turn__battle__in=battles)
    cancel_on_commit(list(answers.filter(status__in=UNFINISHED).values_list("pk", flat=True)))
    forget_on_commit(list(answers.values_list("pk", flat=True)))
    kinds = set(_battles(raters).filter(status__in=JUDGED).order_by().values_list("kind", flat=True))
    Exclusion.objects.filter(vote__battle__in=battles).delete()
    VoteReason.objects.filter(vote__battle__in=battles).delete()
    VoteAttribute.objects.filter(vote__battle__in=battles).delete()
    Vote.judged.through.objects.filter(vote__battle__in=battles).delete()
    Vote.objects.filter(battle__in=battles).delete()
    AttributeRating.objects.filter(assessment__battle__in=battles).delete()
    Assessment.objects.filter(battle__in=battles).delete()
    Score.objects.filter(scored_turn__turn__battle__in=battles).delete()
    ScoredTurn.objects.filter(turn__battle__in=battles).delete()
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
