"""Draw people with the margins that PRISM published, so that simulated raters differ as real ones did."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from arena.profiles.values import DECLINED
from ratings.core.arrays import BoolArray, FloatArray, IntArray

MARGINS = Path(__file__).parent / "prism_margins.toml"
REGION, AGE = "region", "age"
ALONE = (REGION, AGE, "gender", "education", "lm_familiarity")
# Questions with several answers, and which of two uses each of the other questions asks for.
USES, PREFERENCES = "lm_usecases", "stated_prefs"
USED = {"lm_direct_use": "direct", "lm_indirect_use": "indirect"}
HIGHEST = 100
# Rounds after which a table has the margins that it is brought to, to far less than a person.
ROUNDS = 100

Answers = npt.NDArray[np.str_]


@dataclass(frozen=True, eq=False, slots=True)
class Crowd:
    """n people and what they say of themselves, by the keys of the survey's questions and options.

    Attributes
    ----------
    one : (n,) keys of options, codes of countries, or groups of what was sorted by staff; empty where not asked. Under
        `REGION` PRISM's region of birth.
    asked : (n,) who was asked what they use language models for.
    ticked : (n,) by option of `USES`, for who was asked.
    sliders : (n,) by option of `PREFERENCES`, 0 to 100.
    """

    one: dict[str, Answers]
    asked: BoolArray
    ticked: dict[str, BoolArray]
    sliders: dict[str, IntArray]

    def __len__(self) -> int:
        return len(self.one[REGION])


def draw_crowd(size: int, *, rng: np.random.Generator) -> Crowd:
    """Draw people independently of each other, from the margins of `prism_margins.toml`."""
    margins = read_margins()
    counts: Mapping[str, Mapping[str, float]] = margins["counts"]
    one = {name: _draw(counts[name], size, rng=rng) for name in ALONE}
    for name, together in margins["together"].items():
        one[name] = _draw_with(one[together["with"]], counts[together["with"]], counts[name], together, rng=rng)
    one |= _draw_countries(one[REGION], margins, rng=rng) | _draw_uses(size, counts, rng=rng)
    asked = sum(counts["lm_frequency_use"].values())
    return Crowd(
        one=one,
        asked=one["lm_frequency_use"] != "",
        ticked={name: rng.random(size) < count / asked for name, count in margins["ticked"].items()},
        sliders={
            name: _draw_slider(mean, spread, size, rng=rng) for name, (mean, spread) in margins["sliders"].items()
        },
    )


@cache
def read_margins() -> dict[str, Any]:  # Any: a TOML file
    """Return the file of margins."""
    return tomllib.loads(MARGINS.read_text(encoding="utf-8"))


def joint_table(rows: Mapping[str, float], columns: Mapping[str, float], closeness: FloatArray) -> FloatArray:
    """Return the (r, c) table of counts with these margins that is nearest to `closeness` times independence.

    By iterative proportional fitting (Deming and Stephan 1940); all entries of `closeness` (r, c) are positive.
    """
    down, across = (np.array([*margin.values()], dtype=np.float64) for margin in (rows, columns))
    table = np.outer(down, across / across.sum() * down.sum()) * closeness
    for _ in range(ROUNDS):
        table *= (down / table.sum(axis=1))[:, np.newaxis]
        table *= across / across.sum() * down.sum() / table.sum(axis=0)
    return table


def _draw(counts: Mapping[str, float], size: int, *, rng: np.random.Generator) -> Answers:
    weights = np.array([*counts.values()], dtype=np.float64)
    return rng.choice([*counts], size=size, p=weights / weights.sum())


def _draw_with(
    given: Answers,
    rows: Mapping[str, float],
    columns: Mapping[str, float],
    together: Mapping[str, Any],  # Any: a table of the file
    *,
    rng: np.random.Generator,
) -> Answers:
    closeness = np.array([[together.get(column, {}).get(row, 1.0) for column in columns] for row in rows])
    table = joint_table(rows, columns, closeness)
    drawn = np.zeros(len(given), dtype=f"U{max(map(len, columns))}")
    for place, row in enumerate(rows):
        here = given == row
        drawn[here] = _draw(dict(zip(columns, table[place], strict=True)), int(here.sum()), rng=rng)
    return drawn


def _draw_countries(
    region: Answers,
    margins: Mapping[str, Any],  # Any: as above
    *,
    rng: np.random.Generator,
) -> dict[str, Answers]:
    born = np.full(len(region), DECLINED)
    for name, countries in margins["countries"].items():
        here = region == name
        born[here] = _draw(countries, int(here.sum()), rng=rng)
    moved = (_draw(margins["counts"]["moved"], len(region), rng=rng) == "yes") & (born != DECLINED)
    there = _draw(margins["counts"]["moved_to"], len(region), rng=rng)
    return {"birth_country": born, "reside_country": np.where(moved, there, born)}


def _draw_uses(size: int, counts: Mapping[str, Mapping[str, float]], *, rng: np.random.Generator) -> dict[str, Answers]:
    use = _draw(counts["use"], size, rng=rng)
    said = {
        key: np.where(np.isin(use, ("both", name)), "yes", _draw(counts[f"{name}_otherwise"], size, rng=rng))
        for key, name in USED.items()
    }
    often = _draw(counts["lm_frequency_use"], size, rng=rng)
    return {**said, "lm_frequency_use": np.where(use == "neither", "", often)}


def _draw_slider(mean: float, spread: float, size: int, *, rng: np.random.Generator) -> IntArray:
    """Draw from the beta distribution with this mean and standard deviation, out of 100."""
    middle, variance = mean / HIGHEST, (spread / HIGHEST) ** 2
    total = middle * (1 - middle) / variance - 1
    return np.rint(HIGHEST * rng.beta(middle * total, (1 - middle) * total, size)).astype(np.intp)
