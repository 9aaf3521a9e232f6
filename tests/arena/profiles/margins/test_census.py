"""The census tables of PRISM, brought to its 60 cells."""

import pytest

from arena.profiles.margins.census import margins_csv
from arena.profiles.margins.tables import read_margin_tables
from arena.profiles.margins.with_project import WITH_PROJECT

FIELDS = {"age", "gender", "ethnicity_simplified"}
# The totals that PRISM states.
PEOPLE = {"uk": 47_204_870, "us": 298_477_760}


@pytest.mark.parametrize("file", WITH_PROJECT, ids=lambda file: file.slug)
def test_margins_of_the_project_have_60_cells_and_the_stated_total(file):
    [table] = read_margin_tables(file.read(), FIELDS)

    assert (len(table.cells), table.total) == (60, PEOPLE[file.slug])


def test_british_table_counts_adults_by_band(tmp_path):
    columns = [
        "Age",
        "White: Irish, Female 2021 (number)",
        "White: Irish, Male 2011 (number)",
        "Asian/Asian British: Chinese, Male 2021 (number)",
    ]
    rows = ["17,5,5,5", "18,10,99,1", "24,20,99,2", '100+,"1,000",99,4']
    path = tmp_path / "uk.csv"
    path.write_text("\n".join([",".join(f'"{column}"' for column in columns), *rows]), encoding="utf-8")

    [table] = read_margin_tables(margins_csv("uk", path), FIELDS)

    assert {"/".join(value for [value] in cell): count for cell, count in table.cells.items()} == {
        "18-24/female/white": 30,
        "18-24/male/asian": 3,
        "65_and_over/female/white": 1000,
        "65_and_over/male/asian": 4,
    }


def test_american_table_counts_hispanic_people_among_others(tmp_path):
    columns = ["age_category", "Hispanic_Male", "Other_Male", "White_Female", "All_Male"]
    path = tmp_path / "us.csv"
    path.write_text("\n".join([",".join(columns), "18-24 years old,0.2,0.1,0.7,0.3"]), encoding="utf-8")

    [table] = read_margin_tables(margins_csv("us", path), FIELDS)

    shares = {cell: count / table.total for cell, count in table.cells.items()}
    assert shares[("18-24",), ("male",), ("hispanic", "other")] == pytest.approx(0.3)
    assert shares[("18-24",), ("female",), ("white",)] == pytest.approx(0.7)
