"""The figures of one field: ratings in each group, how pairs of groups differ, and whether groups differ at all."""

from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.special import stdtrit

from ratings.board_settings import BoardSettings
from ratings.core.arrays import BoolArray, FloatArray, IntArray
from ratings.core.comparisons import Comparisons
from ratings.core.components import find_components
from ratings.core.groups import compare_groups_at_once, equality_test
from ratings.core.pairs import count_pairs
from ratings.core.parts import PartFits, fit_parts
from ratings.core.permutation import likelihood_ratio_test
from ratings.core.scale import POINTS_PER_UNIT, rating
from ratings.core.shrinkage import shrink_groups
from ratings.core.similarity import group_similarity
from ratings.divided_votes import DividedVotes
from ratings.group_rows import Estimate, GroupContent, GroupModel, GroupPair, GroupRatings
from ratings.grouping import NOBODY, GroupField

# Strengths that are estimated together at the most: their covariance is a square of this side.
MOST_STRENGTHS = 2_000
FEWEST_MODELS = 2
# How many people there are is told in steps of this many.
ROUNDED_TO = 10


def fit_whole(comparisons: Comparisons, settings: BoardSettings) -> PartFits | None:
    """Return the fit of all votes, as a single part; None where no chain of votes connects the models."""
    everyone = np.zeros(len(comparisons), dtype=np.intp)
    if not len(comparisons) or not _is_connected(comparisons):
        return None
    return fit_parts(comparisons, everyone, prior_precision=settings.method.prior_precision)


def compute_groups(
    votes: DividedVotes, field: GroupField, shown: BoolArray, whole: PartFits, settings: BoardSettings
) -> GroupContent | None:
    """Return the figures of those of the `shown` groups whose votes support some; None when none do.

    A model is among them when enough people voted on it in each group, and either nobody or enough people in what is
    left of the whole. Where that leaves fewer than half of the models, the smallest group is left out until it does
    not.

    Parameters
    ----------
    field : one of the fields of `votes`.
    whole : what `fit_whole` returns for the same votes.
    """
    comparisons, competitors, minimum = votes.comparisons, votes.competitors, votes.grouping.minimum
    part = _parts(comparisons, field, shown)
    groups, models = _told(comparisons, part, minimum)
    if not groups:
        return None
    level = settings.method.level
    position = np.full(int(part.max()) + 2, NOBODY)
    position[groups] = np.arange(len(groups))
    part = position[part]
    inside, prior = part != NOBODY, settings.method.prior_precision
    fits = _among(fit_parts(comparisons.select(inside), part[inside], prior_precision=prior), models)
    keys = list(field.groups)
    content = GroupContent(
        models=[GroupModel(slug=competitors[model].slug, name=competitors[model].name) for model in models],
        whole=_ratings(_among(whole, models), 0, level),
        groups=[
            GroupRatings(
                key=keys[group],
                name=field.groups[keys[group]],
                people=_people(comparisons, part == place) // ROUNDED_TO * ROUNDED_TO,
                ratings=_ratings(fits, place, level),
            )
            for place, group in enumerate(groups)
        ],
        pairs=_pairs(fits, settings),
        p_value=_p_value(comparisons, part, fits, field, settings) if len(groups) > 1 else None,
        level=level,
        minimum=minimum,
    )
    # Shrunk ratings are centred over all models, so they would tell of those that are left out.
    if field.divides_people and len(groups) > 1 and len(models) == len(competitors):
        for group, ratings in zip(content["groups"], _shrunk(comparisons, part, settings), strict=True):
            group["shrunk"] = ratings
    return content


def _parts(comparisons: Comparisons, field: GroupField, shown: BoolArray) -> IntArray:
    """Return (n,) the group of each comparison, and nobody's for those that are not shown."""
    cell = field.cell
    if field.divides_people:
        assert comparisons.rater is not None  # noqa: S101  boards know their raters
        cell = cell[comparisons.rater]
    return np.where(np.append(shown, False)[cell], cell, NOBODY)


