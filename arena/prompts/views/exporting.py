"""The library as a file."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from arena.prompts.exporting import WRITERS, written
from arena.prompts.forms import ExportForm
from arena.prompts.models import Prompt
from arena.prompts.selectors.export import ExportFilter, count_export, export_rows
from arena.raters.staff import staff_page


@require_safe
@staff_page("prompts.export_prompts")
def export(request: HttpRequest) -> HttpResponse:
    data = request.GET if "status" in request.GET else {"status": Prompt.Status.APPROVED}
    form = ExportForm(data)
    counts = count_export(_filter(form)) if form.is_valid() else None
    context = {"form": form, "counts": counts, "query": form.data, "formats": WRITERS}
    return render(request, "prompts/export.html", context)


@require_safe
@staff_page("prompts.export_prompts")
def export_file(request: HttpRequest, file_format: str) -> HttpResponseBase:
    form = ExportForm(request.GET)
    if file_format not in WRITERS or not form.is_valid():
        raise Http404
    writer = WRITERS[file_format]()
    pieces = written(export_rows(_filter(form)), writer)
    response = StreamingHttpResponse(pieces, content_type=writer.content_type)
    name = f"prompts-{timezone.now():%Y-%m-%d}.{file_format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _filter(form: ExportForm) -> ExportFilter:
    fields = form.cleaned_data
    category = fields["category"].pk if fields["category"] else None
    return ExportFilter(status=fields["status"], category=category, language=fields["language"])
