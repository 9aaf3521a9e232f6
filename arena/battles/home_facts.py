"""What the home page tells of the arena: the same for everybody, so it is read rarely and kept by each process."""

from dataclasses import dataclass
from typing import cast

from django.core.cache import caches

from arena.battles.models import Vote
from arena.battles.services.starting import drawable_contestants
from arena.raters.selectors import person
from models_registry.heartbeat import live_workers, ready_endpoints

DRAW_SECONDS = 1
COUNTS_SECONDS = 30


@dataclass(frozen=True, slots=True)
class DrawNow:
    """How many models are in the draw, and whether a worker holds any of them."""

    models: int
    is_warm: bool


@dataclass(frozen=True, slots=True)
class ArenaCounts:
    votes: int
    raters: int


def draw_now() -> DrawNow:
    """Return what can be drawn, a second old at most; one query where it is not held. A battle draws from the truth."""
    return cast("DrawNow", caches["process"].get_or_set("draw_now", _look_at_draw, DRAW_SECONDS))


def _look_at_draw() -> DrawNow:
    contestants = drawable_contestants()
    ready = ready_endpoints(live_workers())
    return DrawNow(len(contestants), any(contestant.endpoint.slug in ready for contestant in contestants))


def arena_counts() -> ArenaCounts:
    """Return how many people's votes the arena holds, half a minute old at most in most cases.

    One request of a process counts anew when it is time, in two queries over all votes; the others take what it held.
    """
    cache = caches["process"]
    held: ArenaCounts | None = cache.get("arena_counts")
    if cache.add("arena_counts_fresh", value=True, timeout=COUNTS_SECONDS) or held is None:
        held = _count()
        cache.set("arena_counts", held, timeout=None)
    return held


def _count() -> ArenaCounts:
    votes = Vote.objects.filter(kind="human")
    return ArenaCounts(votes=votes.count(), raters=votes.values(who=person()).distinct().count())
