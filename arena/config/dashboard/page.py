"""The dashboard, and the way to the answer findings that were not read yet."""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from arena.battles.models import AnswerFinding
from arena.config.dashboard.attention import matters
from arena.config.dashboard.first_steps import first_steps
from arena.config.dashboard.kept import kept_figures
from arena.config.dashboard.panels import draw_panels
from arena.config.dashboard.periods import spans_until
from arena.config.dashboard.rooms import rooms_of
from arena.config.dashboard.standing import read_standing
from arena.raters.staff import staff_page

# In the session: the number of the newest answer finding when this person last went to read them.
READ_UP_TO = "findings_read_up_to"


@require_safe
@staff_page("models_registry.view_endpoint")
def dashboard(request: HttpRequest) -> HttpResponse:
    part = "#now" if request.headers.get("HX-Request") else ""
    read_up_to = int(request.session.get(READ_UP_TO, 0))
    still = "still" in request.GET
    context = {**_now(request.user, read_up_to), "still": still, "rooms": rooms_of(request.user)}
    return render(request, f"dashboard/dashboard.html{part}", context)


def _now(user: User | AnonymousUser, read_up_to: int) -> dict[str, Any]:
    now = timezone.now()
    standing = read_standing(now=now, read_up_to=read_up_to)
    found = matters(standing, user=user, now=now)
    steps = first_steps(standing, in_draw=all(matter.key != "draw" for matter in found), user=user)
    if not standing.has_battles:
        return {"matters": found, "steps": steps, "standing": standing}
    spans = spans_until(now)
    figures = kept_figures(spans)
    waits = (now - standing.oldest).total_seconds() if standing.oldest else None
    panels = draw_panels(spans, figures)
    return {"matters": found, "steps": steps, "standing": standing, "waits": waits, "panels": panels}


@require_safe
@staff_page("battles.view_completion")
def findings(request: HttpRequest) -> HttpResponse:
    newest = AnswerFinding.objects.aggregate(newest=Max("pk"))["newest"]
    request.session[READ_UP_TO] = newest or 0
    address = reverse("admin:battles_completion_changelist")
    return HttpResponseRedirect(f"{address}?findings__code__in=" + ",".join(AnswerFinding.Code.values))
