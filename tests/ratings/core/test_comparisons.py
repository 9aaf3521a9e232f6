import numpy as np
import pytest

from ratings.core.comparisons import Comparisons
from ratings.core.errors import InvalidComparisonsError, RatingsError

pytestmark = pytest.mark.unit

COLUMNS = {
    "competitors": ("x", "y", "z"),
    "a": np.array([0, 1, 2]),
    "b": np.array([1, 2, 0]),
    "outcome": np.array([1.0, 0.5, 0.0]),
}


@pytest.mark.parametrize(
    ("changed", "reason", "rows"),
    [
        ({"a": np.array([0, 3, 2])}, "unknown competitor", (1,)),
        ({"b": np.array([-1, 2, -2])}, "unknown competitor", (0, 2)),
        ({"a": np.array([1, 1, 2])}, "a competitor meets itself", (0,)),
        ({"outcome": np.array([1.0, 0.7, np.nan])}, "outcome is not 1, 1/2 or 0", (1, 2)),
        ({"outcome": np.array([1.0, 2.0, -1.0])}, "outcome is not 1, 1/2 or 0", (1, 2)),
        ({"weight": np.array([1.0, np.nan, 1.0])}, "weight is negative or not a number", (1,)),
        ({"weight": np.array([-0.1, 1.0, np.inf])}, "weight is negative or not a number", (0, 2)),
        ({"rater": np.array([0, -1, 2])}, "rater index is negative", (1,)),
        ({"prompt": np.array([-5, 1, 2])}, "prompt index is negative", (0,)),
        ({"time": np.array([0.0, np.nan, 2.0])}, "time is not a number", (1,)),
        (
            {"covariates": np.array([[0.0], [np.inf], [1.0]]), "covariate_names": ("length",)},
            "covariate is not a number",
            (1,),
        ),
        ({"weight": np.ones(2)}, "weight has shape (2,), where (3,) is needed", ()),
        ({"covariates": np.ones((3, 2))}, "covariates have shape (3, 2), not (3, 0)", ()),
        ({"a": np.array([0.0, 1.0, 2.0])}, "a must hold integers, not float64", ()),
        ({"competitors": ("x", "y", "x")}, "competitor labels are not unique: x", ()),
    ],
)
def test_comparisons_refuse_bad_rows_by_name(changed, reason, rows):
    columns = COLUMNS | changed

    with pytest.raises(InvalidComparisonsError) as refusal:
        Comparisons(**columns)

    assert (refusal.value.reason, refusal.value.rows) == (reason, rows)
    assert isinstance(refusal.value, RatingsError)


def test_refusal_names_rows_but_not_without_end():
    with pytest.raises(InvalidComparisonsError) as refusal:
        Comparisons(("x", "y"), a=np.zeros(25, dtype=int), b=np.zeros(25, dtype=int), outcome=np.ones(25))

    assert str(refusal.value) == "a competitor meets itself (rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 15 more)"


def test_from_labels_refuses_a_label_that_is_not_listed():
    with pytest.raises(InvalidComparisonsError) as refusal:
        Comparisons.from_labels(["x", "q", "q"], ["y", "x", "y"], [1, 0, 1], competitors=["x", "y"])

    assert str(refusal.value) == "unknown competitor in a (rows 1, 2)"


def test_from_labels_sorts_competitors_and_numbers_raters_as_they_appear():
    comparisons = Comparisons.from_labels(["y", "x"], ["x", "z"], [1, 0.5], rater=["r9", "r1"], prompt=["p", "p"])

    assert comparisons.competitors == ("x", "y", "z")
    assert comparisons.a.tolist() == [1, 0]
    assert comparisons.b.tolist() == [0, 2]
    assert comparisons.rater.tolist() == [0, 1]
    assert comparisons.prompt.tolist() == [0, 0]
    assert comparisons.weights.tolist() == [1.0, 1.0]


def test_comparisons_cannot_be_changed_not_even_by_their_source():
    outcome = np.array([1.0, 0.5, 0.0])
    comparisons = Comparisons(**COLUMNS | {"outcome": outcome})

    outcome[0] = 0.0

    assert comparisons.outcome.tolist() == [1.0, 0.5, 0.0]
    with pytest.raises(ValueError, match="read-only"):
        comparisons.outcome[0] = 0.0


def test_columns_that_nobody_can_write_to_are_not_copied():
    outcome, a = np.array([1.0, 0.5, 0.0]), COLUMNS["a"].astype(np.intp)
    outcome.setflags(write=False)
    a.setflags(write=False)

    comparisons = Comparisons(**COLUMNS | {"outcome": outcome, "a": a})

    assert comparisons.outcome is outcome
    assert np.shares_memory(comparisons.a, a)
    assert not np.shares_memory(comparisons.b, COLUMNS["b"])


def test_among_keeps_rows_between_members_and_renumbers_them():
    comparisons = Comparisons(**COLUMNS, rater=np.array([7, 8, 9]))

    part = comparisons.among([2, 1])

    assert part.competitors == ("z", "y")
    assert (part.a.tolist(), part.b.tolist(), part.rater.tolist()) == ([1], [0], [8])


def test_among_all_copies_nothing():
    comparisons = Comparisons(**COLUMNS)

    assert comparisons.among(range(3)) is comparisons


def test_with_covariates_keeps_those_named_in_their_order():
    columns = Comparisons(
        ("x", "y"),
        a=[0, 1],
        b=[1, 0],
        outcome=[1, 0],
        covariates=[[1, 2, 3], [4, 5, 6]],
        covariate_names=("p", "q", "r"),
    )

    chosen, none = columns.with_covariates({"r", "p"}), columns.with_covariates(())

    assert (chosen.covariate_names, chosen.covariates.tolist()) == (("p", "r"), [[1, 3], [4, 6]])
    assert (none.covariate_names, none.covariates) == ((), None)


def test_sha256_depends_on_every_column_and_on_nothing_else():
    base = Comparisons(**COLUMNS)

    digests = {
        Comparisons(**COLUMNS | changed).sha256()
        for changed in (
            {},
            {"competitors": ("x", "y", "w")},
            {"a": np.array([0, 1, 1])},
            {"outcome": np.array([1.0, 0.5, 1.0])},
            {"weight": np.array([1.0, 1.0, 2.0])},
            {"rater": np.array([0, 0, 0])},
            {"prompt": np.array([0, 0, 0])},
            {"time": np.array([0.0, 0.0, 0.0])},
        )
    }

    assert len(digests) == 8
    assert Comparisons(**COLUMNS | {"a": np.array([0, 1, 2], dtype=np.int32)}).sha256() == base.sha256()
    assert Comparisons(**COLUMNS | {"weight": np.ones(3)}).sha256() == base.sha256()
