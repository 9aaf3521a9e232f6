"""Imports of prompts: upload, preview, progress, report, undo."""

import csv
import io
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arena.prompts.accounts import account_of
from arena.prompts.errors import ImportStateError
from arena.prompts.forms import UploadForm
from arena.prompts.models import ImportRow, PromptImport
from arena.prompts.selectors.imports import import_report, rows_of, same_file_before
from arena.prompts.services import importing
from arena.prompts.services.editing import REVIEW
from arena.raters.staff import staff_page
from ratings.spreadsheets import harmless

PAGE_SIZE = 20
ROWS_ON_A_PAGE = 25
STEPS: Mapping[str, Callable[..., None]] = {
    "confirm": importing.confirm_import,
    "discard": importing.discard_import,
    "undo": importing.undo_import,
    "resume": importing.resume_import,
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("prompts.import_prompts")
def imports(request: HttpRequest) -> HttpResponse:
    may_approve = request.user.has_perm(REVIEW)
    form = UploadForm(request.POST or None, request.FILES or None, may_approve=may_approve)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        batch = importing.start_import(
            batch=form.save(commit=False), file_name=file.name, content=file.read(), actor=account_of(request)
        )
        return redirect("prompts:import", batch.pk)
    page = Paginator(PromptImport.objects.order_by("-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "prompts/imports.html", {"form": form, "page_obj": page}, status=status)


@require_safe
@staff_page("prompts.import_prompts")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(PromptImport, pk=pk))


@require_POST
@staff_page("prompts.import_prompts")
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    batch = get_object_or_404(PromptImport, pk=pk)
    if name not in STEPS:
        raise Http404
    try:
        STEPS[name](batch_id=pk)
    except ImportStateError as error:
        batch.refresh_from_db()
        return _page(request, batch, error=str(error.message), status=HTTPStatus.CONFLICT)
    return redirect("prompts:import", pk)


@require_safe
@staff_page("prompts.import_prompts")
def rejected(_request: HttpRequest, pk: int) -> HttpResponse:
    """Every row that was not taken, as a file: line, reason, and how the text begins."""
    batch = get_object_or_404(PromptImport, pk=pk)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["line", "reason", "text"])
    for row in rows_of(batch, ImportRow.Outcome.REJECTED).iterator(2_000):
        writer.writerow([row.line, harmless(row.reason), harmless(str(row.values.get("text", ""))[:160])])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{pk}-rejected.csv"'
    return response


def _page(
    request: HttpRequest, batch: PromptImport, *, status: int = HTTPStatus.OK, **more: Any
) -> HttpResponse:  # Any: what else the template shows
    report = import_report(batch)
    outcome = request.GET.get("rows") or report.first_shown
    page = Paginator(rows_of(batch, outcome), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "report": report,
        "page_obj": page,
        "outcome": outcome,
        "before": same_file_before(batch),
        **more,
    }
    part = "#import" if request.htmx else ""  # type: ignore[attr-defined]  # set by django-htmx
    return render(request, f"prompts/import.html{part}", context, status=status)
