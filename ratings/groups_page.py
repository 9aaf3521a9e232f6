"""Reads the page that lists how a board's votes can be divided into groups."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator

from ratings.group_rows import FieldSummary
from ratings.group_wording import describe_field
from ratings.models import GroupStep
from ratings.selectors import public_boards

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One way to divide the votes, and in a sentence what is shown of it; `is_shown` when there are figures."""

    key: str
    title: str
    words: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """The ways to divide a board's votes, those with figures first; `taken_at` is None before any were computed."""

    slug: str
    title: str
    kind: str
    taken_at: datetime | None
    minimum: int
    page_obj: "Page[FieldSummary]"
    lines: tuple[FieldLine, ...]


def groups_page(slug: str, *, page: str | None) -> GroupsPage:
    """Return a page of the ways to divide board `slug`. Two queries.

    Raises
    ------
    Leaderboard.DoesNotExist
        When there is none, or it is not public.
    """
    board = public_boards().get(slug=slug)
    step = GroupStep.objects.filter(leaderboard=board).defer("shown").first()
    shown = Paginator(_fields(step), PAGE_SIZE).get_page(page)
    minimum = 0 if step is None else step.minimum
    return GroupsPage(
        slug=board.slug,
        title=board.title,
        kind=board.kind,
        taken_at=None if step is None else step.taken_at,
        minimum=minimum,
        page_obj=shown,
        lines=tuple(
            FieldLine(field["key"], field["title"], describe_field(field, minimum), is_shown=bool(field["shown"]))
            for field in shown.object_list
        ),
    )


def _fields(step: GroupStep | None) -> list[FieldSummary]:
    return [] if step is None else sorted(step.fields, key=lambda field: not field["shown"])
