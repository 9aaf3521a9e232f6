"""Reads for the pages of battles. Before the vote they return blind types only."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy
from redis.exceptions import RedisError

from arena.battles import clock
from arena.battles.blind import BlindAnswer, BlindBattle, BlindTurn
from arena.battles.limits import conversation_is_full
from arena.battles.models import Battle, Completion, Side, Turn, Vote
from arena.battles.pace import released
from arena.battles.rendering import render_answer
from arena.battles.sides import drawn_snapshots
from arena.battles.streaming import Answer, StreamEntry, stored_answer, stream_key
from arena.raters.selectors import selves
from arena.safety.identity_questions import asks_identity
from models_registry.redis_connection import client

EXCERPT_CHARS = 120
BLIND_COMPLETION_FIELDS = ("turn_id", "side", "status", "text", "arrivals", "ended_ms")
BLIND_TURN_FIELDS = ("index", "prompt", "attempt", "status", "failure", "stopped_at", "released_at")

OWNED_FIELDS = (
    "status", "study_id", "created_at", "rater__merged_into", "protocol__kind",
    "consent_revision__published_at", "consent_revision__retired_at",
    "protocol__asks_strength", "protocol__reasons", "protocol__attributes", "protocol__asks_justification",
)  # fmt: skip

ENDED_SENTENCES = {
    "stopped": gettext_lazy("You stopped this turn. Retry it to get two complete answers, or start a new comparison."),
    "failed": gettext_lazy("One of the models could not answer, so there is nothing to compare. Retry, or start anew."),
    "too_long": gettext_lazy("This text is too long for one of the models. Start a new comparison with a shorter one."),
    "timeout": gettext_lazy("The models took too long to answer. Retry, or start a new comparison."),
}


@dataclass(frozen=True, slots=True)
class StreamedTurn:
    """The current turn as a socket follows it: nothing in it names a model.

    `streams` says by side which streams hold the answers: others, when another try or attempt took the place of one;
    fewer, when a side was left out. `stored` are those answers that the database holds.
    """

    battle_status: str
    index: int
    attempt: int
    status: str
    stopped_ms: int | None
    released_ms: int | None
    streams: Mapping[str, int]
    stored: Mapping[str, Answer | None]

    @property
    def ends_ms(self) -> int | None:
        """The moment at which the turn stands still: released in full, stopped or failed."""
        return self.released_ms if self.released_ms is not None else self.stopped_ms


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def released_texts(answers: Mapping[str, Answer], *, stopped_ms: int | None, now_ms: int) -> dict[str, str]:
    """Return what may be seen of the answers at `now_ms`; after a stop or a failure nothing more is shown."""
    moment = now_ms if stopped_ms is None else min(now_ms, stopped_ms)
    lengths = released([answer.log for answer in answers.values()], moment)
    return {side: answer.text[:length] for (side, answer), length in zip(answers.items(), lengths, strict=True)}


def owns_under_terms_in_force(*, battle_id: uuid.UUID, rater_id: uuid.UUID | None) -> bool:
    """Tell whether the battle is this very rater's and nobody has to be asked again. One small query.

    It is on the way of every vote: the usual case, in which nothing else has to be looked at.
    """
    owned = Battle.objects.filter(pk=battle_id, rater=rater_id, consent_revision__retired_at=None)
    return rater_id is not None and owned.exists()


def owned_battle(*, battle_id: uuid.UUID, rater_id: uuid.UUID | None) -> Battle | None:
    """Return the battle if it belongs to this rater, without any field that names a model. One query."""
    if rater_id is None:
        return None
    rows = Battle.objects.filter(pk=battle_id).select_related("rater", "consent_revision", "protocol").order_by()
    battle = next(iter(rows.only(*OWNED_FIELDS)), None)
    return battle if battle and rater_id in {battle.rater_id, battle.rater.merged_into_id} else None


def blind_battle(battle: Battle, answers: Iterable[Completion] | None = None) -> BlindBattle:
    """Return what the rater of `battle` may see of it now. One query, and one to Redis while a turn runs.

    `answers` are its current completions, where they have been read already.
    """
    completions = _by_turn(current_answers(battle.pk) if answers is None else answers)
    turns = [turn_of(sides) for sides in completions]
    blind_turns = tuple(_blind_turn(turn, sides) for turn, sides in zip(turns, completions, strict=True))
    last = blind_turns[-1]
    is_open = battle.status == Battle.Status.OPEN
    complete = is_open and last.status == Turn.Status.COMPLETE
    characters = sum(turn.characters for turn in blind_turns)
    return BlindBattle(
        id=battle.pk,
        status=battle.status,
        turns=blind_turns,
        error=_sentence(turns[-1]) if is_open else "",
        can_vote=complete,
        can_stop=is_open and last.status == Turn.Status.RUNNING,
        can_retry=is_open and last.status in {Turn.Status.STOPPED, Turn.Status.FAILED},
        can_continue=complete and not conversation_is_full(turns=len(turns), characters=characters),
        asks_identity=is_open and any(asks_identity(turn.prompt) for turn in turns),
    )


def _sentence(turn: Turn) -> str:
    if turn.status == Turn.Status.STOPPED:
        return str(ENDED_SENTENCES["stopped"])
    if turn.status == Turn.Status.FAILED:
        return str(ENDED_SENTENCES.get(turn.failure, ENDED_SENTENCES["failed"]))
    return ""


def current_answers(battle_id: uuid.UUID, *more: str) -> QuerySet[Completion]:
    """Return the current completions of a battle with their turns, in no order.

    None of their fields names a model, but for those asked for.
    """
    rows = Completion.objects.current().filter(turn__battle=battle_id).select_related("turn")
    turn_fields = (f"turn__{name}" for name in BLIND_TURN_FIELDS)
    return rows.only(*BLIND_COMPLETION_FIELDS, *turn_fields, *more).order_by()


def _by_turn(completions: Iterable[Completion]) -> list[dict[str, Completion]]:
    """Return the sides of each turn that stand, in the order of turns and of sides."""
    by_turn: dict[int, dict[str, Completion]] = {}
    for row in completions:
        if not _is_left_out(row):
            by_turn.setdefault(row.turn.index, {})[row.side] = row
    return [dict(sorted(sides.items())) for _index, sides in sorted(by_turn.items())]


def _is_left_out(row: Completion) -> bool:
    """Tell whether a side failed that the turn went on without. What failed with its turn stays to be seen."""
    return row.status == Completion.Status.FAILED and row.turn.status != Turn.Status.FAILED


def turn_of(sides: Mapping[str, Completion]) -> Turn:
    """Return the turn whose answers these are."""
    return next(iter(sides.values())).turn


def _blind_turn(turn: Turn, sides: dict[str, Completion]) -> BlindTurn:
    if turn.is_released:
        whole = {side: BlindAnswer(text=row.text, html=render_answer(row.text)) for side, row in sides.items()}
        return BlindTurn(turn.index, turn.prompt, turn.status, turn.attempt, whole)
    texts = released_texts(_answers(sides), stopped_ms=_milliseconds(turn.stopped_at), now_ms=clock.now_ms())
    # Complete in the database, but not yet in the eyes of the rater.
    status = Turn.Status.RUNNING if turn.status == Turn.Status.COMPLETE else turn.status
    answers = {side: BlindAnswer(text=text) for side, text in texts.items()}
    return BlindTurn(turn.index, turn.prompt, status, turn.attempt, answers)


def _answers(sides: Mapping[str, Completion]) -> dict[str, Answer]:
    """Return the answers so far, from the database where they are finished and from Redis where they are not."""
    stored = _stored(sides)
    if None not in stored.values():
        return {side: answer or Answer() for side, answer in stored.items()}
    streams = read_streams([row.pk for row in sides.values()])
    return {side: answer or streamed for (side, answer), streamed in zip(stored.items(), streams, strict=True)}


def _stored(sides: Mapping[str, Completion]) -> dict[str, Answer | None]:
    return {side: stored_answer(row) if row.arrivals else None for side, row in sides.items()}


def read_streams(completion_ids: list[int]) -> list[Answer]:
    """Return the streamed answers; empty ones when Redis cannot be asked, for the stream is only a view."""
    pipeline = client().pipeline(transaction=False)
    for completion_id in completion_ids:
        pipeline.xrange(stream_key(completion_id))
    answers = [Answer() for _id in completion_ids]
    try:
        results = cast("list[list[StreamEntry]]", pipeline.execute())
    except RedisError:
        return answers
    for answer, entries in zip(answers, results, strict=True):
        answer.feed(entries)
    return answers


def streamed_turn(battle_id: uuid.UUID) -> StreamedTurn | None:
    """Return the newest turn of a battle as its sockets follow it. One query."""
    turns = _by_turn(current_answers(battle_id, "turn__battle__status").select_related("turn__battle"))
    if not turns:
        return None
    sides = turns[-1]
    turn = turn_of(sides)
    return StreamedTurn(
        battle_status=turn.battle.status,
        index=turn.index,
        attempt=turn.attempt,
        status=turn.status,
        stopped_ms=_milliseconds(turn.stopped_at),
        released_ms=_milliseconds(turn.released_at),
        streams={side: row.pk for side, row in sides.items()},
        stored=_stored(sides),
    )


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """A line of "my battles"; `models` is empty until the battle was judged."""

    id: uuid.UUID
    started_at: datetime
    prompt: str
    status: str
    status_label: str
    winner: str
    models: str


def history_of(rater_id: uuid.UUID) -> QuerySet[Battle]:
    """Return a rater's battles, newest first, with their first prompt and nothing that names a model."""
    first = Turn.objects.filter(battle=OuterRef("pk"), index=0).values("prompt")[:1]
    return (
        Battle.objects.filter(rater__in=selves(rater_id))
        .annotate(first_prompt=Subquery(first))
        .only("id", "status", "created_at")
        .order_by("-created_at", "pk")
    )


