from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ratings.models import Leaderboard
from ratings.selectors import board_page, main_board_slug


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
