from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratings.core.method import BoardMethod
from ratings.core.scale import POINTS_PER_UNIT
from ratings.downloads import as_csv, as_json, etag_of
from ratings.models import Leaderboard, Snapshot
from ratings.selectors import board_page, main_board_slug, public_snapshot


@require_safe
def leaderboard(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    shown = slug or main_board_slug()
    if shown is None:
        return render(request, "ratings/no_boards.html")
    try:
        page = board_page(shown)
    except Leaderboard.DoesNotExist as error:
        raise Http404(_("There is no such leaderboard.")) from error
    # django-htmx sets the attribute; a plain request of another middleware stack would be a mistake of ours.
    fragment = "#board" if getattr(request, "htmx", False) else ""
    response = render(request, f"ratings/leaderboard.html{fragment}", {"page": page})
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """Explain in plain words what the boards compute, with the numbers that are in force unless a board says others."""
    usual = BoardMethod()
    facts = {
        "replicates": usual.replicates,
        "percent": round(100 * usual.level),
        "minimum_raters": usual.minimum_raters,
        "established_comparisons": usual.established_comparisons,
        "established_raters": usual.established_raters,
        "prior_points": round(POINTS_PER_UNIT / usual.prior_precision**0.5),
        "odds": [(points, round(100 / (1 + 10 ** (-points / 400)))) for points in (0, 50, 100, 200, 400)],
    }
    return render(request, "ratings/methods.html", facts)


@require_safe
def board_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return _download(request, _snapshot(slug), as_csv, "text/csv; charset=utf-8", "csv")


@require_safe
def board_json(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    return _download(request, _snapshot(slug, number), as_json, "application/json", "json")


def _snapshot(slug: str, number: int | None = None) -> Snapshot:
    try:
        return public_snapshot(slug, number)
    except Snapshot.DoesNotExist as error:
        raise Http404(_("There is no such leaderboard, or it has no ratings yet.")) from error


def _download(
    request: HttpRequest, snapshot: Snapshot, write: Callable[[Snapshot], str], content_type: str, suffix: str
) -> HttpResponse:
    """Answer with a snapshot as a file, or with 304 to who has it already."""
    etag = etag_of(snapshot)
    response = get_conditional_response(request, etag=etag) or HttpResponse(write(snapshot), content_type=content_type)
    name = f"{snapshot.leaderboard.slug}-{snapshot.number}.{suffix}"
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    # Anybody's notebook may read what anybody may open.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
