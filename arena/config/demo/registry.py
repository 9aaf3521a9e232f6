"""Read the demo's models and contestants from `registry.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

REGISTRY_FILE = Path(__file__).parent / "registry.toml"


@dataclass(frozen=True, slots=True)
class DemoOrganisation:
    """Who made a model."""

    slug: str
    name: str
    website: str = ""


@dataclass(frozen=True, slots=True)
class DemoModel:
    """One set of weights; `variant` is the recipe that makes it from the demo file."""

    slug: str
    name: str
    organisation: str
    variant: str
    parameters: int
    website: str = ""
    aliases: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True, slots=True)
class DemoContestant:
    """A model with all of its sampling parameters, and its known strength, which only the simulator reads."""

    slug: str
    name: str
    model: str
    sampling: dict[str, float]
    strength: float


@dataclass(frozen=True, slots=True)
class DemoRegistry:
    """Everything in the file."""

    system_prompt: str
    licence: str
    languages: tuple[str, ...]
    organisations: tuple[DemoOrganisation, ...]
    models: tuple[DemoModel, ...]
    contestants: tuple[DemoContestant, ...]

    @property
    def strengths(self) -> dict[str, float]:
        """The known strength of each contestant by its slug, on the natural-log scale."""
        return {contestant.slug: contestant.strength for contestant in self.contestants}


@cache
def read_registry() -> DemoRegistry:
    """Return the content of the file, with the common sampling parameters filled into each contestant."""
    content = tomllib.loads(REGISTRY_FILE.read_text(encoding="utf-8"))
    return DemoRegistry(
        system_prompt=content["system_prompt"],
        licence=content["licence"],
        languages=tuple(content["languages"]),
        organisations=tuple(DemoOrganisation(**row) for row in content["organisations"]),
        models=tuple(DemoModel(**row | {"aliases": tuple(row["aliases"])}) for row in content["models"]),
        contestants=tuple(_contestant(row, content["sampling"]) for row in content["contestants"]),
    )


def _contestant(row: dict[str, Any], sampling: dict[str, float]) -> DemoContestant:  # Any: a table of the file
    return DemoContestant(**row | {"sampling": sampling | row.get("sampling", {})})
