"""The home page and the start of a battle."""

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from arena.battles.agreeing import agreed_terms
from arena.battles.errors import BattleError, ProfileNeededError, PromptRefusedError
from arena.battles.forms import PromptForm
from arena.battles.home_facts import arena_counts, draw_now
from arena.battles.models import Battle
from arena.battles.protocols import protocol_for
from arena.battles.rates import keep_to_rate, say_when
from arena.battles.services.starting import start_battle, surprise_prompt
from arena.profiles.selectors.answers import profile_is_due
from arena.raters.middleware import RaterRequest
from arena.raters.models import Rater
from arena.safety.rate_limits import Activity
from arena.studies.models import ConsentRevision, Study
from arena.studies.selectors import consent_in_force, default_study, terms_standing

SIDES = 2


@never_cache
@ensure_csrf_cookie
@require_safe
def home(request: RaterRequest) -> HttpResponse:
    return home_page(request, PromptForm())


def home_page(request: RaterRequest, form: PromptForm, *, status: int = 200) -> HttpResponse:
    study = default_study()
    if protocol_for(study, asks_topic=False) is None:
        return redirect("battles:conversation")
    context = start_context(request, form, study) | {"counts": arena_counts()}
    return render(request, "battles/home.html", context, status=status)


def start_context(request: RaterRequest, form: PromptForm, study: Study) -> dict[str, object]:
    """Return what the pages need on which a battle begins."""
    draw = draw_now()
    return {
        "form": form,
        "has_conversations": protocol_for(study, asks_topic=True) is not None,
        "consent": consent_in_force(study=study),
        "terms_changed": terms_standing(study_id=study.pk, rater_id=request.rater_access.id).is_stale,
        "warming_up": not draw.is_warm,
        "profile_is_due": profile_is_due(study=study, rater_id=request.rater_access.id),
        "models": draw.models,
        "paused": draw.models < SIDES,
    }


@require_POST
def start(request: RaterRequest) -> HttpResponse:
    surprise = "surprise" in request.POST
    form = PromptForm(request.POST)
    form.fields["prompt"].required = not surprise
    if not surprise and not form.is_valid():
        return home_page(request, form, status=422)
    try:
        keep_to_rate(request, Activity.PROMPT)
        study = default_study()
        battle = _surprise(request, study) if surprise else begin(request, study, prompt=form.cleaned_data["prompt"])
    except BattleError as error:
        form.is_valid()
        form.add_error("prompt", str(error.message))
        return say_when(home_page(request, form, status=error.status), error)
    return redirect("battles:detail", battle.pk)


@transaction.atomic
def begin(request: RaterRequest, study: Study, *, prompt: str, conversation_type: str = "") -> Battle:
    """Begin a battle with what the rater wrote.

    Raises
    ------
    BattleError
        When they may not, or the text or the models do not allow it.
    """
    rater, consent = _admitted(request, study)
    return start_battle(
        rater=rater, study=study, consent_revision=consent, prompt=prompt, conversation_type=conversation_type
    )


@transaction.atomic
def _surprise(request: RaterRequest, study: Study) -> Battle:
    rater, consent = _admitted(request, study)
    revision = surprise_prompt(rater=rater)
    if revision is None:
        raise PromptRefusedError
    return start_battle(
        rater=rater, study=study, consent_revision=consent, prompt=revision.text, prompt_revision=revision
    )


def _admitted(request: RaterRequest, study: Study) -> tuple[Rater, ConsentRevision]:
    """Return who takes part and under which terms; needs a transaction."""
    if profile_is_due(study=study, rater_id=request.rater_access.id):
        raise ProfileNeededError
    rater = request.rater_access.ensure()
    return rater, agreed_terms(request, rater=rater, study=study)
