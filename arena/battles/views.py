"""Doors of the battle pages: read the request, call one service or selector, answer."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from arena.battles.agreeing import agreed_terms, ask_again
from arena.battles.asking import asked_beside
from arena.battles.conversation_page import conversation_page
from arena.battles.errors import BattleError
from arena.battles.models import Battle, Skip, Vote
from arena.battles.protocols import way_of
from arena.battles.rates import keep_to_rate, say_when
from arena.battles.reveal import reveal_models, voted_answers
from arena.battles.selectors import (
    blind_battle,
    history_items,
    history_of,
    owned_battle,
    owns_under_terms_in_force,
)
from arena.battles.services.turns import continue_battle, retry_turn, stop_turn
from arena.battles.services.voting import cast_vote, skip_battle
from arena.battles.vote_details import fields_of, read_details
from arena.raters.middleware import RaterRequest
from arena.safety.rate_limits import Activity

PAGE_SIZE = 20


def own_battle(request: RaterRequest, battle_id: uuid.UUID) -> Battle:
    """Return the rater's battle, or 404: what is somebody else's does not exist here."""
    battle = owned_battle(battle_id=battle_id, rater_id=request.rater_access.id)
    if battle is None:
        raise Http404
    return battle


@never_cache
@require_safe
def detail(request: RaterRequest, battle_id: uuid.UUID) -> HttpResponse:
    return battle_page(request, own_battle(request, battle_id))


def battle_page(
    request: RaterRequest,
    battle: Battle,
    *,
    vote: Vote | None = None,
    error: BattleError | None = None,
    kept: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show the battle as it is now; after an error with its sentence, and with what the rater had given: `kept`.

    `vote` saves looking for it, where it is known.
    """
    if vote is None and way_of(battle.protocol).is_scored:
        return conversation_page(request, battle, error=error, kept=kept)
    if vote is None and battle.status == Battle.Status.VOTED:
        vote = Vote.objects.select_related("battle").get(battle=battle)
    answers = voted_answers(vote=vote) if vote else None
    blind = blind_battle(battle, answers)
    if error:
        blind = replace(blind, error=str(error.message))
    context = {
        "battle": blind,
        "reveal": reveal_models(vote=vote, answers=answers) if vote else None,
        "skip_reasons": Skip.Reason.choices,
        "kept": kept or {},
        "asked": asked_beside(battle, kept or {}),
        "ask": ask_again(request, battle),
    }
    part = "#battle-body" if request.htmx else ""  # type: ignore[attr-defined]  # set by django-htmx
    status = error.status if error else 200
    return say_when(render(request, f"battles/detail.html{part}", context, status=status), error)


def act(
    request: RaterRequest, battle_id: uuid.UUID, activity: Activity, action: Callable[[], object], **kept: str
) -> HttpResponse:
    """Do something with the rater's battle and answer with it as it is then, whether that worked or not."""
    agreed = owns_under_terms_in_force(battle_id=battle_id, rater_id=request.rater_access.id)
    asked = None if agreed else own_battle(request, battle_id)
    try:
        keep_to_rate(request, activity)
        if asked is not None:
            agreed_terms(request, rater=asked.rater, study=asked.study)
        done = action()
    except BattleError as error:
        return battle_page(request, own_battle(request, battle_id), error=error, kept=kept)
    if not request.htmx:  # type: ignore[attr-defined]  # set by django-htmx
        return redirect("battles:detail", battle_id)
    if isinstance(done, Vote):
        return battle_page(request, done.battle, vote=done)
    return battle_page(request, own_battle(request, battle_id))


@require_POST
def say(request: RaterRequest, battle_id: uuid.UUID) -> HttpResponse:
    prompt = request.POST.get("prompt", "")
    return act(
        request, battle_id, Activity.PROMPT, lambda: continue_battle(battle_id=battle_id, prompt=prompt), prompt=prompt
    )


@require_POST
def agree(request: RaterRequest, battle_id: uuid.UUID) -> HttpResponse:
    """Take the agreement to changed terms, and show the battle again."""
    return act(request, battle_id, Activity.VOTE, lambda: None)


@require_POST
def stop(request: RaterRequest, battle_id: uuid.UUID) -> HttpResponse:
    return act(request, battle_id, Activity.VOTE, lambda: stop_turn(battle_id=battle_id))


@require_POST
def retry(request: RaterRequest, battle_id: uuid.UUID) -> HttpResponse:
    return act(request, battle_id, Activity.PROMPT, lambda: retry_turn(battle_id=battle_id))


@require_POST
def vote(request: RaterRequest, battle_id: uuid.UUID) -> HttpResponse:
    winner, posted = request.POST.get("winner", ""), request.POST.dict()
    return act(
        request,
        battle_id,
        Activity.VOTE,
        lambda: cast_vote(battle_id=battle_id, winner=winner, details=read_details(posted)),
        winner=winner,
        **fields_of(posted),
    )


@require_POST
def skip(request: RaterRequest, battle_id: uuid.UUID) -> HttpResponse:
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    return act(
        request,
        battle_id,
        Activity.VOTE,
        lambda: skip_battle(battle_id=battle_id, reason=reason, note=note),
        reason=reason,
        note=note,
    )


@never_cache
@require_safe
def history(request: RaterRequest) -> HttpResponse:
    rater_id = request.rater_access.id
    battles = history_of(rater_id) if rater_id else Battle.objects.none()
    page = Paginator(battles, PAGE_SIZE).get_page(request.GET.get("page"))
    items = history_items(list(page.object_list))
    return render(request, "battles/history.html", {"page_obj": page, "items": items})
