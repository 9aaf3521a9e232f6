"""Doors of scored conversations: their start, the scores of a turn, the end."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST

from arena.battles.errors import BattleError, TopicNeededError, TurnRunningError
from arena.battles.forms import PromptForm
from arena.battles.models import Battle
from arena.battles.posted_scores import posted_ratings, posted_scores
from arena.battles.protocols import PRISM, protocol_for
from arena.battles.rates import keep_to_rate, say_when
from arena.battles.services.scoring import finish_conversation, score_turn
from arena.battles.start_view import begin, start_context
from arena.battles.views import act
from arena.raters.middleware import RaterRequest
from arena.safety.rate_limits import Activity
from arena.studies.models import Study
from arena.studies.selectors import default_study


@never_cache
@ensure_csrf_cookie
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: RaterRequest) -> HttpResponse:
    """Show what a scored conversation is, or begin one."""
    study = default_study()
    if protocol_for(study, asks_topic=True) is None:
        raise Http404(_("There are no scored conversations here."))
    if request.method != "POST":
        return _start_page(request, study, PromptForm())
    form = PromptForm(request.POST)
    if not form.is_valid():
        return _start_page(request, study, form, status=422)
    topic = request.POST.get("conversation_type", "")
    try:
        if topic not in Battle.ConversationType.values:
            raise TopicNeededError
        keep_to_rate(request, Activity.PROMPT)
        battle = begin(request, study, prompt=form.cleaned_data["prompt"], conversation_type=topic)
    except BattleError as error:
        form.add_error("prompt", str(error.message))
        return say_when(_start_page(request, study, form, status=error.status), error)
    return redirect("battles:detail", battle.pk)


def _start_page(request: RaterRequest, study: Study, form: PromptForm, *, status: int = 200) -> HttpResponse:
    context = start_context(request, form, study) | {"topic": request.POST.get("conversation_type", "")}
    return render(request, PRISM.start_template, context, status=status)


@require_POST
def score(request: RaterRequest, battle_id: uuid.UUID) -> HttpResponse:
    kept = {name: str(value) for name, value in request.POST.items() if name.startswith(("turn", "score_", "middle_"))}
    return act(request, battle_id, Activity.VOTE, lambda: _score(battle_id, kept), **kept)


def _score(battle_id: uuid.UUID, posted: dict[str, str]) -> None:
    turn = posted.get("turn", "")
    if not turn.isdecimal():
        raise TurnRunningError
    score_turn(battle_id=battle_id, turn_index=int(turn), scores=posted_scores(posted))


@require_POST
def finish(request: RaterRequest, battle_id: uuid.UUID) -> HttpResponse:
    names = ("feedback", "rate-", "none-")
    kept = {name: str(value) for name, value in request.POST.items() if name.startswith(names)}
    return act(request, battle_id, Activity.VOTE, lambda: _finish(battle_id, kept), **kept)


def _finish(battle_id: uuid.UUID, posted: dict[str, str]) -> None:
    finish_conversation(battle_id=battle_id, feedback=posted.get("feedback", ""), ratings=posted_ratings(posted))
