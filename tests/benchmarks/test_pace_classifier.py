"""Law 1 against the clock: what a browser can time must not tell a fast model from a slow one."""

import pytest

from benchmarks.pace_classifier import simulate_pairs, verdict, waiting

SEED = 1


@pytest.mark.slow
def test_pace_hides_which_side_is_fast_and_only_pacing_does():
    pairs = simulate_pairs(1200, SEED)

    unpaced, paced = verdict(pairs, paced=False, seed=SEED), verdict(pairs, paced=True, seed=SEED)

    assert unpaced.best > 0.9
    assert paced.best <= 0.55


def test_pace_costs_no_time_until_first_text_and_seconds_until_the_end():
    costs = waiting(simulate_pairs(60, SEED))

    assert costs[:, 0].max() <= 0.001
    assert sorted(costs[:, 2])[30] < 10
