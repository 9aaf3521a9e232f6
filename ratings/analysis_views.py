"""Pages of what stands beside a board's snapshot."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ratings.downloads import HISTORY_COLUMNS, history_rows, write_csv
from ratings.downloads import pairs_csv as write_pairs
from ratings.history_page import all_histories, history_page
from ratings.models import Leaderboard
from ratings.pairs_page import pairs_page, public_fit
from ratings.views import download, offer

NO_BOARD = _("There is no such leaderboard.")


@require_safe
def pairs(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = pairs_page(slug, request.GET)
    except Leaderboard.DoesNotExist as error:
        raise Http404(NO_BOARD) from error
    return render(request, "ratings/pairs.html", {"page": page})


@require_safe
def pairs_csv(_request: HttpRequest, slug: str) -> HttpResponse:
    try:
        snapshot, fit = public_fit(slug)
    except Leaderboard.DoesNotExist as error:
        raise Http404(_("There is no such leaderboard, or it has no ratings yet.")) from error
    return download(snapshot, write_pairs(snapshot, fit["residuals"]), "text/csv; charset=utf-8", "pairs.csv")


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = history_page(slug, page=request.GET.get("page"), today=timezone.now().date())
    except Leaderboard.DoesNotExist as error:
        raise Http404(NO_BOARD) from error
    return render(request, "ratings/history.html", {"page": page})


@require_safe
def history_csv(_request: HttpRequest, slug: str) -> HttpResponse:
    content = write_csv(HISTORY_COLUMNS, _history_rows(slug))
    return offer(content, "text/csv; charset=utf-8", f"{slug}-history.csv")


@require_safe
def history_json(_request: HttpRequest, slug: str) -> HttpResponse:
    content = json.dumps({"leaderboard": slug, "history": _history_rows(slug)}, ensure_ascii=False, indent=1)
    return offer(content, "application/json", f"{slug}-history.json")


def _history_rows(slug: str) -> list[dict[str, object]]:
    try:
        return history_rows(all_histories(slug, today=timezone.now().date()))
    except Leaderboard.DoesNotExist as error:
        raise Http404(NO_BOARD) from error
