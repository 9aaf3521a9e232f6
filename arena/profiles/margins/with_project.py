"""The margins that come with the project, as files."""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class MarginsFile:
    """A file of margins, and whose they are: of people who live in `country`."""

    slug: str
    title: str
    country: str
    file: str
    source: str

    def read(self) -> str:
        """Return the text of the file."""
        return (HERE / self.file).read_text(encoding="utf-8")


WITH_PROJECT = (
    MarginsFile(
        slug="uk",
        title="Adults of England and Wales",
        country="GBR",
        file="uk_2021.csv",
        source="Office for National Statistics, census of 2021, by age, gender and ethnic group; Open Government "
        "Licence v3.0. Contains public sector information.",
    ),
    MarginsFile(
        slug="us",
        title="Adults of the United States",
        country="USA",
        file="us_acs.csv",
        source="U.S. Census Bureau, American Community Survey, by age, gender and ethnic group, as aggregated for "
        "PRISM, where Hispanic people are counted as such and by race as well; public domain.",
    ),
)
