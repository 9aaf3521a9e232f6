"""A contestant's card for the staff: what it is, its way into the draw and out of it, and a private chat."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.contrib.auth.models import User
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from arena.battles import clock
from arena.battles.exposure import answers_being_written, exposure_of
from arena.battles.model_pages.registering import VIEW, show_test
from arena.prompts.accounts import account_of
from arena.raters.staff import staff_page
from models_registry.models import Contestant
from models_registry.registering.errors import RegistryError
from models_registry.registering.forms import DrainForm, RetireForm, TrialForm, WeightForm
from models_registry.registering.life import drain, enter_draw, retire, weigh
from models_registry.services import request_trial

CHANGE = "models_registry.change_contestant"
EVENTS = 20
Forms = Mapping[str, Form]


@require_safe
@staff_page(VIEW)
def card(request: HttpRequest, slug: str) -> HttpResponse:
    return card_page(request, _contestant(slug))


@require_POST
@staff_page(CHANGE)
def step(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    contestant = _contestant(slug)
    if name not in STEPS:
        raise Http404
    form_class, act = STEPS[name]
    form = form_class(request.POST)
    if not form.is_valid():
        return card_page(request, contestant, forms={name: form})
    try:
        act(contestant, account_of(request), form)
    except RegistryError as error:
        form.add_error(None, str(error))
        return card_page(request, _contestant(slug), forms={name: form})
    return redirect("models:card", slug)


@require_POST
@staff_page(CHANGE)
def try_out(request: HttpRequest, slug: str) -> HttpResponse:
    """Have a worker ask the contestant what the curator typed, as it would be asked in a battle."""
    contestant, form = _contestant(slug), TrialForm(request.POST)
    token = None
    if form.is_valid():
        prompt = form.cleaned_data["prompt"]
        try:
            token = request_trial(contestant=contestant, prompt=prompt, asked_by=account_of(request).pk)
        except OperationalError:
            form.add_error("prompt", _("The prompt could not be handed to a worker: Redis does not answer."))
    fragment = request.headers.get("HX-Request") == "true"
    if token is not None:
        return show_test(request, token) if fragment else redirect("models:test", token)
    if fragment:
        return render(request, "models/finding.html", {"name": "asked", "errors": form.errors.get("prompt", [])})
    return card_page(request, contestant, forms={"try": form})


def card_page(request: HttpRequest, contestant: Contestant, *, forms: Forms | None = None) -> HttpResponse:
    """Return the card; `forms` are those that were refused, by the name of their step."""
    today = clock.now().date()
    empty = {
        "enter": WeightForm(initial={"weight": contestant.weight}, auto_id="id_enter_%s"),
        "weigh": WeightForm(initial={"weight": contestant.weight}, auto_id="id_weigh_%s"),
        "drain": DrainForm(auto_id="id_drain_%s"),
        "retire": RetireForm(initial={"on": today}, auto_id="id_retire_%s"),
        "try": TrialForm(),
    }
    context = {
        "contestant": contestant,
        "endpoint": contestant.endpoint,
        "health": getattr(contestant.endpoint, "health", None),
        "exposure": exposure_of(contestant, today=today),
        "events": contestant.events.select_related("by")[:EVENTS],
        "snapshots": contestant.snapshots.defer("payload")[:EVENTS],
        # Only of one that is leaving: curators vote too, and a number that moves with a battle would name its models.
        "running": answers_being_written(contestant) if contestant.status == Contestant.Status.DRAINING else None,
        "forms": {**empty, **(forms or {})},
        "refused": list((forms or {}).values()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if forms else HTTPStatus.OK
    return render(request, "models/card.html", context, status=status)


def _contestant(slug: str) -> Contestant:
    rows = Contestant.objects.select_related("language_model__organisation", "endpoint__health")
    return get_object_or_404(rows, slug=slug)


def _enter(contestant: Contestant, by: User, form: Form) -> None:
    enter_draw(contestant=contestant, by=by, weight=form.cleaned_data["weight"])


def _weigh(contestant: Contestant, by: User, form: Form) -> None:
    weigh(contestant=contestant, by=by, weight=form.cleaned_data["weight"])


def _drain(contestant: Contestant, by: User, form: Form) -> None:
    drain(contestant=contestant, by=by, reason=form.cleaned_data["reason"])


def _retire(contestant: Contestant, by: User, form: Form) -> None:
    fields = form.cleaned_data
    retire(contestant=contestant, by=by, on=fields["on"], reason=fields["reason"], today=clock.now().date())


# The name of a step in its address, its form, and what it does.
STEPS: Mapping[str, tuple[type[Form], Callable[[Contestant, User, Form], None]]] = {
    "enter": (WeightForm, _enter),
    "weigh": (WeightForm, _weigh),
    "drain": (DrainForm, _drain),
    "retire": (RetireForm, _retire),
}
