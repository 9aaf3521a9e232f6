import pytest

from ratings.board_settings import read_board_settings
from ratings.matrix import MINUS, Window, lay_out_matrix, shade_of
from ratings.snapshot_content import compute_content
from tests.ratings.fake_source import make_input, two_leagues

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def snapshot():
    return compute_content(make_input(two_leagues()), read_board_settings({"replicates": 100}))


def lay_out(snapshot, residuals=(), *, down=(0, 9), across=(0, 9)):
    return lay_out_matrix(snapshot.rows, snapshot.matrix, residuals, down=Window(*down), across=Window(*across))


def test_matrix_mirrors_every_pair(snapshot):
    rows = lay_out(snapshot).rows

    assert [row.name for row in rows] == [f"Model {slug}" for slug in "01234"]
    for row in range(5):
        assert rows[row].cells[row].is_self
        for column in range(5):
            here, mirrored = rows[row].cells[column], rows[column].cells[row]
            assert here.votes == mirrored.votes
            if here.percent is not None:
                assert abs(here.percent + mirrored.percent - 100) <= 1
                assert abs(here.expected + mirrored.expected - 100) <= 1
    assert rows[0].cells[1].percent > 50
    assert (rows[0].cells[3].percent, rows[0].cells[3].expected) == (None, None)


def test_matrix_shows_what_the_ratings_say(snapshot):
    cell = lay_out(snapshot).rows[0].cells[1]

    odds = 10 ** ((snapshot.rows[0]["rating"] - snapshot.rows[1]["rating"]) / 400)
    assert cell.expected == round(100 * odds / (1 + odds))


def test_a_block_holds_its_rows_and_columns_alone(snapshot):
    matrix = lay_out(snapshot, down=(1, 2), across=(3, 9))

    assert [row.slug for row in matrix.rows] == ["1", "2"]
    assert matrix.columns == ("Model 3", "Model 4")
    assert [cell.slug for cell in matrix.rows[0].cells] == ["3", "4"]


def test_residuals_turn_their_sign_with_the_side(snapshot):
    rows = lay_out(snapshot, [(0, 1, 2.4)]).rows

    assert (rows[0].cells[1].residual, rows[0].cells[1].shade, rows[0].cells[1].residual_words) == (
        2.4,
        "more2",
        "+2.4",
    )
    assert (rows[1].cells[0].residual, rows[1].cells[0].shade) == (-2.4, "less2")
    assert rows[1].cells[0].residual_words == f"{MINUS}2.4"
    assert (rows[0].cells[2].residual, rows[0].cells[2].residual_words) == (None, "")


@pytest.mark.parametrize(
    ("residual", "shade"), [(None, ""), (0.9, ""), (-0.9, ""), (1.0, "more1"), (-2.0, "less2"), (3.5, "more3")]
)
def test_shades_begin_at_one_standard_error(residual, shade):
    assert shade_of(residual) == shade
