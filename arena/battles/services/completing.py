"""The database side of one completion: claim it, finish it, or let it fail. The worker's relay stands between."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from arena.battles import clock
from arena.battles.models import Battle, Completion, Turn
from arena.battles.services.findings import record_findings
from arena.battles.services.recovering import recover
from arena.battles.services.turns import complete_turn
from arena.battles.sides import answering_snapshot_id
from arena.battles.states import advance
from arena.battles.streaming import Answer
from arena.battles.style import STYLE_VERSION, measure_style
from models_registry.inference.protocol import ChatMessage, CompletionRequest
from models_registry.serving import serving


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs to answer: the endpoint that serves the contestant, as it is now, and the request."""

    completion_id: int
    turn_id: int
    attempt: int
    endpoint: str
    endpoint_version: str
    request: CompletionRequest


@transaction.atomic
def claim_completion(*, completion_id: int, worker: str = "") -> Job | None:
    """Take a queued completion and return what to ask, or nothing when there is nothing to do any more.

    One conditional update decides, so of several workers with the same message one works, and a message that comes
    again never appends to what another delivery began. `worker` is remembered, so that its death is noticed.
    """
    due = Completion.objects.filter(pk=completion_id, turn__status=Turn.Status.RUNNING, attempt=F("turn__attempt"))
    claimed = advance(due, to=Completion.Status.RUNNING, started_at=clock.now(), worker=worker)
    completion = Completion.objects.select_related("turn__battle").get(pk=completion_id)
    if not claimed:
        return None
    turn = completion.turn
    served = serving(answering_snapshot_id(turn.battle, side=completion.side, turn_index=turn.index))
    return Job(
        completion_id=completion.pk,
        turn_id=completion.turn_id,
        attempt=completion.attempt,
        endpoint=served.endpoint,
        endpoint_version=served.endpoint_version,
        request=CompletionRequest(
            request_id=str(completion.pk),
            messages=_messages(completion, served.system_prompt),
            sampling=served.sampling,
            seed=completion.seed,
        ),
    )


def _messages(completion: Completion, system_prompt: str) -> tuple[ChatMessage, ...]:
    """Return the conversation as this side knows it: its own earlier answers, and the new prompt."""
    messages = [ChatMessage("system", system_prompt)]
    for prompt, text in _said_before(completion) if completion.turn.index else ():
        messages += [ChatMessage("user", prompt), ChatMessage("assistant", text)]
    return (*messages, ChatMessage("user", completion.turn.prompt))


def _said_before(completion: Completion) -> Iterable[tuple[str, str]]:
    """Return prompt and answer of each earlier turn, in their order."""
    rows = Completion.objects.current().filter(turn__battle=completion.turn.battle_id)
    # A scored conversation goes on from the answers that were chosen; elsewhere each side knows its own.
    is_scored = bool(completion.turn.battle.chosen_side)
    rows = rows.filter(chosen_in__isnull=False) if is_scored else rows.filter(side=completion.side)
    earlier = rows.filter(turn__index__lt=completion.turn.index).order_by("turn__index")
    return earlier.values_list("turn__prompt", "text")


@transaction.atomic
def finish_completion(
    *,
    completion_id: int,
    answer: Answer,
    finish_reason: str,
    prompt_tokens: int | None,
    completion_tokens: int | None,
) -> bool:
    """Store a finished answer; the last of a turn to finish completes the turn. Returns whether it was stored.

    Only a running completion is written, so a late or repeated call changes nothing.
    """
    turn = Turn.objects.select_for_update().get(completions=completion_id)
    stored = advance(
        Completion.objects.filter(pk=completion_id),
        to=Completion.Status.DONE,
        text=answer.text,
        arrivals=list(zip(answer.times, answer.lengths, strict=True)),
        ended_ms=answer.ended_ms,
        finish_reason=finish_reason,
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        style=measure_style(answer.text),
        style_version=STYLE_VERSION,
        finished_at=clock.now(),
    )
    if stored:
        record_findings(completion_id=completion_id)
        complete_turn(turn)
    return bool(stored)


@transaction.atomic
def fail_completion(*, completion_id: int, failure: str, answer: Answer) -> None:
    """Record that a side failed, with what it had said so far, and do what follows: never an answer (Law 3).

    Harmless to repeat: only a completion that waits or runs changes.
    """
    # Battle, then turn, here as everywhere: sides that fail at once would otherwise wait for each other.
    battles = Battle.objects.select_for_update(of=("self",)).select_related("protocol")
    battle = battles.get(turns__completions=completion_id)
    turn = Turn.objects.select_for_update().get(completions=completion_id)
    failed = advance(
        Completion.objects.filter(pk=completion_id),
        to=Completion.Status.FAILED,
        failure=failure,
        text=answer.text,
        arrivals=list(zip(answer.times, answer.lengths, strict=True)),
        finished_at=clock.now(),
    )
    if failed:
        recover(battle=battle, turn=turn, completion=Completion.objects.get(pk=completion_id))


def keep_stopped_text(*, completion_id: int, answer: Answer) -> None:
    """Store what a stopped or dropped side had said; it stays unfinished and cannot be judged."""
    Completion.objects.filter(
        pk=completion_id, status__in=(Completion.Status.STOPPED, Completion.Status.FAILED), text=""
    ).update(text=answer.text, arrivals=list(zip(answer.times, answer.lengths, strict=True)))
