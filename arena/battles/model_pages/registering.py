"""Where curators see all contestants, register a model, and have addresses and models asked."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from arena.prompts.accounts import account_of
from arena.raters.staff import staff_page
from models_registry.endpoint_tests import find_test
from models_registry.findings import finding, is_lost
from models_registry.models import Contestant, Endpoint, Organisation
from models_registry.registering.creating import register_model
from models_registry.registering.errors import RegistryError
from models_registry.registering.forms import RegisterForm
from models_registry.services import request_address_test

PAGE_SIZE = 25
VIEW, ADD = "models_registry.view_contestant", "models_registry.add_contestant"
# More makers than a list can show are typed.
MOST_SUGGESTED = 200


@require_safe
@staff_page(VIEW)
def registry(request: HttpRequest) -> HttpResponse:
    rows = Contestant.objects.select_related("language_model__organisation", "endpoint").order_by("-created_at", "-pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "models/registry.html", {"page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(ADD)
def register(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            contestant = register_model(registration=form.registration(), by=account_of(request))
        except ValidationError as error:
            form.add_error(None, error.messages)
        except RegistryError as error:
            form.add_error(None, str(error))
        except IntegrityError:
            form.add_error("slug", _("Somebody else has just taken this name. Choose another."))
        else:
            return redirect("models:card", contestant.slug)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    names = Organisation.objects.values_list("name", flat=True)[:MOST_SUGGESTED]
    return render(request, "models/register.html", {"form": form, "organisations": names}, status=status)


@require_POST
@staff_page(ADD)
def check(request: HttpRequest, field: str) -> HttpResponse:
    form = RegisterForm(request.POST)
    if field not in form.fields:
        raise Http404
    form.is_valid()
    context: dict[str, object] = {"name": field, "errors": form.errors.get(field, []), "found": form.found(field)}
    return render(request, "models/finding.html", context)


@require_POST
@staff_page(ADD)
def ask(request: HttpRequest) -> HttpResponse:
    """Have a worker ask the address in the form; nothing is stored but the answer, for some minutes."""
    form = RegisterForm(request.POST)
    form.is_valid()
    errors = list(form.errors.get("base_url", []))
    if errors or form.cleaned_data.get("place") != "address":
        return render(request, "models/finding.html", {"name": "asked", "errors": errors or [_("Choose a server.")]})
    queue = form.cleaned_data.get("queue", "generation")
    try:
        token = request_address_test(options=form.source.options, queue=queue, asked_by=account_of(request).pk)
    except OperationalError:
        return render(request, "models/finding.html", {"name": "asked", "errors": [_("Redis does not answer.")]})
    return show_test(request, token) if request.headers.get("HX-Request") else redirect("models:test", token)


@require_safe
@staff_page(VIEW)
def test(request: HttpRequest, token: str) -> HttpResponse:
    return show_test(request, token)


def show_test(request: HttpRequest, token: str) -> HttpResponse:
    """Return how far a test of this account has come: a fragment for htmx, or a page."""
    found = find_test(token)
    if found is None or found.asked_by != account_of(request).pk:
        raise Http404(_("This answer is forgotten. Ask again."))
    queue = Endpoint.objects.filter(slug=found.endpoint).values_list("queue", flat=True).first() or "generation"
    goes_on = not (found.is_over or is_lost(found))
    context = {"test": found, "token": token, "finding": finding(found, queue=queue), "goes_on": goes_on}
    template = "models/test_result.html" if request.headers.get("HX-Request") else "models/test.html"
    return render(request, template, context)
