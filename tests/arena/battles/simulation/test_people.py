import numpy as np
import pytest

from arena.battles.simulation.people import draw_crowd, joint_table, read_margins
from arena.profiles.countries import special_region
from arena.profiles.values import DECLINED

SIZE = 30_000


@pytest.fixture(scope="module")
def crowd():
    return draw_crowd(SIZE, rng=np.random.default_rng(5))


@pytest.mark.parametrize("name", ["age", "gender", "region", "ethnicity", "religion", "marital_status"])
def test_crowd_has_the_published_margins(crowd, name):
    published = read_margins()["counts"][name]

    for answer, count in published.items():
        share = count / 1500
        # Four standard errors of a share of so many.
        assert np.mean(crowd.one[name] == answer) == pytest.approx(share, abs=4 * np.sqrt(share / SIZE))


def test_every_published_table_counts_all_participants():
    asked = {"use", "region", "age", "gender", "education", "religion", "ethnicity", "employment_status", "moved"}

    assert {sum(read_margins()["counts"][name].values()) for name in asked} == {1500}


def test_crowd_was_born_in_the_region_that_it_is_counted_in(crowd):
    regions = {code: special_region(code) for code in set(crowd.one["birth_country"].tolist()) - {DECLINED}}

    expected = np.array([regions.get(code, DECLINED) for code in crowd.one["birth_country"].tolist()])
    assert (crowd.one["region"] == expected).all()


def test_crowd_is_asked_for_frequency_and_uses_only_if_it_uses_language_models(crowd):
    used = (crowd.one["lm_direct_use"] == "yes") | (crowd.one["lm_indirect_use"] == "yes")

    assert ((crowd.one["lm_frequency_use"] != "") == used).all()
    assert (crowd.asked == used).all()
    assert used.mean() == pytest.approx(1253 / 1500, abs=0.01)


def test_crowd_has_few_retired_students(crowd):
    young = crowd.one["age"] == "18-24"

    assert np.mean(crowd.one["employment_status"][young] == "retired") < 0.01
    assert np.mean(crowd.one["employment_status"][young] == "student") > 0.3


@pytest.mark.parametrize("name", ["values", "helpfulness"])
def test_crowd_moves_sliders_as_published(crowd, name):
    mean, spread = read_margins()["sliders"][name]

    numbers = crowd.sliders[name]
    assert (numbers.min(), numbers.max()) >= (0, 50)
    assert numbers.max() <= 100
    assert numbers.mean() == pytest.approx(mean, abs=0.7)
    assert numbers.std() == pytest.approx(spread, abs=0.7)


def test_crowd_is_repeatable_from_its_seed(crowd):
    again = draw_crowd(SIZE, rng=np.random.default_rng(5))

    assert all((again.one[name] == crowd.one[name]).all() for name in crowd.one)


def test_joint_table_has_both_margins_and_leans_as_told():
    table = joint_table({"x": 30, "y": 70}, {"p": 50, "q": 50}, np.array([[5.0, 1.0], [1.0, 1.0]]))

    assert table.sum(axis=1) == pytest.approx([30, 70])
    assert table.sum(axis=0) == pytest.approx([50, 50])
    # What closeness says of odds holds in the result.
    assert table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) == pytest.approx(5.0)
