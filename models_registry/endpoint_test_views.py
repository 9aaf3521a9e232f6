"""The doors to the test of an endpoint, within its pages in the administration."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from models_registry.endpoint_tests import find_test
from models_registry.findings import finding, is_lost
from models_registry.models import Endpoint
from models_registry.services import request_endpoint_test

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

TEMPLATE = "admin/models_registry/endpoint/test.html"


def start_endpoint_test(admin: "ModelAdmin[Endpoint]", request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    endpoint = _endpoint(admin, request, pk)
    try:
        token = request_endpoint_test(endpoint=endpoint)
    except OperationalError:
        messages.error(request, _("The test could not be handed to a worker: Redis does not answer."))
        return redirect("admin:models_registry_endpoint_change", pk)
    return redirect("admin:models_registry_endpoint_test_result", pk, token)


def show_endpoint_test(admin: "ModelAdmin[Endpoint]", request: HttpRequest, pk: int, token: str) -> HttpResponse:
    endpoint = _endpoint(admin, request, pk)
    test = find_test(token)
    if test is None or test.endpoint != endpoint.slug:
        raise Http404
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Test of %(endpoint)s") % {"endpoint": endpoint.slug},
        "opts": Endpoint._meta,  # noqa: SLF001 - documented by Django
        "endpoint": endpoint,
        "test": test,
        "finding": finding(test, queue=endpoint.queue),
        "goes_on": not (test.is_over or is_lost(test)),
    }
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, f"{TEMPLATE}#result" if fragment else TEMPLATE, context)


def _endpoint(admin: "ModelAdmin[Endpoint]", request: HttpRequest, pk: int) -> Endpoint:
    """Return the endpoint; a test costs time and money, so looking at an endpoint is not enough to ask for one."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    if not admin.has_change_permission(request, endpoint):
        raise PermissionDenied
    return endpoint
