"""Pages and files of a board that is weighted to populations."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_safe

from ratings.downloads import write_csv
from ratings.models import Leaderboard, PopulationFigures
from ratings.population_page import population_content, population_page
from ratings.population_rows import PopulationContent, WeightedRating
from ratings.views import offer

COLUMNS = tuple(WeightedRating.__annotations__)
JURY_COLUMNS = ("field", "group", "size", "people", "mean", "low", "dominated")
NOT_THERE = _("There is no such leaderboard, or it is not weighted to this population.")


@require_safe
def populations(request: HttpRequest, slug: str, name: str | None = None) -> HttpResponse:
    return _page(request, slug, name, "ratings/populations.html")


@require_safe
def juries(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    return _page(request, slug, name, "ratings/juries.html")


@require_safe
@conditional_page
def population_csv(_request: HttpRequest, slug: str, name: str) -> HttpResponse:
    content = write_csv(COLUMNS, _content(slug, name)["ratings"])
    return offer(content, "text/csv; charset=utf-8", f"{slug}-{name}.csv")


@require_safe
@conditional_page
def juries_csv(_request: HttpRequest, slug: str, name: str) -> HttpResponse:
    rows = (
        {**row, **worth, "people": people}
        for row in _content(slug, name)["juries"]
        for people, worth in (("everybody", row["everybody"]), ("outside", row["outside"]))
        if worth is not None
    )
    return offer(write_csv(JURY_COLUMNS, rows), "text/csv; charset=utf-8", f"{slug}-{name}-juries.csv")


@require_safe
@conditional_page
def population_json(_request: HttpRequest, slug: str, name: str) -> HttpResponse:
    content = json.dumps({"leaderboard": slug, **_content(slug, name)}, ensure_ascii=False, indent=1)
    return offer(content, "application/json", f"{slug}-{name}.json")


def _page(request: HttpRequest, slug: str, name: str | None, template: str) -> HttpResponse:
    try:
        page = population_page(slug, name)
    except Leaderboard.DoesNotExist as error:
        raise Http404(NOT_THERE) from error
    return render(request, template, {"page": page})


def _content(slug: str, name: str) -> PopulationContent:
    try:
        return population_content(slug, name)
    except PopulationFigures.DoesNotExist as error:
        raise Http404(NOT_THERE) from error
