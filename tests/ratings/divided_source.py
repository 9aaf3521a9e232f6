"""Votes of people who fall into groups, for the fake source."""

from dataclasses import replace

import numpy as np

from ratings.core.comparisons import Comparisons
from ratings.grouping import NOBODY, GroupField, Grouping
from ratings.sources import BoardInput
from tests.ratings.fake_source import make_input

AGES = {"young": "Young", "old": "Old", "ancient": "Ancient"}


def divided_votes(*sizes: int, seed: int = 1, votes_each: int = 12, unsaid: int = 30) -> BoardInput:
    """Return a board on which each of the ages (as many as sizes) has so many people; the second prefers otherwise."""
    rng = np.random.default_rng(seed)
    age = np.repeat([*range(len(sizes)), NOBODY], [*sizes, unsaid])
    rater = np.repeat(np.arange(len(age)), votes_each)
    a = rng.integers(0, 4, len(rater))
    b = (a + rng.integers(1, 4, len(rater))) % 4
    strengths = np.array([1.0, 0.3, -0.3, -1.0])
    sign = np.where(age[rater] == 1, -1.0, 1.0)
    chance = 1.0 / (1.0 + np.exp(-sign * (strengths[a] - strengths[b])))
    comparisons = Comparisons(
        ("m0", "m1", "m2", "m3"), a=a, b=b, outcome=(rng.random(len(a)) < chance).astype(float), rater=rater
    )
    return with_groups(make_input(comparisons), age, asked=a % 2)


def with_groups(
    board: BoardInput, age: np.ndarray, *, asked: np.ndarray, country: np.ndarray | None = None
) -> BoardInput:
    """Return a board whose people are of an `age` (raters,) and whose votes are about something `asked` (n,).

    Of the first two ages, every other person is from the other country, where `country` (raters,) is not given.
    """
    if country is None:
        country = np.where((age == NOBODY) | (age > 1), NOBODY, np.arange(len(age)) % 2)
    fields = (
        GroupField("age", "How old are you?", AGES, age, divides_people=True),
        GroupField("country", "Where?", {"x": "Atlantis", "y": "Lemuria"}, country, divides_people=True, listed=False),
        GroupField("category", "About", {"facts": "Facts", "fun": "Fun"}, asked, divides_people=False),
    )
    people = np.arange(len(age)) * 7919 + 13
    return replace(board, grouping=lambda: Grouping(fields, 20, people))


def without(board: BoardInput, rater: int) -> BoardInput:
    """Return the board after a person withdrew their profile."""
    grouping = board.grouping()
    assert grouping is not None
    age = grouping.fields[0].cell.copy()
    age[rater] = NOBODY
    return with_groups(board, age, asked=grouping.fields[2].cell)


def with_votes_of(board: BoardInput, raters: range) -> BoardInput:
    """Return the board after each of these people voted once more."""
    rows, grouping = board.comparisons, board.grouping()
    assert grouping is not None
    more = np.array(list(raters))
    longer = Comparisons(
        rows.competitors,
        a=np.append(rows.a, np.zeros_like(more)),
        b=np.append(rows.b, np.full_like(more, 3)),
        outcome=np.append(rows.outcome, np.ones(len(more))),
        rater=np.append(rows.rater, more),
    )
    asked = np.append(grouping.fields[2].cell, np.zeros_like(more))
    return with_groups(make_input(longer), grouping.fields[0].cell, asked=asked)
