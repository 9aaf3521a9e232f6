import pytest

from ratings.spreadsheets import harmless


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_cell_that_would_be_computed_is_shown(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["gemma-2", "", "1=1", -1.5, None])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell
