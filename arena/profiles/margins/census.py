"""Make the margins that come with the project from the census tables that PRISM used.

    python -m arena.profiles.margins.census uk uk.csv > arena/profiles/margins/uk_2021.csv
    python -m arena.profiles.margins.census us us_census_aggregate.csv > arena/profiles/margins/us_acs.csv

Both tables stand in PRISM's repository (HannahKirk/prism-alignment at a9ec821). They are brought to
6 ages x 2 genders x 5 ethnicities as PRISM has them.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

AGES = {24: "18-24", 34: "25-34", 44: "35-44", 54: "45-54", 64: "55-64", 200: "65_and_over"}
ADULT = 18
GENDERS = ("female", "male")
ETHNICITIES = {
    "White": "white",
    "Black": "black",
    "Asian": "asian",
    "Mixed": "mixed",
    "Other": "hispanic|other",
    "Hispanic": "hispanic|other",
}
US_PEOPLE = 298_477_760
UK_COLUMN = re.compile(r"(White|Black|Asian|Mixed|Other)\b.*, (Female|Male) 2021 \(number\)")
US_COLUMN = re.compile(r"(White|Black|Hispanic|Mixed|Other|Asian)_(Female|Male)")
REMARKS = {
    "uk": """\
# Adults of England and Wales by age, gender and ethnic group, census of 2021: 47,204,870 people.
# Source: Office for National Statistics, ethnic group by age and sex, as kept in PRISM's repository (uk.csv).
# Licence: Open Government Licence v3.0. Contains public sector information.""",
    "us": """\
# Adults of the United States by age, gender and ethnic group, American Community Survey: 298,477,760 people.
# Source: U.S. Census Bureau, as aggregated in PRISM's repository (us_census_aggregate.csv); public domain.
# As there, Hispanic people are counted as such and by race as well, so the sum is above the number of adults.""",
}
Cell = tuple[str, str, str]


def uk_cells(rows: Iterator[Mapping[str, str]]) -> Iterator[tuple[Cell, int]]:
    """Yield the counts of adults of the British table, which has a row for each year of age."""
    for row in rows:
        years = re.match(r"\d+", row["Age"])
        if years is None or int(years[0]) < ADULT:
            continue
        age = next(band for last, band in AGES.items() if int(years[0]) <= last)
        for name, number in row.items():
            if column := UK_COLUMN.match(name):
                yield (age, column[2].lower(), ETHNICITIES[column[1]]), int(number.replace(",", ""))


def us_cells(rows: Iterator[Mapping[str, str]]) -> Iterator[tuple[Cell, int]]:
    """Yield the counts of the American table, which has shares of all people in it."""
    for row, age in zip(rows, AGES.values(), strict=False):
        for name, share in row.items():
            if column := US_COLUMN.fullmatch(name):
                yield (age, column[2].lower(), ETHNICITIES[column[1]]), round(float(share) * US_PEOPLE)


def margins_csv(country: str, table: Path) -> str:
    """Return the file of margins of one of the two countries."""
    cells: Counter[Cell] = Counter()
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        for cell, number in (uk_cells if country == "uk" else us_cells)(rows):
            cells[cell] += number
    lines = [f"{','.join(cell)},{number}" for cell, number in sorted(cells.items())]
    return "\n".join([REMARKS[country], "age,gender,ethnicity_simplified,count", *lines, ""])


if __name__ == "__main__":
    sys.stdout.write(margins_csv(sys.argv[1], Path(sys.argv[2])))
