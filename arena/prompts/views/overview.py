"""Where curators begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arena.prompts.selectors.overview import library_overview
from arena.raters.staff import staff_page


@require_safe
@staff_page("prompts.view_prompt")
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "prompts/overview.html", {"library": library_overview()})
