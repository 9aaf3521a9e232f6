from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from arena.battles.pairs import head_to_head
from ratings.models import Snapshot


@require_safe
def pair(request: HttpRequest, board: str) -> HttpResponse:
    """Show the models that `first` and `second` name; in the query, because names of imported ones may hold slashes."""
    try:
        shown = head_to_head(board, request.GET.get("first", ""), request.GET.get("second", ""))
    except (Snapshot.DoesNotExist, KeyError) as error:
        raise Http404(_("There are no such two models on this leaderboard.")) from error
    return render(request, "battles/pair.html", {"shown": shown, "pair": shown.pair, "board": shown.pair.board})
