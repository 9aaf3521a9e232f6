"""Reads the page of one field: the ratings in each of its groups, and two groups side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from ratings.group_likeness import LikenessRow, lay_out_likeness
from ratings.group_rows import Estimate, FieldSummary, GroupContent, GroupModel, GroupRatings
from ratings.group_wording import describe_difference, describe_found, describe_hidden, describe_test
from ratings.matrix import MINUS
from ratings.models import GroupFigures, GroupStep, Leaderboard
from ratings.page import CENTRE, Whisker, axis_over, place_whisker
from ratings.selectors import public_boards

# Models on a page, and groups beside each other.
MODELS, GROUPS = 12, 6


@dataclass(frozen=True, slots=True)
class GroupCell:
    """A model's rating in one group, in whole points; `shrunk` with its ends, None where there is none."""

    rating: int
    lower: int
    upper: int
    whisker: Whisker
    shrunk: tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A model with its rating in the whole and in the groups of this page."""

    name: str
    cells: tuple[GroupCell, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A group that can be chosen for comparing."""

    key: str
    name: str
    people: int
    is_first: bool
    is_second: bool


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """By how many points a model stands higher in the first of two groups than in the second."""

    name: str
    first: int
    second: int
    difference: str
    lower: str
    upper: str
    whisker: Whisker
    words: str


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two groups; `found` says for how many models they differ."""

    first: str
    second: str
    found: str
    rows: tuple[DifferenceRow, ...]


@dataclass(frozen=True, slots=True)
class FieldPage:
    """One field. Without figures `rows` is empty, and `why` says why.

    `kept` are the parts of the address that links to other pages keep.
    """

    slug: str
    board: str
    kind: str
    key: str
    title: str
    divides_people: bool
    taken_at: datetime
    minimum: int
    percent: int
    hidden: str
    has_figures: bool
    test: str
    groups: tuple[GroupRatings, ...]
    is_shrunk: bool
    groups_before: int | None
    groups_after: int | None
    page_obj: "Page[int]"
    kept: str
    rows: tuple[GroupRow, ...]
    choices: tuple[Choice, ...]
    compared: SideBySide | None
    likeness: tuple[LikenessRow, ...]


def field_page(slug: str, key: str, query: Mapping[str, str]) -> FieldPage:
    """Return the page of field `key` on board `slug`, as the query of an address asks for it. Three queries.

    Raises
    ------
    Leaderboard.DoesNotExist
        When there is no such public board, or it has no such field.
    """
    board = public_boards().get(slug=slug)
    step = GroupStep.objects.filter(leaderboard=board).defer("shown").first()
    field = next((field for field in step.fields if field["key"] == key), None) if step else None
    if step is None or field is None:
        raise Leaderboard.DoesNotExist
    figures = step.figures.filter(field=key).first()
    return _page(board, step, field, figures.content if figures else None, query)


def public_figures(slug: str, key: str) -> GroupFigures:
    """Return the figures of field `key` on the public board `slug`. One query.

    Raises
    ------
    GroupFigures.DoesNotExist
        Without such a board or such figures.
    """
    shown = GroupFigures.objects.select_related("step__leaderboard").defer("step__shown")
    return shown.get(step__leaderboard__slug=slug, step__leaderboard__is_public=True, field=key)


def _page(
    board: Leaderboard,
    step: GroupStep,
    field: FieldSummary,
    figures: GroupContent | None,
    query: Mapping[str, str],
) -> FieldPage:
    content = figures or GroupContent(
        models=[], whole=[], groups=[], pairs=[], p_value=None, level=0.95, minimum=step.minimum
    )
    order = sorted(range(len(content["models"])), key=lambda model: -content["whole"][model][0])
    models = Paginator(order, MODELS).get_page(query.get("page"))
    block = _block(query.get("groups", ""), len(content["groups"]))
    shown = content["groups"][block * GROUPS : (block + 1) * GROUPS]
    chosen = _chosen(content["groups"], query)
    return FieldPage(
        slug=board.slug,
        board=board.title,
        kind=board.kind,
        key=field["key"],
        title=field["title"],
        divides_people=field["divides_people"],
        taken_at=step.taken_at,
        minimum=step.minimum,
        percent=round(100 * content["level"]),
        hidden=describe_hidden(field),
        has_figures=figures is not None,
        test=describe_test(content["p_value"]),
        groups=tuple(shown),
        is_shrunk=any("shrunk" in group for group in shown),
        groups_before=block - 1 if block else None,
        groups_after=block + 1 if (block + 1) * GROUPS < len(content["groups"]) else None,
        page_obj=models,
        kept=_kept(block, content["groups"], chosen),
        rows=_rows(content, list(models.object_list), shown),
        choices=tuple(
            Choice(group["key"], group["name"], group["people"], place == chosen[0], place == chosen[1])
            for place, group in enumerate(content["groups"])
        ),
        likeness=lay_out_likeness(content, range(len(content["groups"]))[block * GROUPS : (block + 1) * GROUPS]),
        compared=_side_by_side(content, list(models.object_list), chosen) if None not in chosen else None,
    )


def _block(asked: str, groups: int) -> int:
    last = max((groups - 1) // GROUPS, 0)
    return min(int(asked), last) if asked.isascii() and asked.isdigit() else 0


def _chosen(groups: Sequence[GroupRatings], query: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Return the positions of the two groups that an address asks for; none unless they are two."""
    place = {group["key"]: position for position, group in enumerate(groups)}
    first, second = (place.get(query.get(name, "")) for name in ("first", "second"))
    return (None, None) if None in (first, second) or first == second else (first, second)


