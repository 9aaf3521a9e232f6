"""Pages of what stands beside a board's snapshot."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratings.downloads import pairs_csv as write_pairs
from ratings.models import Leaderboard
from ratings.pairs_page import pairs_page, public_fit
from ratings.views import download


@require_safe
def pairs(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = pairs_page(slug, request.GET)
    except Leaderboard.DoesNotExist as error:
        raise Http404(_("There is no such leaderboard.")) from error
    return render(request, "ratings/pairs.html", {"page": page})


@require_safe
def pairs_csv(_request: HttpRequest, slug: str) -> HttpResponse:
    try:
        snapshot, fit = public_fit(slug)
    except Leaderboard.DoesNotExist as error:
        raise Http404(_("There is no such leaderboard, or it has no ratings yet.")) from error
    return download(snapshot, write_pairs(snapshot, fit["residuals"]), "text/csv; charset=utf-8", "pairs.csv")
