from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page, require_safe

from ratings.board_page import board_page
from ratings.downloads import as_csv, as_json
from ratings.errors import UnknownVariantError
from ratings.methods_page import methods_page
from ratings.models import Analysis, Leaderboard, Snapshot
from ratings.selectors import main_board_slug
from ratings.shown_board import ShownBoard, shown_board, shown_snapshot

NO_RATINGS = _("There is no such leaderboard, or it has no ratings yet.")
UNKNOWN_WAY = _("This leaderboard cannot be computed in the way that the address asks for.")


@require_safe
def leaderboard(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    shown = slug or main_board_slug()
    if shown is None:
        return render(request, "ratings/no_boards.html")
    try:
        page = board_page(shown, request.GET)
    except Leaderboard.DoesNotExist as error:
        raise Http404(_("There is no such leaderboard.")) from error
    except UnknownVariantError as error:
        raise Http404(UNKNOWN_WAY) from error
    response = render(request, f"ratings/leaderboard.html{_part(request)}", {"page": page})
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def _part(request: HttpRequest) -> str:
    """Return the part of the page that htmx asks for; going back to a page that it no longer has takes a whole one."""
    # django-htmx sets the attribute; a plain request of another middleware stack would be a mistake of ours.
    htmx = getattr(request, "htmx", None)
    return "#board" if htmx and not htmx.history_restore_request else ""


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    return render(request, "ratings/methods.html", {"page": methods_page()})


@require_safe
@conditional_page
def board_csv(request: HttpRequest, slug: str) -> HttpResponse:
    board = _shown(slug, request.GET)
    return download(board.snapshot, as_csv(board), "text/csv; charset=utf-8", f"{_part_of_name(board)}csv")


@require_safe
@conditional_page
def board_json(request: HttpRequest, slug: str) -> HttpResponse:
    board = _shown(slug, request.GET)
    return download(board.snapshot, as_json(board), "application/json", f"{_part_of_name(board)}json")


@require_safe
@conditional_page
def snapshot_json(_request: HttpRequest, slug: str, number: int) -> HttpResponse:
    try:
        board = shown_snapshot(slug, number)
    except Snapshot.DoesNotExist as error:
        raise Http404(NO_RATINGS) from error
    return download(board.snapshot, as_json(board), "application/json", "json")


def _shown(slug: str, query: QueryDict) -> ShownBoard:
    try:
        return shown_board(slug, query)
    except Snapshot.DoesNotExist as error:
        raise Http404(NO_RATINGS) from error
    except UnknownVariantError as error:
        raise Http404(UNKNOWN_WAY) from error
    except Analysis.DoesNotExist as error:
        raise Http404(_("This leaderboard was not computed in this way yet.")) from error


def _part_of_name(board: ShownBoard) -> str:
    return f"{board.view.variant.key}-{board.view.interval}." if board.is_variant else ""


def download(snapshot: Snapshot, content: str, content_type: str, suffix: str) -> HttpResponse:
    return offer(content, content_type, f"{snapshot.leaderboard.slug}-{snapshot.number}.{suffix}")


def offer(content: str, content_type: str, name: str) -> HttpResponse:
    """Answer with a file that anybody's notebook may read, as anybody may open it."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
