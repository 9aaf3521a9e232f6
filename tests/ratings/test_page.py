import pytest

from ratings.board_settings import read_board_settings
from ratings.page import lay_out_groups, lay_out_unrated
from ratings.snapshot_content import compute_content
from tests.ratings.fake_source import make_input, nothing, two_leagues, votes

pytestmark = pytest.mark.unit


def content(comparisons, **options):
    return compute_content(make_input(comparisons, **options), read_board_settings({"replicates": 100}))


def test_rows_are_rounded_and_whiskers_stay_inside_the_drawing():
    snapshot = content(votes())

    (group,) = lay_out_groups(snapshot.rows, snapshot.components)

    for shown, row in zip(group.rows, snapshot.rows, strict=True):
        assert (shown.rating, shown.lower) == (round(row["rating"]), round(row["rating_lower"]))
        assert 8 <= shown.whisker.lower < shown.whisker.point < shown.whisker.upper <= 192
        assert shown.win_percent == round(100 * row["win_rate"])
    assert group.rows[0].whisker.upper == 192
    assert group.rows[-1].whisker.lower == 8
    assert (group.has_intervals, group.missing, group.raters, group.comparisons) == (True, "", 30, 600)


def test_without_intervals_the_missing_raters_are_named():
    snapshot = content(votes(raters=9))

    (group,) = lay_out_groups(snapshot.rows, snapshot.components)

    assert not group.has_intervals
    assert group.missing.startswith("Votes of 9 raters are in these ratings. Intervals and ranks need 1 rater more")
    assert group.rows[0].whisker.lower is None


def test_a_drawing_of_close_ratings_is_not_blown_up():
    snapshot = content(votes(competitors=2, count=10, raters=5))

    (group,) = lay_out_groups(snapshot.rows, snapshot.components)

    assert group.axis_high - group.axis_low >= 100
    assert group.axis_low < 1000 < group.axis_high


def test_leagues_become_groups():
    snapshot = content(two_leagues())

    groups = lay_out_groups(snapshot.rows, snapshot.components)

    assert [[row.slug for row in group.rows] for group in groups] == [["0", "1", "2"], ["3", "4"]]
    assert [group.number for group in groups] == [1, 2]


def test_unrated_competitors_are_listed_apart():
    snapshot = content(nothing("x", "y"), both_bad={(0, 1): 4})

    unrated = lay_out_unrated(snapshot.rows)

    assert [(row.name, row.votes, row.both_bad_percent) for row in unrated] == [
        ("Model x", 4, 100),
        ("Model y", 4, 100),
    ]
    assert lay_out_groups(snapshot.rows, snapshot.components) == ()