def _told(comparisons: Comparisons, part: IntArray, minimum: int) -> tuple[list[int], IntArray]:
    """Return the groups and the models of which there are figures."""
    size = len(comparisons.competitors)
    groups = [
        int(group) for group in np.unique(part[part != NOBODY]) if _is_connected(comparisons.select(part == group))
    ]
    people = {group: _people_of_models(comparisons, part == group) for group in groups}
    groups.sort(key=lambda group: (-int(people[group].max()), group))
    del groups[max(MOST_STRENGTHS // max(size, 1), 1) :]
    while groups:
        rest = _people_of_models(comparisons, ~np.isin(part, groups))
        enough = np.logical_and.reduce([people[group] >= minimum for group in groups])
        models = np.flatnonzero(enough & ((rest == 0) | (rest >= minimum)))
        if len(models) >= FEWEST_MODELS and 2 * len(models) >= size:
            return sorted(groups), models
        groups.pop()
    return [], np.zeros(0, dtype=np.intp)


def _is_connected(comparisons: Comparisons) -> bool:
    return len(find_components(count_pairs(comparisons))) == 1


def _people_of_models(comparisons: Comparisons, rows: BoolArray) -> IntArray:
    """Return (m,) how many people voted on each model in these rows."""
    rater = comparisons.rater
    assert rater is not None  # noqa: S101  boards know their raters
    voted = np.zeros((int(rater.max(initial=-1)) + 1, len(comparisons.competitors)), dtype=np.bool_)
    voted[rater[rows], comparisons.a[rows]] = True
    voted[rater[rows], comparisons.b[rows]] = True
    return np.asarray(voted.sum(axis=0), dtype=np.intp)


def _people(comparisons: Comparisons, rows: BoolArray) -> int:
    assert comparisons.rater is not None  # noqa: S101  boards know their raters
    return len(np.unique(comparisons.rater[rows]))


def _among(fits: PartFits, models: IntArray) -> PartFits:
    """Return the fits of some competitors, which average zero in each part, so that nothing tells of the others."""
    strengths, covariance = fits.strengths[:, models], fits.covariance[:, models][:, :, :, models]
    return replace(
        fits,
        competitors=tuple(fits.competitors[model] for model in models),
        strengths=strengths - strengths.mean(axis=1, keepdims=True),
        covariance=covariance
        - covariance.mean(axis=1, keepdims=True)
        - covariance.mean(axis=3, keepdims=True)
        + covariance.mean(axis=(1, 3), keepdims=True),
        degrees=fits.degrees[:, models],
    )


def _ratings(fits: PartFits, place: int, level: float) -> list[Estimate]:
    errors = np.sqrt(np.maximum(np.diag(fits.covariance[place, :, place]), 0.0))
    reach = stdtrit(fits.degrees[place], 0.5 * (1.0 + level)) * errors
    middle = fits.strengths[place]
    return _estimates(rating(middle), rating(middle - reach), rating(middle + reach))


def _shrunk(comparisons: Comparisons, part: IntArray, settings: BoardSettings) -> list[list[Estimate]]:
    """Return for each group the ratings pulled towards what the groups have in common."""
    method = settings.method
    found = shrink_groups(
        comparisons, _of_raters(comparisons, part), level=method.level, prior_precision=method.prior_precision
    )
    rows = zip(rating(found.strengths), rating(found.lower), rating(found.upper), strict=True)
    return [_estimates(middle, lower, upper) for middle, lower, upper in rows]


def _of_raters(comparisons: Comparisons, part: IntArray) -> IntArray:
    """Return (raters,) the group of each, where all votes of a rater are in one."""
    assert comparisons.rater is not None  # noqa: S101  boards know their raters
    group = np.full(int(comparisons.rater.max(initial=-1)) + 1, NOBODY)
    group[comparisons.rater] = part
    return group


def _pairs(fits: PartFits, settings: BoardSettings) -> list[GroupPair]:
    rng, level = np.random.default_rng(settings.seed), settings.method.level
    alike = group_similarity(fits, rng=rng, level=level)
    pairs = []
    for first, second in combinations(range(len(fits.strengths)), 2):
        found = compare_groups_at_once(fits, first, second, rng=rng, level=level)
        ends = (POINTS_PER_UNIT * found.difference, POINTS_PER_UNIT * found.lower, POINTS_PER_UNIT * found.upper)
        pair = GroupPair(first=first, second=second, differences=_estimates(*ends))
        likeness = [float(matrix[first, second]) for matrix in (alike.correlation, alike.lower, alike.upper)]
        if not np.isnan(likeness).any():
            pair["likeness"] = (round(likeness[0], 3), round(likeness[1], 3), round(likeness[2], 3))
        pairs.append(pair)
    return pairs


def _p_value(
    comparisons: Comparisons, part: IntArray, fits: PartFits, field: GroupField, settings: BoardSettings
) -> float:
    """Return how often groups that are alike differ as much: by handing people other groups, where people have them."""
    rng = np.random.default_rng(settings.seed)
    if not field.divides_people:
        return round(equality_test(fits, rng).p_value, 4)
    of_raters, prior = _of_raters(comparisons, part), settings.method.prior_precision
    return round(likelihood_ratio_test(comparisons, of_raters, rng=rng, prior_precision=prior).p_value, 4)


def _estimates(middle: FloatArray, lower: FloatArray, upper: FloatArray) -> list[Estimate]:
    rows = np.round(np.stack([middle, lower, upper], axis=1), 1).tolist()
    return [(row[0], row[1], row[2]) for row in rows]
