import numpy as np

from arena.profiles.margins.subsets import balanced_subset, census_subset
from arena.profiles.margins.tables import MarginTable

TYPES = ("unguided", "values", "controversy")
AGES = MarginTable(("age",), {(("young",),): 30.0, (("old",),): 69.5, (("oldest",),): 0.5})


def seeded():
    return np.random.default_rng(0)


def test_balanced_subset_takes_as_many_of_each_type_as_the_rarest_has():
    conversations = {
        "anna": {"unguided": ["a1", "a2", "a3"], "values": ["a4", "a5"], "controversy": ["a6", "a7"]},
        "ben": {"unguided": ["b1"], "values": ["b2"], "controversy": ["b3"]},
        "one type is missing": {"unguided": ["c1", "c2"], "values": ["c3"]},
    }

    chosen = balanced_subset(conversations, TYPES, rng=seeded())

    assert len(chosen) == len(set(chosen)) == 9
    assert {"a4", "a5", "a6", "a7", "b1", "b2", "b3"} < set(chosen)
    assert not {"c1", "c2", "c3"} & set(chosen)
    assert chosen == balanced_subset(conversations, TYPES, rng=seeded())


def test_census_subset_draws_the_share_of_each_cell_and_one_more():
    people = {f"young{i}": {"age": "young"} for i in range(9)} | {f"old{i}": {"age": "old"} for i in range(9)}

    chosen = census_subset(people, AGES, rng=seeded(), size=10)

    # 10 people: 3 + 1 young, 6.95 -> 6 + 1 old.
    assert (sum(name.startswith("young") for name in chosen), len(set(chosen))) == (4, 11)
    assert chosen == census_subset(people, AGES, rng=seeded(), size=10)


def test_census_subset_keeps_tiny_cells_and_takes_all_of_short_ones():
    people = {"young": {"age": "young"}, "oldest": {"age": "oldest"}, "silent": {}, "unknown": {"age": "ageless"}}

    assert census_subset(people, AGES, rng=seeded(), size=10) == ["young", "oldest"]
