"""Fill a board with the votes of simulated raters: for newcomers to see, for tests and for load."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import QuerySet

from arena.battles.copy_in import copy_in
from arena.battles.errors import BattleError
from arena.battles.models import Battle, Exclusion, Vote
from arena.battles.services.simulated_profiles import agree_in_bulk, store_profiles
from arena.battles.services.simulated_votes import Polled, Progress, nobody_watches, random_ids, store_votes
from arena.battles.simulation.people import REGION, Crowd, draw_crowd
from arena.battles.simulation.tastes import Differences, draw_tastes
from arena.battles.simulation.voting import VotingModel
from arena.profiles.models import Answer, AnswerValue
from arena.raters.models import Rater
from arena.studies.models import ConsentDecision, Study
from arena.studies.selectors import consent_in_force
from models_registry.models import Contestant, ContestantSnapshot
from models_registry.services import snapshot_contestant
from ratings.services.requesting import request_refresh

# What tastes depend on.
GROUPED_BY = ("age", "gender", "ethnicity", REGION)
RATERS_AT_ONCE = 500


class SimulationError(BattleError):
    """The simulation cannot be run as asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What is to be simulated; the same one gives the same rows, but for their times.

    Attributes
    ----------
    strengths : by the slug of a contestant, on the natural-log scale.
    raters, votes : how many; some raters cast many more than others, and each at least one if there are enough.
    profiled : the share of raters who say who they are, where the study asks.
    """

    study: Study
    strengths: Mapping[str, float]
    raters: int
    votes: int
    seed: int
    profiled: float = 0.9
    differences: Differences = field(default_factory=Differences)
    voting: VotingModel = field(default_factory=VotingModel)


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was stored."""

    raters: int
    profiles: int
    votes: int


@transaction.atomic
def simulate_raters(simulation: Simulation, *, progress: Progress = nobody_watches) -> Simulated:
    """Store simulated raters, with consent, profiles and votes, and return how many; all of it or nothing.

    Raters, battles and votes carry the kind "simulated", so no board of people ever holds them (Law 9). The battles
    have no turns: nothing was asked and nothing answered. Pairs come from the matchmaker, with its probabilities. A
    seed can be used once, until `remove_simulated`. `progress` is told the votes stored and all of them.

    Raises
    ------
    SimulationError
        When a number is not positive, fewer than two of the contestants exist, or the seed was used before.
    """
    snapshots = _snapshots(simulation.strengths)
    if simulation.raters < 1 or simulation.votes < 1 or len(snapshots) < 2:  # noqa: PLR2004 - a battle has two sides
        raise SimulationError("A simulation needs raters, votes and at least two contestants whose strength is known.")
    if simulated_raters(simulation.seed).exists():
        raise SimulationError("Votes were already simulated with this seed. Choose another one, or remove them.")
    rng = np.random.default_rng(simulation.seed)
    crowd = draw_crowd(simulation.raters, rng=rng)
    groups = {name: crowd.one[name] for name in GROUPED_BY}
    strengths = [simulation.strengths[snapshot.contestant.slug] for snapshot in snapshots]
    tastes = draw_tastes(strengths, groups, simulation.differences, rng=rng)
    with connection.cursor() as cursor:
        # Checked row by row: otherwise a million rows would wait in memory for the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    raters, profiles = _add_raters(simulation, crowd, rng=rng)
    polled = Polled(simulation.study, raters, snapshots, tastes)
    store_votes(polled, simulation.votes, voting=simulation.voting, rng=rng, progress=progress)
    request_refresh(kind=Rater.Kind.SIMULATED)
    return Simulated(raters=len(raters), profiles=profiles, votes=simulation.votes)


def simulated_raters(seed: int) -> QuerySet[Rater]:
    """Return the raters that were simulated with a seed: it makes the first half of their ids."""
    first, last = (uuid.UUID(bytes=_prefix(seed) + bytes([end]) * 8, version=4) for end in (0, 255))
    return Rater.objects.filter(kind=Rater.Kind.SIMULATED, pk__gte=first, pk__lte=last)


def remove_simulated(*, seed: int, progress: Progress = nobody_watches) -> int:
    """Delete the raters that were simulated with a seed, with all that is kept of them, and return how many.

    Some at a time, each time all or nothing, so that it can be stopped and gone on with.
    """
    removed, total = 0, simulated_raters(seed).count()
    while ids := list(simulated_raters(seed).values_list("pk", flat=True)[:RATERS_AT_ONCE]):
        with transaction.atomic():
            for rows in _rows_of(ids):
                # At once, in the database: Django would read each of a million rows first.
                rows._raw_delete(rows.db)  # noqa: SLF001 - what its own deletion calls
        removed += len(ids)
        progress(removed, total)
    request_refresh(kind=Rater.Kind.SIMULATED)
    return removed


def _rows_of(raters: Sequence[uuid.UUID]) -> list[QuerySet[Any]]:  # Any: a model each
    """Return everything that a simulation stores, what refers to other rows before these."""
    return [
        AnswerValue.objects.filter(answer__rater__in=raters),
        Answer.objects.filter(rater__in=raters),
        ConsentDecision.objects.filter(rater__in=raters),
        Exclusion.objects.filter(vote__rater__in=raters),
        Vote.objects.filter(rater__in=raters),
        Battle.objects.filter(rater__in=raters),
        Rater.objects.filter(pk__in=raters),
    ]


def _prefix(seed: int) -> bytes:
    return hashlib.sha256(f"simulated raters {seed}".encode()).digest()[:8]


def _snapshots(strengths: Mapping[str, float]) -> list[ContestantSnapshot]:
    contestants = Contestant.objects.filter(slug__in=strengths).select_related("language_model").order_by("pk")
    return [snapshot_contestant(contestant=contestant) for contestant in contestants]


def _add_raters(simulation: Simulation, crowd: Crowd, *, rng: np.random.Generator) -> tuple[list[Rater], int]:
    ids = random_ids(len(crowd), rng=rng, prefix=_prefix(simulation.seed))
    copy_in(Rater(kind=Rater.Kind.SIMULATED), ["id"], ((rater_id,) for rater_id in ids))
    raters = [Rater(id=rater_id) for rater_id in ids]
    agree_in_bulk(raters, consent_in_force(study=simulation.study))
    told = round(simulation.profiled * len(raters))
    return raters, store_profiles(simulation.study, raters[:told], crowd) if told else 0
