from dataclasses import replace

import numpy as np
import pytest

from ratings.core.comparisons import Comparisons
from ratings.errors import BoardInputError
from ratings.sources import BoardInput, CompetitorInfo, load_board_input
from tests.ratings.fake_source import CUTOFF, make_input, votes

pytestmark = pytest.mark.unit


def test_load_board_input_asks_the_source_of_the_settings(source):
    source.inputs["judge"] = make_input(votes())

    loaded = load_board_input("judge", {"protocol": "pairwise"})

    assert loaded is source.inputs["judge"]
    assert source.asked == [("judge", {"protocol": "pairwise"})]


def test_digest_knows_everything_that_a_board_shows():
    base = make_input(votes(), both_bad={(0, 1): 2})
    others = [
        make_input(votes(seed=2), both_bad={(0, 1): 2}),
        make_input(votes(), both_bad={(0, 2): 2}),
        replace(base, votes=base.votes + 1),
        replace(base, raters=base.raters + 1),
        replace(base, appearances=base.appearances + 1),
        replace(base, competitors=(CompetitorInfo("0", "Renamed"), *base.competitors[1:])),
    ]

    assert len({base.sha256(), *(other.sha256() for other in others)}) == 7
    assert replace(base, cutoff=CUTOFF.replace(year=2027)).sha256() == base.sha256()
    assert make_input(votes(), both_bad={(0, 1): 2}).sha256() == base.sha256()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"competitors": (CompetitorInfo("1", "y"), CompetitorInfo("0", "x"))}, "in their order"),
        ({"both_bad": np.zeros((3, 3), dtype=int)}, r"shapes \(3, 3\)"),
        ({"appearances": np.zeros(3, dtype=int)}, r"and \(3,\) for 2"),
        ({"both_bad": np.array([[0, 1], [0, 0]])}, "not symmetric"),
        ({"comparisons": Comparisons.from_labels("0", "1", [1])}, "raters"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(changed, message):
    parts = {
        "comparisons": votes(competitors=2),
        "competitors": (CompetitorInfo("0", "x"), CompetitorInfo("1", "y")),
        "both_bad": np.zeros((2, 2), dtype=int),
        "appearances": np.zeros(2, dtype=int),
        "votes": 600,
        "raters": 30,
        "cutoff": CUTOFF,
    }

    with pytest.raises(BoardInputError, match=message):
        BoardInput(**parts | changed)
