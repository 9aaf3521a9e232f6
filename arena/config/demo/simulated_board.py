"""Give the board of simulated raters its first votes."""

from arena.battles.models import Vote
from arena.battles.services.simulating import simulate_votes
from arena.config.demo.registry import read_registry
from arena.raters.models import Rater

RATERS = 40
VOTES = 1_200
SEED = 7


def fill_simulated_board() -> int:
    """Add the demo's simulated votes unless there are any, and return how many were added. One query if there are."""
    if Vote.objects.filter(kind=Rater.Kind.SIMULATED).exists():
        return 0
    return simulate_votes(strengths=read_registry().strengths, raters=RATERS, votes=VOTES, seed=SEED)
