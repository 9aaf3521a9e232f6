from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.core.cross_table import shown_table
from ratings.core.suppression import Partition, divide_by_choices, shown_cells, shown_cells_of_votes

pytestmark = pytest.mark.unit

MINIMUM = 4


def of_sizes(*sizes, outside=0):
    return Partition(np.repeat(np.arange(-1, len(sizes)), (outside, *sizes)), len(sizes))


def partitions_of(raters, most):
    cell = st.lists(st.integers(-1, 2), min_size=raters, max_size=raters)
    return st.lists(cell.map(lambda cells: Partition(np.array(cells), 3)), min_size=1, max_size=most)


def published(partition, shown):
    """Return one row for each shown cell: 1 for its raters."""
    return [(partition.cell == place).astype(int) for place in np.flatnonzero(shown)]


def fewest_raters(rows, raters):
    """Return how few raters any sum and difference of published rows and of all raters is about."""
    rows = np.array([np.ones(raters, dtype=int), *rows])
    coefficients = np.array(list(product((-1, 0, 1), repeat=len(rows))))
    about = np.count_nonzero(coefficients @ rows, axis=1)
    return about[about > 0].min(initial=raters)


@settings(max_examples=80, deadline=None)
@given(st.integers(MINIMUM, 40).flatmap(lambda raters: partitions_of(raters, 3)))
def test_no_subtraction_in_one_or_two_partitions_tells_of_few_raters(partitions):
    raters = len(partitions[0].cell)

    shown = shown_cells(partitions, MINIMUM)

    rows = [published(partition, cells) for partition, cells in zip(partitions, shown, strict=True)]
    for first, second in product(rows, repeat=2):
        assert fewest_raters([*first, *second], raters) >= MINIMUM


@settings(max_examples=30, deadline=None)
@given(st.integers(MINIMUM, 40).flatmap(lambda raters: partitions_of(raters, 2)))
def test_no_hidden_cell_could_be_shown_as_well(partitions):
    raters = len(partitions[0].cell)

    shown = shown_cells(partitions, MINIMUM)

    rows = [row for partition, cells in zip(partitions, shown, strict=True) for row in published(partition, cells)]
    for partition, cells in zip(partitions, shown, strict=True):
        for place in np.flatnonzero(~cells):
            added = (partition.cell == place).astype(int)
            assert not added.any() or fewest_raters([*rows, added], raters) < MINIMUM


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 6))
def test_one_partition_hides_as_few_raters_as_any_safe_choice(sizes, outside):
    partition = of_sizes(*sizes, outside=outside)
    total = sum(sizes) + outside

    shown = shown_cells([partition], MINIMUM)[0]

    safe = [
        choice
        for choice in product((False, True), repeat=len(sizes))
        if all(size >= MINIMUM for size, here in zip(sizes, choice, strict=True) if here)
        and not 0 < total - np.dot(sizes, choice) < (MINIMUM if any(choice) else 0)
    ]
    assert np.dot(sizes, shown) == max(np.dot(sizes, choice) for choice in safe)


def test_the_smallest_other_cell_is_hidden_with_one_that_is_too_small():
    assert shown_cells([of_sizes(30, 25, 19, 60)])[0].tolist() == [True, False, False, True]
    assert shown_cells([of_sizes(30, 25, 19, 60, outside=1)])[0].tolist() == [True, True, False, True]
    assert shown_cells([of_sizes(19)])[0].tolist() == [False]
    assert shown_cells([of_sizes(30, 0, 25)])[0].tolist() == [True, False, True]


def test_a_country_that_is_all_but_a_few_of_its_region_is_not_shown_beside_it():
    region = of_sizes(53, 47)
    country = of_sizes(50, 3, 47)

    (regions, countries) = shown_cells([region, country])

    assert regions.tolist() == [True, True]
    # The three are what is left of the region without the first country, and the third country is the other region.
    assert countries.tolist() == [False, False, True]


def test_equal_partitions_are_shown_whole():
    both = shown_cells([of_sizes(20, 40), of_sizes(20, 40)])

    assert [cells.tolist() for cells in both] == [[True, True]] * 2


def test_the_order_of_raters_changes_nothing():
    rng = np.random.default_rng(5)
    cells = rng.integers(-1, 6, (4, 300))
    mixed = rng.permutation(300)

    found, turned = (
        shown_cells([Partition(row, 6) for row in rows], MINIMUM * 10) for rows in (cells, cells[:, mixed])
    )

    assert [shown.tolist() for shown in found] == [shown.tolist() for shown in turned]
    assert 0 < sum(shown.sum() for shown in found) < 24


def test_a_choice_that_all_but_a_few_made_is_not_shown():
    chosen = np.zeros((100, 3), dtype=bool)
    chosen[:85, 0] = chosen[:50, 1] = chosen[:45, 2] = True

    shown = shown_cells(divide_by_choices(chosen))

    # The second and the third differ in five raters, so that only one of them is shown.
    assert [cells.tolist() for cells in shown] == [[False], [True], [False]]


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_no_subtraction_in_a_table_tells_of_few_raters(data):
    rows, columns = (
        Partition(np.array(cells), 3)
        for cells in np.array(
            data.draw(st.lists(st.tuples(*[st.sampled_from([0, 0, 1, 2, -1])] * 2), min_size=30, max_size=60))
        ).T
    )

    found = shown_table(rows, columns, MINIMUM)

    atoms = 4 * rows.cell + columns.cell + 5
    places, sizes = np.unique(atoms, return_counts=True)
    about = [np.ones(len(atoms)), *published(rows, found.rows), *published(columns, found.columns)]
    about += [(rows.cell == i) & (columns.cell == j) for i, j in np.argwhere(found.cells)]
    matrix = np.array([[row[atoms == place].max() for place in places] for row in about], dtype=float)
    subsets = np.array(list(product((False, True), repeat=len(places))))
    few = subsets[(subsets @ sizes > 0) & (subsets @ sizes < MINIMUM)]
    # A combination about these raters only exists when the figures say less about all others.
    others = np.linalg.matrix_rank(matrix * ~few[:, None])
    assert (others == np.linalg.matrix_rank(matrix)).all()


def test_a_table_hides_a_rectangle_around_a_small_cell():
    counts = np.array([[5, 40, 60], [45, 50, 70], [80, 90, 99]])
    rows, columns = (Partition(np.repeat(axis.ravel(), counts.ravel()), 3) for axis in np.indices(counts.shape))

    found = shown_table(rows, columns)

    assert (found.rows.all(), found.columns.all()) == (True, True)
    assert found.cells.tolist() == [[False, False, True], [False, False, True], [True, True, True]]


def test_votes_of_a_hidden_category_are_of_enough_raters():
    rater = np.concatenate([np.arange(50), np.arange(10, 40), np.arange(5), np.arange(5)])
    cell = np.repeat([0, 1, 2, 3], [50, 30, 5, 5])

    shown = shown_cells_of_votes(cell, rater, 4)

    # Ten votes of the same five people are about five.
    assert shown.tolist() == [True, False, False, False]
    assert shown_cells_of_votes(np.append(cell, np.full(50, -1)), np.append(rater, np.arange(50)), 4).tolist() == [
        True,
        True,
        False,
        False,
    ]


def test_cells_out_of_range_and_other_raters_are_refused():
    with pytest.raises(ValueError, match="from -1 to 1"):
        Partition(np.array([0, 2]), 2)
    with pytest.raises(ValueError, match="same raters"):
        shown_cells([of_sizes(5), of_sizes(6)])
