from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.battles.matchmaking import NotEnoughContestantsError, draw_pair

weights = st.dictionaries(st.integers(1, 50), st.floats(0.1, 10.0), min_size=2, max_size=8)


@given(weights, st.integers(0, 2**62))
def test_draw_pair_names_its_probability_and_repeats_from_its_seed(chances: dict[int, float], seed: int) -> None:
    draw = draw_pair(chances, seed=seed)

    pairs = {(x, y): chances[x] * chances[y] for x in chances for y in chances if x < y}
    low, high = sorted((draw.a, draw.b))
    assert draw.probability == pytest.approx(pairs[low, high] / sum(pairs.values()))
    assert draw_pair(chances, seed=seed) == draw


def test_draw_pair_draws_as_often_as_it_says() -> None:
    chances = {1: 1.0, 2: 2.0, 3: 3.0}

    draws = [draw_pair(chances, seed=seed) for seed in range(6000)]

    counts = Counter(frozenset((draw.a, draw.b)) for draw in draws)
    assert {pair: round(count / 6000, 1) for pair, count in counts.items()} == {
        frozenset((1, 2)): 0.2,
        frozenset((1, 3)): 0.3,
        frozenset((2, 3)): 0.5,
    }
    assert 2800 < sum(draw.a < draw.b for draw in draws) < 3200


@pytest.mark.parametrize("chances", [{}, {1: 1.0}, {1: 1.0, 2: 0.0}])
def test_draw_pair_needs_two_contestants(chances: dict[int, float]) -> None:
    with pytest.raises(NotEnoughContestantsError):
        draw_pair(chances, seed=0)