def history_items(battles: list[Battle]) -> list[HistoryItem]:
    """Return the lines of one page of `history_of`; one query for those that were voted, one for those scored."""
    voted = [battle.pk for battle in battles if battle.status == Battle.Status.VOTED]
    votes = {
        vote.battle_id: vote
        for vote in Vote.objects.filter(battle__in=voted).select_related(
            "battle__snapshot_a__contestant", "battle__snapshot_b__contestant"
        )
    }
    judged = {key: vote.battle for key, vote in votes.items()} | _ended_conversations(battles)
    return [_history_item(battle, judged.get(battle.pk), votes.get(battle.pk)) for battle in battles]


def _ended_conversations(battles: list[Battle]) -> dict[uuid.UUID, Battle]:
    """Return those of the battles that are scored conversations with an end, with their contestants."""
    ended = [battle.pk for battle in battles if battle.status == Battle.Status.SCORED]
    if not ended:
        return {}
    return Battle.objects.select_related(*(f"snapshot_{side}__contestant" for side in Side)).in_bulk(ended)


def _history_item(battle: Battle, judged: Battle | None, vote: Vote | None) -> HistoryItem:
    models = ""
    if judged is not None:
        names = {side: getattr(judged, f"snapshot_{side}").contestant.name for side in drawn_snapshots(judged)}
        models = " · ".join(f"{side.label}: {name}" for side, name in names.items())
    return HistoryItem(
        id=battle.pk,
        started_at=battle.created_at,
        prompt=Truncator(getattr(battle, "first_prompt", "") or "").chars(EXCERPT_CHARS),
        status=battle.status,
        status_label=battle.get_status_display(),
        winner=str(Vote.Winner(vote.winner).label) if vote else "",
        models=models,
    )


def prompts_seen(rater_id: uuid.UUID) -> list[int]:
    """Return the library prompts of the rater's newest 200 battles, so that "surprise me" can avoid them."""
    seen = Battle.objects.filter(rater__in=selves(rater_id), prompt_revision__isnull=False).order_by("-created_at")
    return list(seen.values_list("prompt_revision__prompt", flat=True)[:200])
