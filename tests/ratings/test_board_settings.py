import pytest
from django.core.exceptions import ValidationError

from ratings.board_settings import DEFAULT_SEED, LARGE, read_board_settings, validate_board_settings
from ratings.core.method import BoardMethod
from ratings.errors import BoardSettingsError

pytestmark = pytest.mark.unit


def test_no_settings_are_the_defaults():
    read = read_board_settings({})

    assert (read.method, read.seed) == (BoardMethod(), DEFAULT_SEED)


def test_settings_in_force_can_be_read_back():
    read = read_board_settings({"replicates": 200, "interval": "sandwich", "seed": 7, "prior_precision": 1})

    assert read.method == BoardMethod(replicates=200, interval="sandwich", prior_precision=1)
    assert read_board_settings(read.as_json()) == read


@pytest.mark.parametrize(
    ("interval", "comparisons", "in_force"),
    [
        ("auto", LARGE, "bootstrap"),
        ("auto", LARGE + 1, "sandwich"),
        ("bootstrap", LARGE + 1, "bootstrap"),
        ("sandwich", 0, "sandwich"),
    ],
)
def test_the_size_of_a_board_settles_the_interval_only_where_that_is_left_to_it(interval, comparisons, in_force):
    read = read_board_settings({"interval": interval}, comparisons=comparisons)

    assert read.as_json()["interval"] == in_force


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({"replicate": 5}, "Unknown settings: replicate"),
        ({"replicates": 99}, "replicates must be from 100"),
        ({"replicates": 1000.5}, "replicates must be a whole number"),
        ({"replicates": True}, "replicates must be a whole number"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"minimum_raters": 9}, "minimum_raters cannot be below 10"),
        ({"interval": "elo"}, "interval must be"),
        ({"prior_precision": 0}, "prior_precision must be above 0"),
        ({"prior_precision": "1"}, "prior_precision must be above 0"),
        ({"level": 1}, "level must be above 0.5"),
    ],
)
def test_bad_settings_are_refused_with_what_is_allowed(stored, message):
    with pytest.raises(BoardSettingsError, match=message):
        read_board_settings(stored)
    with pytest.raises(ValidationError, match=message):
        validate_board_settings(stored)


def test_settings_that_are_no_object_are_refused():
    with pytest.raises(ValidationError, match="JSON object"):
        validate_board_settings([1])
