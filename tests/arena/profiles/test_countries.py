"""Where countries lie, and the regions by which PRISM compares people: the rules as a table."""

import pycountry
import pytest

from arena.profiles.countries import country_names, place_of, special_region

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("code", "region", "subregion", "special"),
    [
        ("USA", "Americas", "Northern America", "US"),
        ("GBR", "Europe", "Northern Europe", "UK"),
        ("MEX", "Americas", "Latin America and the Caribbean", "Latin America and the Caribbean"),
        ("CHL", "Americas", "Latin America and the Caribbean", "Latin America and the Caribbean"),
        ("CAN", "Americas", "Northern America", "Northern America"),
        ("ISR", "Asia", "Western Asia", "Middle East"),
        ("CYP", "Asia", "Western Asia", "Middle East"),
        ("NZL", "Oceania", "Australia and New Zealand", "Australia and New Zealand"),
        ("FJI", "Oceania", "Melanesia", "Oceania"),
        ("ZAF", "Africa", "Sub-Saharan Africa", "Africa"),
        ("EGY", "Africa", "Northern Africa", "Africa"),
        ("DEU", "Europe", "Western Europe", "Europe"),
        ("IND", "Asia", "Southern Asia", "Asia"),
        ("HKG", "Asia", "Eastern Asia", "Asia"),
        ("ATA", "", "", ""),
    ],
)
def test_country_lies_in_its_regions(code, region, subregion, special):
    place = place_of(code)

    assert (place.region, place.subregion, special_region(code)) == (region, subregion, special)


def test_every_country_but_antarctica_has_a_region():
    without = {row.alpha_3 for row in pycountry.countries if not place_of(row.alpha_3).region}

    assert without == {"ATA"}


def test_countries_stand_in_the_order_of_their_usual_names():
    names = country_names()

    assert (names["VEN"], names["HKG"], len(names)) == ("Venezuela", "Hong Kong", len(pycountry.countries))
    assert list(names.values()) == sorted(names.values())
