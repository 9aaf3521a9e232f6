from collections import Counter
from itertools import combinations
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.battles.matchmaking import NotEnoughContestantsError, draw_pair, draw_set

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


@given(weights, st.integers(2, 4), st.integers(0, 2**62))
def test_draw_set_names_its_probability_and_repeats_from_its_seed(
    chances: dict[int, float], most: int, seed: int
) -> None:
    draw = draw_set(chances, most=most, seed=seed)

    size = min(most, len(chances))
    products = {frozenset(keys): prod(chances[key] for key in keys) for keys in combinations(chances, size)}
    assert draw.probability == pytest.approx(products[frozenset(draw.contestants)] / sum(products.values()))
    assert len(draw.contestants) == size
    assert draw_set(chances, most=most, seed=seed) == draw


def test_draw_set_draws_as_often_as_it_says_and_each_on_any_side() -> None:
    chances = {1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0}

    draws = [draw_set(chances, most=3, seed=seed) for seed in range(4000)]

    counts = Counter(frozenset(draw.contestants) for draw in draws)
    products = {frozenset(keys): prod(keys) / 50 for keys in combinations(chances, 3)}
    assert {keys: count / 4000 for keys, count in counts.items()} == pytest.approx(products, abs=0.03)
    firsts = Counter(draw.contestants.index(4) for draw in draws if 4 in draw.contestants)
    assert {place: count / firsts.total() for place, count in firsts.items()} == pytest.approx(
        dict.fromkeys(range(3), 1 / 3), abs=0.04
    )


@pytest.mark.parametrize("chances", [{}, {1: 1.0}, {1: 1.0, 2: 0.0}])
def test_draw_pair_needs_two_contestants(chances: dict[int, float]) -> None:
    with pytest.raises(NotEnoughContestantsError):
        draw_pair(chances, seed=0)
    with pytest.raises(NotEnoughContestantsError):
        draw_set(chances, most=4, seed=0)