def _kept(block: int, groups: Sequence[GroupRatings], chosen: tuple[int | None, int | None]) -> str:
    kept = QueryDict(mutable=True)
    if block:
        kept["groups"] = str(block)
    for name, place in zip(("first", "second"), chosen, strict=True):
        if place is not None:
            kept[name] = groups[place]["key"]
    return kept.urlencode()


def _rows(content: GroupContent, models: Sequence[int], shown: Sequence[GroupRatings]) -> tuple[GroupRow, ...]:
    whole: tuple[list[Estimate], list[Estimate] | None] = (content["whole"], None)
    columns = [whole, *((group["ratings"], group.get("shrunk")) for group in shown)]
    numbers = [number for ratings, _shrunk in columns for model in models for number in ratings[model]]
    axis = axis_over([CENTRE, *numbers])
    return tuple(
        GroupRow(
            name=content["models"][model]["name"],
            cells=tuple(_cell(ratings[model], shrunk[model] if shrunk else None, axis) for ratings, shrunk in columns),
        )
        for model in models
    )


def _cell(estimate: Estimate, shrunk: Estimate | None, axis: tuple[float, float]) -> GroupCell:
    middle, lower, upper = estimate
    return GroupCell(
        rating=round(middle),
        lower=round(lower),
        upper=round(upper),
        whisker=place_whisker(middle, (lower, upper), axis, centre=CENTRE),
        shrunk=None if shrunk is None else (round(shrunk[0]), round(shrunk[1]), round(shrunk[2])),
    )


def _side_by_side(
    content: GroupContent, models: Sequence[int], chosen: tuple[int | None, int | None]
) -> SideBySide | None:
    first, second = chosen
    if first is None or second is None:
        return None
    one, other = content["groups"][first], content["groups"][second]
    differences = _differences(content, first, second)
    axis = axis_over([0.0, *(number for model in models for number in differences[model])])
    return SideBySide(
        first=one["name"],
        second=other["name"],
        found=describe_found(differences),
        rows=tuple(
            _difference(content["models"][model], differences[model], axis, (one, other), model) for model in models
        ),
    )


def _differences(content: GroupContent, first: int, second: int) -> list[Estimate]:
    """Return first less second, whichever way round the pair is stored."""
    for pair in content["pairs"]:
        if (pair["first"], pair["second"]) == (first, second):
            return [(middle, lower, upper) for middle, lower, upper in pair["differences"]]
        if (pair["first"], pair["second"]) == (second, first):
            return [(-middle, -upper, -lower) for middle, lower, upper in pair["differences"]]
    raise KeyError((first, second))


def _difference(
    model: GroupModel,
    difference: Estimate,
    axis: tuple[float, float],
    groups: tuple[GroupRatings, GroupRatings],
    place: int,
) -> DifferenceRow:
    middle, lower, upper = difference
    first, second = groups
    return DifferenceRow(
        name=model["name"],
        first=round(first["ratings"][place][0]),
        second=round(second["ratings"][place][0]),
        difference=signed(middle),
        lower=signed(lower),
        upper=signed(upper),
        whisker=place_whisker(middle, (lower, upper), axis, centre=0.0),
        words=describe_difference(difference, first["name"], second["name"]),
    )


def signed(points: float) -> str:
    """Return points with their sign, whole but near zero."""
    # An end of an interval that is near zero shows on which side of it it is.
    return f"{points:+.{0 if abs(points) >= 1 else 1}f}".replace("-", MINUS)
