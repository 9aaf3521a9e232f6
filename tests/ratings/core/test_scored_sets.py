import numpy as np
import pytest

from ratings.core.errors import InvalidComparisonsError
from ratings.core.scored_sets import compare_scores

NAMES = ("ant", "bee", "cat", "dog")


def scored(rows, **options):
    """Rows are set, competitor, score and rater."""
    columns = np.array(rows).T
    return compare_scores(
        NAMES, scored_with=columns[0], competitor=columns[1], score=columns[2], rater=columns[3], **options
    )


def told(comparisons):
    return [
        (NAMES[a], NAMES[b], outcome, rater)
        for a, b, outcome, rater in zip(
            comparisons.a, comparisons.b, comparisons.outcome, comparisons.rater, strict=True
        )
    ]


def test_scores_of_a_set_become_all_its_pairs_and_close_ones_ties():
    comparisons = scored([(7, 0, 80, 1), (7, 1, 75, 1), (7, 2, 74, 1), (7, 3, 90, 1)])

    assert told(comparisons) == [
        ("ant", "bee", 0.5, 1),
        ("ant", "cat", 1.0, 1),
        ("ant", "dog", 0.0, 1),
        ("bee", "cat", 0.5, 1),
        ("bee", "dog", 0.0, 1),
        ("cat", "dog", 0.0, 1),
    ]


def test_sets_never_mix_whatever_the_order_of_rows():
    comparisons = scored([(9, 0, 10, 2), (3, 2, 60, 1), (9, 3, 20, 2), (3, 1, 50, 1), (5, 0, 1, 3)])

    assert told(comparisons) == [("cat", "bee", 1.0, 1), ("ant", "dog", 0.0, 2)]


def test_gap_of_a_tie_is_a_choice():
    rows = [(1, 0, 51, 1), (1, 1, 50, 1), (1, 2, 50, 1)]

    assert [scored(rows, tie_gap=gap).outcome.tolist() for gap in (0.0, 1.0)] == [[1.0, 1.0, 0.5], [0.5, 0.5, 0.5]]
    with pytest.raises(ValueError, match="at least 0"):
        scored(rows, tie_gap=-1.0)


def test_nothing_scored_is_no_comparison():
    empty = np.zeros(0, dtype=np.intp)

    comparisons = compare_scores(NAMES, scored_with=empty, competitor=empty, score=empty, rater=empty)

    assert (len(comparisons), comparisons.competitors) == (0, NAMES)


def test_set_with_one_competitor_twice_is_refused():
    with pytest.raises(InvalidComparisonsError, match="meets itself"):
        scored([(1, 0, 10, 1), (1, 0, 90, 1)])


def test_pairs_are_those_of_a_plain_loop():
    rng = np.random.default_rng(3)
    rows = [
        (group, competitor, rng.integers(1, 101), group % 7)
        for group in range(60)
        for competitor in rng.choice(4, rng.integers(1, 5), replace=False)
    ]
    rng.shuffle(rows)

    expected = set()
    for one, first in enumerate(rows):
        for second in rows[one + 1 :]:
            if first[0] == second[0]:
                gap = first[2] - second[2]
                outcome = 0.5 if abs(gap) <= 5 else float(gap > 0)
                expected.add((first[0], NAMES[first[1]], NAMES[second[1]], outcome, first[3]))

    found = told(scored(rows))
    assert sorted(found) == sorted(row[1:] for row in expected)
