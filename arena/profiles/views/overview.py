"""The profile as its giver sees it: the invitation, the overview, and removing it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arena.profiles.asking import answer_in_words
from arena.profiles.branching import where_left
from arena.profiles.holding import erase_answers
from arena.profiles.selectors.pages import Filling, filling_of
from arena.raters.middleware import RaterRequest
from arena.raters.posted import posted_key
from arena.raters.selectors import selves
from arena.raters.whose import needs_sign_in, own_rater
from arena.studies.models import ConsentRevision, Purpose
from arena.studies.selectors import default_study, standing, texts_in_force
from arena.studies.services.deciding import StaleTextError, agree

CONSENT = "consent"
CONFIRMED = "remove"


@never_cache
@require_safe
def overview(request: RaterRequest) -> HttpResponse:
    study, rater = default_study(), own_rater(request)
    filling = filling_of(rater=rater, study=study)
    stands = standing(Purpose.PROFILE, study_id=study.pk, rater_id=rater.pk if rater else None)
    context: dict[str, object] = {
        "needs_sign_in": needs_sign_in(request),
        "filling": filling,
        "allowed": stands.agreed is not None,
        "text_changed": stands.is_stale or "changed" in request.GET,
        "text": texts_in_force(study=study).get(Purpose.PROFILE),
        "required": study.requires_profile,
    }
    if filling is not None and stands.agreed is not None:
        context |= {"lines": _lines(filling), "next": where_left(filling.questions, filling.answers)}
    return render(request, "profiles/overview.html", context)


def _lines(filling: Filling) -> list[dict[str, object]]:
    return [
        {
            "key": question.key,
            "text": question.text,
            "answer": answer_in_words(question, filling.answers[question.key])
            if question.key in filling.answers
            else "",
        }
        for question in filling.questions
    ]


@require_POST
def begin(request: RaterRequest) -> HttpResponse:
    """Store that somebody allows a profile, and go to the question at which they are."""
    if needs_sign_in(request):
        return redirect("profiles:overview")
    allowed = ConsentRevision.objects.filter(purpose=Purpose.PROFILE, published_at__isnull=False)
    text = get_object_or_404(allowed, pk=posted_key(request.POST.get(CONSENT)))
    rater = own_rater(request) or request.rater_access.ensure()
    try:
        agree(rater=rater, revision=text)
    except StaleTextError:
        return redirect(f"{reverse('profiles:overview')}?changed=1")
    filling = filling_of(rater=rater, study=default_study())
    first = where_left(filling.questions, filling.answers) if filling else None
    return redirect("profiles:question", first.key) if first else redirect("profiles:overview")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: RaterRequest) -> HttpResponse:
    rater = own_rater(request)
    if rater is None:
        return redirect("profiles:overview")
    if request.method == "POST" and CONFIRMED in request.POST:
        erase_answers(selves(rater.pk))
        return redirect("profiles:overview")
    return render(request, "profiles/remove.html")
