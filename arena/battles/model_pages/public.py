"""What everybody may know about the models."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from arena.battles import clock
from arena.battles.exposure import counted_until, model_page, model_rows, public_models

PAGE_SIZE = 20


@require_safe
def models(request: HttpRequest) -> HttpResponse:
    page = Paginator(public_models(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = model_rows(list(page.object_list), today=clock.now().date())
    return render(request, "models/list.html", {"page_obj": page, "rows": rows, "counted_until": counted_until()})


@require_safe
def model(request: HttpRequest, slug: str) -> HttpResponse:
    contestant = get_object_or_404(public_models().select_related("endpoint"), slug=slug)
    page = model_page(contestant, today=clock.now().date())
    return render(request, "models/detail.html", {"page": page, "contestant": contestant})
