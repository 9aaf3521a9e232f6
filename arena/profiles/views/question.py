"""One question on one page: ask, read, store, go on."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from arena.profiles.asking import asked_question, options_order, said_before
from arena.profiles.branching import next_unanswered
from arena.profiles.errors import ProfileError
from arena.profiles.models import Question
from arena.profiles.reading import longest_text, problem_with, read_said
from arena.profiles.selectors.pages import Filling, filling_of
from arena.profiles.services.answering import save_answer
from arena.profiles.values import Said
from arena.raters.middleware import RaterRequest
from arena.raters.models import Rater
from arena.raters.whose import own_rater
from arena.studies.models import Purpose, Study
from arena.studies.selectors import default_study, standing

DECLINE, EDIT = "decline", "edit"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody is at one question of a study's survey."""

    rater: Rater
    study: Study
    filling: Filling
    asked: Question

    @property
    def order(self) -> list[str]:
        """The order in which they see the options."""
        return options_order(self.asked, str(self.rater.pk))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: RaterRequest, key: str) -> HttpResponse:
    study, rater = default_study(), own_rater(request)
    if rater is None or standing(Purpose.PROFILE, study_id=study.pk, rater_id=rater.pk).agreed is None:
        return redirect("profiles:overview")
    filling = filling_of(rater=rater, study=study)
    asked = next((row for row in filling.questions if row.key == key), None) if filling else None
    if filling is None or asked is None:
        raise Http404
    visit = Visit(rater, study, filling, asked)
    if request.method != "POST":
        return _page(request, visit, said_before(asked, filling.answers.get(key)))
    said = None if DECLINE in request.POST else read_said(asked, request.POST)
    problem = problem_with(asked, said) if said else None
    return _page(request, visit, said, problem) if problem else _store(request, visit, said)


def _store(request: RaterRequest, visit: Visit, said: Said | None) -> HttpResponse:
    try:
        save_answer(rater=visit.rater, question=visit.asked, said=said, options_order=visit.order)
    except ProfileError:
        # Withdrawn or replaced in this moment: the overview says how it is.
        return redirect("profiles:overview")
    # What is asked next may depend on what was just said.
    filling = filling_of(rater=visit.rater, study=visit.study)
    following = next_unanswered(filling.questions, filling.answers, after=visit.asked.key) if filling else None
    if EDIT in request.GET or following is None:
        return redirect("profiles:overview")
    return redirect("profiles:question", following.key)


def _page(request: RaterRequest, visit: Visit, said: Said | None, problem: Promise | None = None) -> HttpResponse:
    asked, questions = visit.asked, visit.filling.questions
    place = questions.index(asked)
    context = {
        "question": asked_question(asked, said=said, order=visit.order),
        "declined": asked.key in visit.filling.answers and said is None,
        "number": place + 1,
        "total": len(questions),
        "before": questions[place - 1] if place else None,
        "after": questions[place + 1] if place + 1 < len(questions) else None,
        "editing": EDIT in request.GET,
        "problem": problem,
        "longest": longest_text(asked),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    return render(request, "profiles/question.html", context, status=status)
