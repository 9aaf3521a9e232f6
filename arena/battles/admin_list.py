"""Lists of rows that grow with every battle. Nothing on their pages goes through a whole table."""

import uuid
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Max, Min, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from arena.battles.admin_dates import Period, parts_of, starting_period
from models_registry.read_only_admin import ReadOnlyAdmin

# Rows that are counted and can be turned to, and rows whose texts are searched.
LISTED = 10_000
SEARCHED = 10_000
PARTS = ("year", "month", "day")
FORMATS = ("Y", "YEAR_MONTH_FORMAT", "MONTH_DAY_FORMAT")


class FirstPages(Paginator):
    """Pages of the first `LISTED` rows: to count all of a large table takes longer than to show a page of it."""

    @cached_property
    def _found(self) -> int:
        rows: QuerySet[Model] = self.object_list.order_by()  # type: ignore[attr-defined]  # a list in the administration
        return rows[: LISTED + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self._found, LISTED)

    @property
    def has_more(self) -> bool:
        return self._found > LISTED


class LargeList(ChangeList):
    """A list whose ways to a day are read from the two ends of its index."""

    def dates(self) -> dict[str, Any]:  # Any: what Django's template of dates shows
        """Return the way back and the parts of the chosen period; nothing when there are no rows. One query."""
        ends = self.model._default_manager.aggregate(  # noqa: SLF001 - the way that Django documents
            first=Min(self.date_hierarchy), last=Max(self.date_hierarchy)
        )
        if ends["first"] is None:
            return {}
        first, last = (timezone.localtime(ends[name]).date() for name in ("first", "last"))
        chosen = self._chosen()
        period = chosen or starting_period(first, last)
        return {
            "show": True,
            "back": self._way_back(chosen),
            "choices": [
                {"title": _title(part), "link": "" if part == period else self._link(part)}
                for part in parts_of(period, first, last)
            ],
        }

    def _chosen(self) -> Period:
        """Return the period in the address. What is no date was refused before."""
        asked = [self.params.get(f"{self.date_hierarchy}__{part}") for part in PARTS]
        return tuple(int(number) for number in asked if number)

    def _way_back(self, chosen: Period) -> dict[str, str] | None:
        if not chosen:
            return None
        above = chosen[:-1]
        return {"title": _title(above) if above else gettext("All dates"), "link": self._link(above)}

    def _link(self, period: Period) -> str:
        parts = {f"{self.date_hierarchy}__{part}": number for part, number in zip(PARTS, period, strict=False)}
        return self.get_query_string(parts, [f"{self.date_hierarchy}__"])


def _title(period: Period) -> str:
    return capfirst(date_format(date(*(*period, 1, 1)[:3]), FORMATS[len(period) - 1]))


class LargeReadOnlyAdmin(ReadOnlyAdmin):
    """A list of rows that are never few.

    Attributes
    ----------
    search_keys
        The fields that hold a key; a search for one finds these rows by their index.
    """

    change_list_template = "battles/admin_change_list.html"
    paginator = FirstPages
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("pk",)  # for the field to be there; `get_search_results` does the searching
    search_keys: tuple[str, ...] = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # Any: handed through to Django
        return LargeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any, Any], search_term: str
    ) -> tuple[QuerySet[Any, Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            key = uuid.UUID(term)
        except ValueError:
            return self.search_text(queryset, term), False
        return queryset.filter(Q.create([(name, key) for name in self.search_keys], connector=Q.OR)), False

    def search_text(self, queryset: QuerySet[Any, Any], term: str) -> QuerySet[Any, Any]:
        """Return the rows in which the words are; none where a list holds keys only."""
        return queryset.none()


def newest(model: type[Model]) -> QuerySet[Any, Any]:
    """Return the rows whose texts are searched. One query for where they begin."""
    last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0  # noqa: SLF001 - as above
    return model._default_manager.filter(pk__gt=last - SEARCHED)  # noqa: SLF001 - as above
