"""Begin a battle: screen the prompt, draw contestants, store what was drawn, send all sides to the workers."""

import secrets
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction

from arena.battles import clock
from arena.battles.errors import ArenaBusyError, NoContestantsError, PromptRefusedError, UnknownChoiceError
from arena.battles.matchmaking import Draw, NotEnoughContestantsError, draw_pair, draw_set
from arena.battles.models import PAIR, Battle, Completion, EndpointHealth, Side, Turn
from arena.battles.protocols import WayOfAsking, protocol_for, way_of
from arena.battles.selectors import prompts_seen
from arena.battles.services.dispatch import dispatch_on_commit
from arena.battles.sides import answering_snapshot, drawn_snapshots
from arena.prompts.models import PromptRevision
from arena.prompts.selectors import draw_prompt
from arena.raters.models import Rater
from arena.safety.screen import screen_prompt
from arena.studies.models import ConsentRevision, Study
from models_registry.models import Contestant, ContestantSnapshot, Endpoint
from models_registry.services import snapshot_contestant

SEED_BITS = 62


def screened_prompt(text: str) -> str:
    """Return the normalised text of a prompt.

    Raises
    ------
    PromptRefusedError
        When it cannot be sent to models; the message says why in words for the rater.
    """
    screening = screen_prompt(text, max_chars=settings.MAX_PROMPT_CHARS)
    if screening.reason is not None:
        raise PromptRefusedError(str(screening.reason.label))
    return screening.text


@transaction.atomic
def start_battle(  # noqa: PLR0913 - what a battle keeps of its beginning
    *,
    rater: Rater,
    study: Study,
    consent_revision: ConsentRevision,
    prompt: str,
    prompt_revision: PromptRevision | None = None,
    conversation_type: str = "",
) -> Battle:
    """Store a battle with its first turn, and send its completions to their workers on commit.

    `conversation_type` is what the rater chose: with one, a scored conversation begins, without one a battle of pairs.

    Raises
    ------
    UnknownChoiceError
        When the study offers no such way to take part, or the type is unknown.
    PromptRefusedError
        When the prompt cannot be sent to models.
    ArenaBusyError
        When too many answers wait for a worker.
    NoContestantsError
        When fewer than two contestants can be drawn.
    """
    protocol = protocol_for(study, asks_topic=bool(conversation_type))
    if protocol is None or conversation_type not in {"", *Battle.ConversationType.values}:
        raise UnknownChoiceError
    text = screened_prompt(prompt)
    _keep_room_for_running_battles()
    contestants = {contestant.pk: contestant for contestant in drawable_contestants()}
    draw = draw_from(contestants, way_of(protocol))
    battle = Battle.objects.create(
        study=study,
        protocol=protocol,
        consent_revision=consent_revision,
        rater=rater,
        kind=rater.kind,
        prompt_revision=prompt_revision,
        conversation_type=conversation_type,
        **snapshots_of(draw, contestants),
        matchmaker=draw.matchmaker,
        draw_probability=draw.probability,
        draw_seed=draw.seed,
    )
    add_turn(battle=battle, index=0, prompt=text)
    return battle


def _keep_room_for_running_battles() -> None:
    """Refuse a new battle, never a turn of one that runs, while many answers wait: it would only wait as well."""
    if Completion.objects.filter(status=Completion.Status.QUEUED).count() >= settings.MAX_WAITING_ANSWERS:
        raise ArenaBusyError


def drawable_contestants() -> list[Contestant]:
    """Return the contestants that may be drawn now, with model and endpoint; one query. Ailing endpoints are out."""
    ailing = EndpointHealth.objects.filter(state=EndpointHealth.State.AILING).values("endpoint")
    return list(Contestant.objects.in_draw().exclude(endpoint__in=ailing).select_related("language_model", "endpoint"))


def surprise_prompt(*, rater: Rater) -> PromptRevision | None:
    """Return an approved prompt in a language that every contestant in the draw knows, or nothing when there is none.

    Prompts that the rater had before come only when no other is left.
    """
    known = [set(contestant.language_model.languages) for contestant in drawable_contestants()]
    languages = set.intersection(*known) if known else set()
    return draw_prompt(languages=languages, exclude_prompts=prompts_seen(rater.pk))


def draw_from(contestants: Mapping[int, Contestant], way: WayOfAsking) -> Draw:
    """Draw as many as a way of asking takes; the probability is the one among these contestants.

    Raises
    ------
    NoContestantsError
        When there are fewer than two.
    """
    weights = {key: contestant.weight for key, contestant in contestants.items()}
    seed = secrets.randbits(SEED_BITS)
    try:
        if way.most_answers == len(PAIR):
            return draw_pair(weights, seed=seed)
        return draw_set(weights, most=way.most_answers, seed=seed)
    except NotEnoughContestantsError as error:
        raise NoContestantsError from error


def snapshots_of(draw: Draw, contestants: Mapping[int, Contestant]) -> dict[str, ContestantSnapshot]:
    """Return what was drawn as fields of a battle."""
    return {
        f"snapshot_{side}": snapshot_contestant(contestant=contestants[key])
        for side, key in zip(Side, draw.contestants, strict=False)
    }


def add_turn(*, battle: Battle, index: int, prompt: str) -> Turn:
    """Add a running turn with its first attempt; needs a transaction."""
    turn = Turn.objects.create(battle=battle, index=index, prompt=prompt, started_at=clock.now())
    add_attempt(battle=battle, turn=turn)
    return turn


def add_attempt(*, battle: Battle, turn: Turn) -> None:
    """Add the completions of the turn's current attempt and send them to their workers on commit."""
    sides = way_of(battle.protocol).sides(turn_index=turn.index, drawn=len(drawn_snapshots(battle)))
    snapshots = {side: answering_snapshot(battle, side=side, turn_index=turn.index) for side in sides}
    endpoints = {side: snapshot.contestant.endpoint for side, snapshot in snapshots.items()}
    tries = [_try(turn=turn, side=side, endpoint=endpoint) for side, endpoint in endpoints.items()]
    for completion in Completion.objects.bulk_create(tries):
        dispatch_on_commit(completion, queue=endpoints[Side(completion.side)].queue)


def add_try(*, turn: Turn, side: str, endpoint: Endpoint, try_number: int) -> None:
    """Add another try of one side to the turn's current attempt and send it to a worker on commit."""
    completion = _try(turn=turn, side=side, endpoint=endpoint, try_number=try_number)
    completion.save()
    dispatch_on_commit(completion, queue=endpoint.queue)


def _try(*, turn: Turn, side: str, endpoint: Endpoint, try_number: int = 1) -> Completion:
    return Completion(
        turn=turn,
        side=side,
        attempt=turn.attempt,
        try_number=try_number,
        endpoint=endpoint,
        seed=secrets.randbits(SEED_BITS),
        queued_at=clock.now(),
    )
