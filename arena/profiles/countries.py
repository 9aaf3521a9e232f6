"""Countries by their ISO 3166-1 alpha-3 codes, and the parts of the world they lie in."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pycountry

M49 = Path(__file__).parent / "survey" / "m49.toml"
# Countries that are a region of their own, and subregions that go by another name or stand beside their region.
SPECIAL_COUNTRIES = {"USA": "US", "GBR": "UK"}
SPECIAL_SUBREGIONS = {
    "Latin America and the Caribbean": "Latin America and the Caribbean",
    "Northern America": "Northern America",
    "Western Asia": "Middle East",
    "Australia and New Zealand": "Australia and New Zealand",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The region and subregion of a country after the United Nations' M49; empty where that has none."""

    region: str = ""
    subregion: str = ""


@cache
def country_names() -> dict[str, str]:
    """Return the names of all countries by code, in the order of the names."""
    names = {str(row.alpha_3): str(getattr(row, "common_name", row.name)) for row in pycountry.countries}
    return dict(sorted(names.items(), key=lambda item: item[1]))


@cache
def _places() -> dict[str, Place]:
    regions: dict[str, dict[str, str]] = tomllib.loads(M49.read_text(encoding="utf-8"))
    return {
        code: Place(region, subregion)
        for region, subregions in regions.items()
        for subregion, codes in subregions.items()
        for code in codes.split()
    }


def place_of(code: str) -> Place:
    """Return where a country lies."""
    return _places().get(code, Place())


def regions() -> list[str]:
    """Return the regions of the United Nations, in alphabetical order."""
    return sorted({place.region for place in _places().values()})


def subregions() -> list[str]:
    """Return the subregions of the United Nations, in alphabetical order."""
    return sorted({place.subregion for place in _places().values()})


def special_regions() -> list[str]:
    """Return all that `special_region` can say, in alphabetical order."""
    return sorted({special_region(code) for code in _places()})


def special_region(code: str) -> str:
    """Return the region by which PRISM compares people, of the country of birth; empty where there is none.

    The first that fits: the United States, the United Kingdom, the subregions that PRISM takes apart (Mexico lies in
    the first of them), and else the region of the United Nations.
    """
    place = place_of(code)
    return SPECIAL_COUNTRIES.get(code) or SPECIAL_SUBREGIONS.get(place.subregion) or place.region
