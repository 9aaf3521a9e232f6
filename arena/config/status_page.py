"""The status page: what operators look at first when something is wrong."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from arena.config.status import failures_of_last_day, newest_votes, queue_states
from arena.config.status_checks import examine
from arena.raters.staff import staff_page
from models_registry.heartbeat import live_workers


@require_safe
@staff_page("models_registry.view_endpoint")
def status_page(request: HttpRequest) -> HttpResponse:
    template = "status/status.html#now" if request.headers.get("HX-Request") else "status/status.html"
    return render(request, template, {"findings": examine(), "workers": live_workers(), **_tables()})


def _tables() -> dict[str, object]:
    """Return the tables that can be read now; the findings say which server is silent."""
    try:
        return {"queues": queue_states(), "failures": failures_of_last_day(), "votes": newest_votes()}
    except (DatabaseError, RedisError):
        return {}
