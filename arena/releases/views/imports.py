"""Pages of imported votes: upload, preview, progress, report, undo."""

import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arena.prompts.accounts import account_of
from arena.raters.staff import staff_page
from arena.releases.downloads import send_file, send_pieces
from arena.releases.errors import ImportExistsError, ReleaseError
from arena.releases.forms import ImportForm
from arena.releases.models import VoteImport
from arena.releases.plain_form import plain_votes
from arena.releases.services import importing
from arena.releases.services.boards import imported_board
from arena.releases.storage import import_report, uploads

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

PAGE_SIZE = 20
PERMISSION = "releases.import_votes"
STEPS: Mapping[str, Callable[..., bool]] = {
    "confirm": importing.confirm_import,
    "cancel": importing.cancel_import,
    "restart": importing.restart_import,
    "undo": importing.undo_import,
    "redo": importing.redo_import,
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(PERMISSION)
def imports(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    earlier = None
    if form.is_bound and form.is_valid():
        try:
            return redirect("releases:import", _receive(request, form).pk)
        except ImportExistsError as error:
            earlier = error
        except ReleaseError as error:
            form.add_error(None, str(error))
    rows = VoteImport.objects.select_related("study", "created_by")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    status = HTTPStatus.CONFLICT if earlier else HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "page_obj": page, "earlier": earlier}
    return render(request, "releases/imports.html", context, status=status)


@require_safe
@staff_page(PERMISSION)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    vote_import = get_object_or_404(VoteImport.objects.select_related("study__protocol", "created_by"), pk=pk)
    part = "#import" if request.headers.get("HX-Request") else ""
    context = {"import": vote_import, "board": imported_board(vote_import)}
    return render(request, f"releases/import.html{part}", context)


@require_POST
@staff_page(PERMISSION)
def step(_request: HttpRequest, pk: int, name: str) -> HttpResponse:
    vote_import = get_object_or_404(VoteImport, pk=pk)
    if name not in STEPS:
        raise Http404
    STEPS[name](vote_import=vote_import)
    return redirect("releases:import", pk)


@require_safe
@staff_page(PERMISSION)
def rejected(_request: HttpRequest, pk: int) -> HttpResponseBase:
    vote_import = get_object_or_404(VoteImport, pk=pk)
    name = f"import-{pk}-rejected.csv"
    return send_file(import_report(vote_import), name=name, content_type="text/csv; charset=utf-8")


@require_safe
@staff_page(PERMISSION)
def votes(_request: HttpRequest, pk: int) -> HttpResponseBase:
    vote_import = get_object_or_404(VoteImport, pk=pk, status__in=[VoteImport.Status.DONE, VoteImport.Status.UNDONE])
    name = f"import-{pk}-votes.csv"
    return send_pieces(plain_votes(vote_import), name=name, content_type="text/csv; charset=utf-8")


def _receive(request: HttpRequest, form: ImportForm) -> VoteImport:
    """Keep the file that was sent, and record the import."""
    file: UploadedFile[bytes] = form.cleaned_data["file"]
    path = uploads() / f"{uuid.uuid4()}.part"
    try:
        _write(file, path)
        return importing.request_import(
            upload=path, file_name=file.name or "", terms=form.terms(), user=account_of(request)
        )
    finally:
        path.unlink(missing_ok=True)


def _write(file: "UploadedFile[bytes]", path: Path) -> None:
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)
