"""The page of a scored conversation, as it is now."""

from collections.abc import Mapping
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render

from arena.battles.agreeing import ask_again
from arena.battles.asked_at_end import questions_at_end
from arena.battles.conversation import conversation
from arena.battles.conversation_reveal import reveal_conversation
from arena.battles.errors import BattleError
from arena.battles.models import Assessment, Battle, Skip
from arena.battles.protocols import way_of
from arena.battles.rates import say_when
from arena.battles.selectors import blind_battle
from arena.raters.middleware import RaterRequest


def conversation_page(
    request: RaterRequest, battle: Battle, *, error: BattleError | None = None, kept: Mapping[str, str] | None = None
) -> HttpResponse:
    """Show the conversation; after an error with its sentence, and with what the rater had given: `kept`."""
    blind = blind_battle(battle)
    if error:
        blind = replace(blind, error=str(error.message))
    way = way_of(battle.protocol)
    ended = battle.status == Battle.Status.SCORED
    shown = conversation(blind, way, kept or {})
    context = {
        "conversation": shown,
        "questions": questions_at_end(battle.protocol, kept or {}) if shown.can_finish else (),
        "battle": blind,
        "reveal": reveal_conversation(assessment=_end_of(battle)) if ended else None,
        "skip_reasons": Skip.Reason.choices,
        "kept": kept or {},
        "ask": ask_again(request, battle),
    }
    part = "#battle-body" if request.htmx else ""  # type: ignore[attr-defined]  # set by django-htmx
    status = error.status if error else 200
    return say_when(render(request, f"{way.template}{part}", context, status=status), error)


def _end_of(battle: Battle) -> Assessment:
    return Assessment.objects.select_related("battle").get(battle=battle)
