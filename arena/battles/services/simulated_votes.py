"""The battles and votes of simulated raters, in bulk."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from arena.battles.copy_in import copy_in
from arena.battles.matchmaking import UNIFORM, Draw, draw_pair
from arena.battles.models import Battle, Vote
from arena.battles.simulation.tastes import Tastes
from arena.battles.simulation.voting import WINNERS, VotingModel
from arena.raters.models import Rater
from arena.studies.models import Study
from arena.studies.selectors import consent_in_force
from models_registry.models import ContestantSnapshot
from ratings.core.arrays import IntArray

SEED_BITS = 62
# Spread of the numbers of votes, on the natural-log scale: the busiest tenth of the raters casts almost half of them.
HEAVINESS = 1.2
AT_ONCE = 20_000
# Told how many are done, and of how many.
Progress = Callable[[int, int], None]


def nobody_watches(_done: int, _total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, eq=False, slots=True)
class Polled:
    """Who votes on what: raters and contestants in the order in which `tastes` has them."""

    study: Study
    raters: Sequence[Rater]
    snapshots: Sequence[ContestantSnapshot]
    tastes: Tastes


def store_votes(
    polled: Polled, votes: int, *, voting: VotingModel, rng: np.random.Generator, progress: Progress
) -> None:
    """Store battles, pairs drawn by the matchmaker with equal weights, and a vote on each."""
    voters = draw_voters(len(polled.raters), votes, rng=rng)
    battle, vote = _alike(polled.study)
    for start in range(0, votes, AT_ONCE):
        some = voters[start : start + AT_ONCE]
        draws = [_draw(polled.snapshots, seed) for seed in rng.integers(2**SEED_BITS, size=len(some)).tolist()]
        winners = _judge(polled, some, draws, voting=voting, rng=rng)
        ids = random_ids(len(some), rng=rng)
        raters = [polled.raters[place].pk for place in some.tolist()]
        sides = [(polled.snapshots[draw.a].pk, polled.snapshots[draw.b].pk) for draw in draws]
        copy_in(
            battle,
            ["id", "rater_id", "snapshot_a_id", "snapshot_b_id", "draw_probability", "draw_seed"],
            (
                (battle_id, rater, *pair, draw.probability, draw.seed)
                for battle_id, rater, pair, draw in zip(ids, raters, sides, draws, strict=True)
            ),
        )
        copy_in(vote, ["battle_id", "rater_id", "winner"], zip(ids, raters, winners, strict=True))
        progress(start + len(some), votes)


def draw_voters(raters: int, votes: int, *, rng: np.random.Generator) -> IntArray:
    """Return who casts each vote, as positions (votes,) in random order; each at least one if there are enough."""
    if votes <= raters:
        return rng.choice(raters, size=votes, replace=False)
    zeal = np.exp(HEAVINESS * rng.standard_normal(raters))
    further = rng.choice(raters, size=votes - raters, p=zeal / zeal.sum())
    return rng.permutation(np.concatenate([np.arange(raters), further]))


def random_ids(number: int, *, rng: np.random.Generator, prefix: bytes = b"") -> list[uuid.UUID]:
    """Return ids that begin with these bytes."""
    width = 16 - len(prefix)
    drawn = rng.bytes(number * width)
    return [uuid.UUID(bytes=prefix + drawn[at : at + width], version=4) for at in range(0, number * width, width)]


def _alike(study: Study) -> tuple[Battle, Vote]:
    """Return what all battles and all votes have in common."""
    consent = consent_in_force(study=study)
    battle = Battle(
        kind=Rater.Kind.SIMULATED,
        study=study,
        protocol=study.protocol,
        consent_revision=consent,
        matchmaker=UNIFORM,
        status=Battle.Status.VOTED,
        ended_at=timezone.now(),
    )
    return battle, Vote(kind=Rater.Kind.SIMULATED, consent_revision=consent)


def _draw(snapshots: Sequence[ContestantSnapshot], seed: int) -> Draw:
    # Every contestant with the same weight: which of them people may draw just now does not matter here.
    return draw_pair(dict.fromkeys(range(len(snapshots)), 1.0), seed=seed)


def _judge(
    polled: Polled, voters: IntArray, draws: Sequence[Draw], *, voting: VotingModel, rng: np.random.Generator
) -> list[str]:
    places, (a, b) = np.arange(len(voters)), np.array([(draw.a, draw.b) for draw in draws]).T
    strengths = polled.tastes.of(voters)
    positions = voting.draw(strengths[places, a], strengths[places, b], rng=rng)
    return [WINNERS[position].value for position in positions.tolist()]
