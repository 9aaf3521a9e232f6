"""Doors of "My data": the page, the choices, the download, and the erasure with its receipt."""

import uuid

from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arena.battles.agreeing import FIELD
from arena.battles.services.leaving import stop_taking_part
from arena.config.my_data.downloading import my_data_pieces
from arena.config.my_data.overview import choices_of, held_of
from arena.raters.erasing import erase_person
from arena.raters.holdings import holdings
from arena.raters.middleware import RaterRequest
from arena.raters.models import ErasureReceipt, Rater
from arena.raters.posted import posted_key
from arena.raters.selectors import selves
from arena.raters.whose import is_signed_in, needs_sign_in, own_rater
from arena.releases.downloads import send_pieces
from arena.studies.holding import DECISIONS
from arena.studies.models import ConsentDecision, ConsentRevision, Purpose
from arena.studies.selectors import default_study
from arena.studies.services.deciding import StaleTextError, agree, withdraw

PAGE_SIZE = 20
CONFIRMED = "erase"


@never_cache
@require_safe
def my_data(request: RaterRequest) -> HttpResponse:
    rater = own_rater(request)
    context: dict[str, object] = {"needs_sign_in": needs_sign_in(request), "text_changed": "changed" in request.GET}
    if rater is not None:
        decisions = ConsentDecision.objects.filter(rater__in=selves(rater.pk)).select_related("revision")
        paginator, held = Paginator(decisions, PAGE_SIZE), held_of(rater)
        # Counted with what is held; asking again would be a query more.
        paginator.count = next(line.number for line in held if line.name == DECISIONS.name)
        context |= {
            "rater": rater,
            "held": held,
            "choices": choices_of(rater, default_study()),
            "page_obj": paginator.get_page(request.GET.get("page")),
        }
    return render(request, "my_data/my_data.html", context)


@require_POST
def choose(request: RaterRequest) -> HttpResponse:
    rater = own_rater(request)
    if rater is None:
        return redirect("my_data")
    text = get_object_or_404(
        ConsentRevision.objects.exclude(purpose=Purpose.PRIVACY), pk=posted_key(request.POST.get(FIELD))
    )
    try:
        _decide(rater, text, given=request.POST.get("given") == "1")
    except StaleTextError:
        return redirect(f"{reverse('my_data')}?changed=1#choices")
    return redirect(f"{reverse('my_data')}#choice-{text.purpose}")


def _decide(rater: Rater, text: ConsentRevision, *, given: bool) -> None:
    if given:
        agree(rater=rater, revision=text)
    elif text.purpose == Purpose.TERMS:
        stop_taking_part(rater=rater, terms=text)
    else:
        withdraw(rater=rater, revision=text)


@never_cache
@require_safe
def download(request: RaterRequest) -> HttpResponseBase:
    rater = own_rater(request)
    if rater is None:
        return redirect("my_data")
    return send_pieces(my_data_pieces(rater), name="parallax-my-data.json", content_type="application/json")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: RaterRequest) -> HttpResponse:
    rater = own_rater(request)
    if rater is None:
        return redirect("my_data")
    if request.method != "POST" or CONFIRMED not in request.POST:
        context = {"held": held_of(rater), "unconfirmed": request.method == "POST"}
        return render(request, "my_data/erase.html", context, status=422 if request.method == "POST" else 200)
    receipt = erase_person(rater=rater)
    request.rater_access.forget()
    if is_signed_in(request):
        logout(request)
    return redirect("erasure_receipt", receipt.pk)


@never_cache
@require_safe
def receipt(request: RaterRequest, receipt_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(ErasureReceipt, pk=receipt_id)
    return render(request, "my_data/receipt.html", {"receipt": found, "lines": _lines(found)})


def _lines(found: ErasureReceipt) -> list[dict[str, object]]:
    """Return what the receipt counts, in the words of the rooms; what no room knows any more keeps its name."""
    labels = {holding.name: holding.label for holding in holdings()}
    return [{"label": labels.get(name, name), **counts} for name, counts in found.counts.items()]
