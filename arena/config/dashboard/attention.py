"""What needs somebody: each thing with a sentence and the page where it is settled, for those who may open it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import CharField, Q, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.battles.models import EndpointHealth
from arena.config.dashboard.standing import RECENT, Standing
from arena.config.status_checks import FEWEST_IN_DRAW, Finding, check_boards, check_disk
from arena.prompts.models import PromptImport
from arena.releases.models import Export, VoteImport
from models_registry.heartbeat import live_workers
from models_registry.models import Contestant

STATUS = "models_registry.view_endpoint"
MOST_JOBS = 10


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs somebody, where it is settled, and the permission that page asks for."""

    key: str
    text: str
    link: str
    address: str
    permission: str


def matters(standing: Standing, *, user: User | AnonymousUser, now: datetime) -> list[Matter]:
    """Return what `user` can look after, the gravest first. Three queries, and one look at the workers' heartbeats."""
    found = (
        *_draw(),
        *_not_well("disk", check_disk()),
        *_not_well("board", check_boards()),
        *_failed_turns(standing, user),
        *_jobs(now),
        *_findings(standing),
        *_review(standing),
    )
    return [matter for matter in found if user.has_perm(matter.permission)]


def _draw() -> Iterator[Matter]:
    """Endpoints that are out of the draw or have no worker, and a draw too small for a battle."""
    rows = list(
        Contestant.objects.in_draw()
        .order_by("endpoint__slug", "name")
        .values_list("name", "endpoint_id", "endpoint__slug", "endpoint__health__state", "endpoint__health__reason")
    )
    if len(rows) < FEWEST_IN_DRAW:
        address = reverse("models:registry")
        yield Matter(
            "draw",
            _("Fewer than two models are in the draw, so nobody can start a battle."),
            _("Put models in the draw"),
            address,
            "models_registry.view_contestant",
        )
    held = {slug for worker in live_workers() for slug in (*worker.ready, *worker.loading)}
    for endpoint, (slug, state, reason, names) in _by_endpoint(rows).items():
        if state == EndpointHealth.State.AILING:
            yield _ailing(endpoint, slug, reason, names)
        elif slug not in held:
            yield _without_worker(slug, names)


Rows = Sequence[tuple[str, int, str, str | None, str | None]]


def _by_endpoint(rows: Rows) -> dict[int, tuple[str, str | None, str, str]]:
    """Return slug, state, reason and the names of the contestants of each endpoint."""
    names: dict[int, list[str]] = {}
    for name, endpoint, *_rest in rows:
        names.setdefault(endpoint, []).append(name)
    return {
        endpoint: (slug, state, reason or "", ", ".join(names[endpoint]))
        for _name, endpoint, slug, state, reason in rows
    }


def _ailing(endpoint: int, slug: str, reason: str, names: str) -> Matter:
    text = _("The endpoint %(endpoint)s is out of the draw: %(reason)s. It serves %(names)s.")
    address = reverse("admin:models_registry_endpoint_change", args=(endpoint,))
    said = text % {"endpoint": slug, "reason": reason, "names": names}
    return Matter(f"ailing-{slug}", said, _("Test it"), address, STATUS)


def _without_worker(slug: str, names: str) -> Matter:
    text = _("No worker serves %(names)s (endpoint %(endpoint)s).") % {"endpoint": slug, "names": names}
    return Matter(f"worker-{slug}", text, _("See the workers"), reverse("status"), STATUS)


def _not_well(key: str, findings: list[Finding]) -> Iterator[Matter]:
    """Take over what the status page says, unless it is well."""
    for place, finding in enumerate(findings):
        if finding.level != "ok":
            text = f"{finding.subject}: {finding.message}"
            yield Matter(f"{key}-{place}", text, _("See what to do"), reverse("status"), STATUS)


def _failed_turns(standing: Standing, user: User | AnonymousUser) -> Iterator[Matter]:
    if not standing.failed_turns:
        return
    text = ngettext(
        "In the last 24 hours %(count)d battle turn failed and was not retried.",
        "In the last 24 hours %(count)d battle turns failed and were not retried.",
        standing.failed_turns,
    )
    said = text % {"count": standing.failed_turns}
    if user.has_perm("battles.view_turn"):
        address = reverse("admin:battles_turn_changelist") + "?status__exact=failed"
        yield Matter("turns", said, _("Look at them"), address, "battles.view_turn")
    else:
        yield Matter("turns", said, _("See which endpoints failed"), reverse("status"), STATUS)


# Which address and permission each kind of work has, and how it is called.
JOBS = {
    "prompts": ("prompts:import", "prompts.import_prompts"),
    "votes": ("releases:import", "releases.import_votes"),
    "export": ("releases:export", "releases.export_battles"),
}


def _jobs(now: datetime) -> Iterator[Matter]:
    """Imports and exports of the last week that failed, newest first. One query."""
    recent = Q(created_at__gte=now - RECENT)
    prompts = PromptImport.objects.filter(recent, status=PromptImport.Status.UNREADABLE)
    votes = VoteImport.objects.filter(recent, status=VoteImport.Status.FAILED)
    exports = Export.objects.filter(recent, status=Export.Status.FAILED)
    columns = [
        rows.order_by().values_list(Value(kind, CharField()), "pk", name, "created_at")
        for rows, kind, name in (
            (prompts, "prompts", "file_name"),
            (votes, "votes", "file_name"),
            (exports, "export", "title"),
        )
    ]
    first, *others = columns
    for kind, pk, name, _created in first.union(*others, all=True).order_by("-created_at")[:MOST_JOBS]:
        said = {
            "prompts": _("The import of the prompts in %(name)s failed."),
            "votes": _("The import of the votes in %(name)s failed."),
            "export": _("The export “%(name)s” failed."),
        }[kind] % {"name": name}
        route, permission = JOBS[kind]
        yield Matter(f"{kind}-{pk}", said, _("See why"), reverse(route, args=(pk,)), permission)


def _findings(standing: Standing) -> Iterator[Matter]:
    if not standing.findings:
        return
    text = ngettext(
        "%(count)d answer finding of the last 7 days is unread.",
        "%(count)d answer findings of the last 7 days are unread.",
        standing.findings,
    )
    if standing.many_findings:
        text = _("More than %(count)d answer findings of the last 7 days are unread.")
    said = text % {"count": standing.findings}
    yield Matter("findings", said, _("Read them"), reverse("dashboard_findings"), "battles.view_completion")


def _review(standing: Standing) -> Iterator[Matter]:
    if standing.in_review:
        text = ngettext("%(count)d prompt waits for review.", "%(count)d prompts wait for review.", standing.in_review)
        said = text % {"count": standing.in_review}
        yield Matter("review", said, _("Review"), reverse("prompts:review"), "prompts.review_prompt")
