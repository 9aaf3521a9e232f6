"""A board with the raters of a population weighted to it."""

from dataclasses import dataclass, replace

import numpy as np

from ratings.board_settings import BoardSettings
from ratings.core.arrays import BoolArray, FloatArray, IntArray
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.intervals import student_intervals
from ratings.core.raking import Margin, RakedWeights, rake
from ratings.core.resampling import rater_column
from ratings.core.sandwich import estimate_sandwich
from ratings.core.scale import centred, rating
from ratings.divided_votes import DividedVotes
from ratings.population_rows import WeightedRating
from ratings.populations import PlacedMargin, PlacedRaters

# As many models at the least must be left for a board.
FEWEST_MODELS = 2


@dataclass(frozen=True, eq=False, slots=True)
class Voters:
    """The raters of a population who voted, and their votes on the models that enough of them voted on.

    Attributes
    ----------
    numbers : (v,) ascending.
    comparisons : between those models.
    """

    numbers: IntArray
    comparisons: Comparisons


def find_voters(votes: DividedVotes, placed: PlacedRaters) -> Voters | None:
    """Return who stands for a population; None where they, or their votes, are too few to tell anything."""
    minimum = votes.grouping.minimum
    among = votes.comparisons.select(placed.inside[votes.rater])
    rater = rater_column(among)
    met = np.zeros((len(placed.inside), len(among.competitors)), dtype=np.bool_)
    met[rater, among.a] = met[rater, among.b] = True
    models = np.flatnonzero(met.sum(axis=0) >= minimum)
    if len(models) < FEWEST_MODELS:
        return None
    among = among.among(models)
    numbers = np.unique(rater_column(among))
    return Voters(numbers, among) if len(numbers) >= minimum else None


def weigh(voters: Voters, placed: PlacedRaters) -> RakedWeights:
    """Return weights with which each margin has the shares of the population; groups without a rater are left out.

    Raises
    ------
    NotConvergedError
        As `rake`.
    """
    return rake([_present(margin, voters.numbers) for margin in placed.margins])


def missing_shares(voters: Voters, placed: PlacedRaters) -> dict[str, float]:
    """Return by what was asked which share of the population is in groups without a rater; none where all have one."""
    missing = {margin.title: float(margin.shares[~_has(margin, voters.numbers)].sum()) for margin in placed.margins}
    return {title: share for title, share in missing.items() if share > 0}


def weighted_ratings(
    votes: DividedVotes, voters: Voters, weights: FloatArray, settings: BoardSettings
) -> list[WeightedRating]:
    """Return the ratings of the models that `voters` have, best first.

    Each person has one voice: a rater's comparisons share the rater's weight. The ratings of all raters beside them are
    of the same models.

    Raises
    ------
    ratings.core.errors.RatingsError
        If a fit does not converge, or the votes of these raters alone do not connect the models.
    """
    competitors = voters.comparisons.competitors
    place = np.searchsorted(voters.numbers, rater_column(voters.comparisons))
    shared = (weights / np.bincount(place, minlength=len(weights)))[place]
    weighted = replace(voters.comparisons, weight=shared * (len(shared) / shared.sum()))
    fit = fit_bradley_terry(weighted, prior_precision=settings.method.prior_precision)
    sandwich, anchors = estimate_sandwich(weighted, fit), np.ones(len(competitors), dtype=np.bool_)
    strengths = centred(fit.strengths, anchors)
    ends = student_intervals(strengths, sandwich.covariance, sandwich.degrees + 1.0, level=settings.method.level)
    everyone = votes.comparisons.among([votes.comparisons.competitors.index(slug) for slug in competitors])
    whole = fit_bradley_terry(everyone, prior_precision=settings.method.prior_precision)
    names = {info.slug: info.name for info in votes.competitors}
    columns = (rating(column) for column in (centred(whole.strengths, anchors), strengths, ends.lower, ends.upper))
    rows = [
        WeightedRating(slug=slug, name=names[slug], whole=all_, rating=points, lower=lower, upper=upper)
        for slug, all_, points, lower, upper in zip(competitors, *(column.tolist() for column in columns), strict=True)
    ]
    return sorted(rows, key=lambda row: -row["rating"])


def _has(margin: PlacedMargin, numbers: IntArray) -> BoolArray:
    found: BoolArray = np.bincount(margin.cell[numbers], minlength=len(margin.shares)) > 0
    return found


def _present(margin: PlacedMargin, numbers: IntArray) -> Margin:
    return Margin(margin.cell[numbers], np.where(_has(margin, numbers), margin.shares, 0.0))
