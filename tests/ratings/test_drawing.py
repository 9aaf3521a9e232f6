import pytest

from ratings.drawing import draw_line

pytestmark = pytest.mark.unit


def test_line_runs_from_edge_to_edge_with_its_band():
    line = draw_line([(0.0, 1000.0, 985.0, 1015.0), (1.0, 1012.0, None, None)])

    assert (line.low, line.high) == (980, 1020)
    assert line.points == "4,72 476,31.2"
    assert line.band == "4,21 4,123"
    assert line.last == ("476", "31.2")


def test_line_of_one_flat_point_stands():
    assert draw_line([(0.0, 1000.0, None, None)]).points == "4,140"
