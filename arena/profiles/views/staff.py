"""Doors of the staff: looking at a draft, and sorting what people wrote."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from arena.profiles.asking import asked_question, options_order
from arena.profiles.coding_frames import FRAMES, Group
from arena.profiles.errors import CodingError
from arena.profiles.models import Answer, Survey
from arena.profiles.reading import longest_text
from arena.profiles.selectors.coding import agreement, disagreements, waiting_for
from arena.profiles.selectors.pages import translated_questions
from arena.profiles.services.coding import code_answer, settle_coding
from arena.prompts.accounts import account_of
from arena.raters.staff import staff_page

PAGE_SIZE = 20
SORTS = "profiles.add_coding"


@require_safe
@staff_page("profiles.view_survey")
def preview(request: HttpRequest, survey_id: int) -> HttpResponse:
    survey = get_object_or_404(Survey.objects.select_related("study"), pk=survey_id)
    asked = [
        {
            "question": asked_question(row, said=None, order=options_order(row, "preview")),
            "longest": longest_text(row),
            "conditions": row.shown_if.all(),
        }
        for row in translated_questions(survey)
    ]
    return render(request, "profiles/preview.html", {"survey": survey, "asked": asked})


@require_safe
@staff_page(SORTS)
def coding(request: HttpRequest) -> HttpResponse:
    return _list(request, waiting_for(account_of(request)), settles=False)


@require_safe
@staff_page(SORTS)
def settling(request: HttpRequest) -> HttpResponse:
    return _list(request, disagreements(), settles=True)


def _list(request: HttpRequest, answers: QuerySet[Answer], *, settles: bool) -> HttpResponse:
    page = Paginator(answers, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "lines": [_line(answer, settles=settles) for answer in page],
        "settles": settles,
        "agreement": agreement(),
    }
    return render(request, "profiles/coding.html", context)


def _line(answer: Answer, *, settles: bool) -> dict[str, object]:
    groups: dict[str, Group] = FRAMES[answer.question.coding]
    chosen = [groups[row.code].label for row in answer.codings.all()] if settles else []
    return {"answer": answer, "groups": groups, "chosen": chosen}


@require_POST
@staff_page(SORTS)
def code(request: HttpRequest, pk: int) -> HttpResponse:
    settles = "settles" in request.POST
    act = settle_coding if settles else code_answer
    try:
        act(answer_id=pk, coder=account_of(request), code=request.POST.get("code", ""))
    except CodingError as error:
        messages.error(request, str(error))
    return redirect("profiles:settling" if settles else "profiles:coding")
