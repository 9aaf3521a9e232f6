"""Read the sliders of a turn from a form."""

from collections.abc import Mapping

from arena.battles.errors import NotScoredError, UnknownChoiceError
from arena.battles.models import MIDDLE, Side


def posted_scores(post: Mapping[str, str]) -> dict[str, int]:
    """Return the scores in a form, by side.

    Raises
    ------
    NotScoredError
        When a slider stands in the middle, where it began, and nothing says that it belongs there.
    UnknownChoiceError
        When a score is no number.
    """
    try:
        scores = {str(side): int(post[f"score_{side}"]) for side in Side if f"score_{side}" in post}
    except ValueError as error:
        raise UnknownChoiceError from error
    if any(score == MIDDLE and f"middle_{side}" not in post for side, score in scores.items()):
        raise NotScoredError
    return scores


def posted_ratings(post: Mapping[str, str]) -> dict[tuple[str, int], int | None]:
    """Return the ratings of attributes in a form, by question and revision; None where its box says "does not apply".

    Raises
    ------
    UnknownChoiceError
        When a value or a revision is no number.
    """
    ratings: dict[tuple[str, int], int | None] = {}
    for name, value in post.items():
        prefix, _, rest = name.partition("-")
        question, _, revision = rest.partition("-")
        if prefix != "rate":
            continue
        if not (revision.isdecimal() and value.isdecimal()):
            raise UnknownChoiceError
        ratings[question, int(revision)] = None if f"none-{rest}" in post else int(value)
    return ratings
