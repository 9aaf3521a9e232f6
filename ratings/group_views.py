"""Pages and files of a board's groups. Each shows what is stored, which is about enough people."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_safe

from ratings.group_downloads import figures_csv, figures_json
from ratings.group_page import field_page, public_figures
from ratings.groups_page import groups_page
from ratings.models import GroupFigures, Leaderboard
from ratings.views import offer

NO_BOARD = _("There is no such leaderboard.")
NO_FIGURES = _("There are no figures of such groups.")


@require_safe
def fields(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = groups_page(slug, page=request.GET.get("page"))
    except Leaderboard.DoesNotExist as error:
        raise Http404(NO_BOARD) from error
    return render(request, "ratings/groups.html", {"page": page})


@require_safe
def field(request: HttpRequest, slug: str, field: str) -> HttpResponse:
    try:
        page = field_page(slug, field, request.GET)
    except Leaderboard.DoesNotExist as error:
        raise Http404(NO_FIGURES) from error
    return render(request, "ratings/group_field.html", {"page": page})


@require_safe
@conditional_page
def field_csv(_request: HttpRequest, slug: str, field: str) -> HttpResponse:
    return offer(figures_csv(_figures(slug, field)), "text/csv; charset=utf-8", f"{slug}-{field}.csv")


@require_safe
@conditional_page
def field_json(_request: HttpRequest, slug: str, field: str) -> HttpResponse:
    return offer(figures_json(_figures(slug, field)), "application/json", f"{slug}-{field}.json")


def _figures(slug: str, field: str) -> GroupFigures:
    try:
        return public_figures(slug, field)
    except GroupFigures.DoesNotExist as error:
        raise Http404(NO_FIGURES) from error
