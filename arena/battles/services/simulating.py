"""Fill a board with the votes of simulated raters, so that a newcomer sees what one looks like."""

import random
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from arena.battles.errors import BattleError
from arena.battles.matchmaking import draw_pair
from arena.battles.models import Battle, Vote
from arena.battles.simulation import VotingModel
from arena.raters.models import Rater
from arena.studies.models import ConsentRevision, Study
from arena.studies.selectors import consent_in_force, default_study
from models_registry.models import Contestant, ContestantSnapshot
from models_registry.services import snapshot_contestant
from ratings.services.requesting import request_refresh

SEED_BITS = 62


class SimulationError(BattleError):
    """The simulation cannot be run as asked; the message says why."""


@transaction.atomic
def simulate_votes(
    *, strengths: Mapping[str, float], raters: int, votes: int, seed: int, model: VotingModel | None = None
) -> int:
    """Store `votes` votes of `raters` new simulated raters on the contestants in `strengths`, and return how many.

    Raters, battles and votes carry the kind "simulated", so no board of people ever holds them (Law 9). The battles
    have no turns: nothing was asked and nothing answered. Pairs come from the matchmaker, with its probabilities. The
    same registry, strengths and seed give the same rows but for their times; a seed can be used once.

    Raises
    ------
    SimulationError
        When a number is not positive, fewer than two of the contestants exist, or the seed was used before.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable from its seed on purpose; it guards no secret
    snapshots = _snapshots(strengths)
    if raters < 1 or votes < 1 or len(snapshots) < 2:  # noqa: PLR2004 - a battle has two sides
        raise SimulationError("A simulation needs raters, votes and at least two contestants whose strength is known.")
    crowd = _add_raters(raters, rng=rng)
    battles = _add_battles(snapshots, crowd, votes, rng=rng)
    _add_votes(battles, strengths, model or VotingModel(), rng=rng)
    request_refresh(kind=Rater.Kind.SIMULATED)
    return votes


def _snapshots(strengths: Mapping[str, float]) -> dict[int, ContestantSnapshot]:
    contestants = Contestant.objects.filter(slug__in=strengths).select_related("language_model")
    return {contestant.pk: snapshot_contestant(contestant=contestant) for contestant in contestants}


def _random_id(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def _add_raters(number: int, *, rng: random.Random) -> list[Rater]:
    crowd = [Rater(id=_random_id(rng), kind=Rater.Kind.SIMULATED) for _ in range(number)]
    if Rater.objects.filter(pk=crowd[0].pk).exists():
        raise SimulationError("Votes were already simulated with this seed. Choose another one.")
    return Rater.objects.bulk_create(crowd)


def _add_battles(
    snapshots: Mapping[int, ContestantSnapshot], crowd: Sequence[Rater], number: int, *, rng: random.Random
) -> list[Battle]:
    study = default_study()
    consent = consent_in_force(study=study)
    return Battle.objects.bulk_create(
        [_battle(snapshots, rng.choice(crowd), study, consent, rng=rng) for _ in range(number)], batch_size=500
    )


def _battle(
    snapshots: Mapping[int, ContestantSnapshot],
    rater: Rater,
    study: Study,
    consent: ConsentRevision,
    *,
    rng: random.Random,
) -> Battle:
    # Every contestant with the same weight: which of them people may draw just now does not matter here.
    draw = draw_pair(dict.fromkeys(snapshots, 1.0), seed=rng.getrandbits(SEED_BITS))
    return Battle(
        id=_random_id(rng),
        kind=Rater.Kind.SIMULATED,
        study=study,
        protocol=study.protocol,
        consent_revision=consent,
        rater=rater,
        snapshot_a=snapshots[draw.a],
        snapshot_b=snapshots[draw.b],
        matchmaker=draw.matchmaker,
        draw_probability=draw.probability,
        draw_seed=draw.seed,
        status=Battle.Status.VOTED,
        ended_at=timezone.now(),
    )


def _add_votes(
    battles: Sequence[Battle], strengths: Mapping[str, float], model: VotingModel, *, rng: random.Random
) -> None:
    Vote.objects.bulk_create(
        [
            Vote(
                battle=battle,
                rater_id=battle.rater_id,
                kind=Rater.Kind.SIMULATED,
                winner=model.draw(
                    strengths[battle.snapshot_a.contestant.slug], strengths[battle.snapshot_b.contestant.slug], rng=rng
                ),
                consent_revision_id=battle.consent_revision_id,
            )
            for battle in battles
        ],
        batch_size=500,
    )
