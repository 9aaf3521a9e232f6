"""Pages of exports: list, form with preview, progress, download."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arena.prompts.accounts import account_of
from arena.raters.staff import staff_page
from arena.releases.downloads import send_file
from arena.releases.forms import ExportForm
from arena.releases.models import Export
from arena.releases.preview import preview_export, told
from arena.releases.services import exporting
from arena.releases.storage import export_archive

PAGE_SIZE = 20
PERMISSION = "releases.export_battles"
STEPS: Mapping[str, Callable[..., bool]] = {
    "cancel": exporting.cancel_export,
    "restart": exporting.restart_export,
    "delete": exporting.delete_file,
}


@require_safe
@staff_page(PERMISSION)
def exports(request: HttpRequest) -> HttpResponse:
    rows = Export.objects.select_related("created_by")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "releases/exports.html", {"page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(PERMISSION)
def new(request: HttpRequest) -> HttpResponse:
    form = ExportForm(request.POST or None)
    wants_preview = "preview" in request.POST
    if form.is_bound and not wants_preview and form.is_valid():
        return redirect("releases:export", exporting.request_export(plan=form.plan(), user=account_of(request)).pk)
    preview = preview_export(form.plan()) if form.is_bound and form.may_preview else None
    part = "#preview" if request.headers.get("HX-Request") else ""
    refused = form.is_bound and not (wants_preview and preview)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    context = {"form": form, "preview": preview, "wants_preview": wants_preview}
    return render(request, f"releases/export_new.html{part}", context, status=status)


@require_safe
@staff_page(PERMISSION)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    export = get_object_or_404(Export.objects.select_related("created_by"), pk=pk)
    part = "#export" if request.headers.get("HX-Request") else ""
    context = {"export": export, "left_out": told(export.counts.get("left_out", {})), "filters": _filters(export)}
    return render(request, f"releases/export.html{part}", context)


@require_POST
@staff_page(PERMISSION)
def step(_request: HttpRequest, pk: int, name: str) -> HttpResponse:
    export = get_object_or_404(Export, pk=pk)
    if name not in STEPS:
        raise Http404
    STEPS[name](export=export)
    return redirect("releases:export", pk)


@require_safe
@staff_page(PERMISSION)
def download(_request: HttpRequest, pk: int) -> HttpResponseBase:
    export = get_object_or_404(Export, pk=pk, status=Export.Status.DONE, deleted_at=None)
    return send_file(export_archive(export), name=f"{export.name}.zip", content_type="application/zip")


def _filters(export: Export) -> list[tuple[str, str]]:
    return [
        (name, ", ".join(value) if isinstance(value, list) else str(value)) for name, value in export.filters.items()
    ]
