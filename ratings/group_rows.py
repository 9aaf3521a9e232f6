"""What is stored about the groups of a board, as plain JSON: nothing in it is about fewer people than the minimum.

Pages and files show it as it is, so that none of them can tell more than another.
"""

from typing import Literal, NotRequired, TypedDict

# A rating, or a difference, with the ends of its interval.
Estimate = tuple[float, float, float]
# Why a field has no figures: too few people in its groups, or too few votes to connect the models in each.
Reason = Literal["", "few_people", "few_votes"]


class FieldSummary(TypedDict):
    """One way to divide a board: how many groups are shown, and the names of those that are not.

    `hidden` is empty where there are too many to name, and `more_hidden` is true then.
    """

    key: str
    title: str
    divides_people: bool
    shown: int
    hidden: list[str]
    more_hidden: bool
    reason: Reason


class GroupModel(TypedDict):
    slug: str
    name: str


class GroupRatings(TypedDict):
    """The ratings within one group, in the order of the models. `people` is rounded down to a multiple of ten.

    `shrunk` are the same ratings, pulled towards what the groups have in common by as much as the votes leave open; it
    is missing where that was not computed.
    """

    key: str
    name: str
    people: int
    ratings: list[Estimate]
    shrunk: NotRequired[list[Estimate]]


class GroupPair(TypedDict):
    """By how much models stand higher in the first of two groups (positions among the shown) than in the second.

    The intervals of a pair hold for all models at once. `likeness` is the correlation of both groups' ratings, less
    what noise takes off it; it is missing where that cannot be told.
    """

    first: int
    second: int
    differences: list[Estimate]
    likeness: NotRequired[Estimate]


class GroupContent(TypedDict):
    """All figures of a field. Ratings average 1000 over the models in each group, and in the whole.

    `p_value` is how often groups that are all the same would differ by as much; it is None for one group alone.
    """

    models: list[GroupModel]
    whole: list[Estimate]
    groups: list[GroupRatings]
    pairs: list[GroupPair]
    p_value: float | None
    level: float
    minimum: int
