"""Give the board of simulated raters its first votes."""

from arena.battles.models import Vote
from arena.battles.services.simulating import Simulation, simulate_raters
from arena.config.demo.registry import read_registry
from arena.raters.models import Rater
from arena.studies.selectors import default_study

RATERS = 400
VOTES = 6_000
SEED = 7


def fill_simulated_board() -> int:
    """Add the demo's simulated votes unless there are any, and return how many were added. One query if there are."""
    if Vote.objects.filter(kind=Rater.Kind.SIMULATED).exists():
        return 0
    strengths = read_registry().strengths
    simulation = Simulation(default_study(), strengths, raters=RATERS, votes=VOTES, seed=SEED)
    return simulate_raters(simulation).votes
