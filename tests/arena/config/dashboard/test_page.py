"""The page itself: who sees which matter, what it renews, how many queries it takes."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arena.battles.models import AnswerFinding, Completion, EndpointHealth, Turn
from arena.config.dashboard.rooms import rooms_of
from arena.config.roles import ensure_roles
from arena.prompts.models import Prompt, PromptImport
from arena.releases.models import Export, VoteImport
from models_registry.heartbeat import WorkerState, beat
from models_registry.models import Contestant
from ratings.models import Leaderboard
from tests.factories import make_arena, make_battle, make_ready_battle

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("redis_client")]


class Links(HTMLParser):
    """Collects the address and the id of every link."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.by_id: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("id"):
            self.by_id[given["id"] or ""] = given["href"] or ""


def member(role: str) -> Client:
    """The browser of somebody with a role."""
    ensure_roles()
    user = User.objects.create(username=f"a-{role}", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client, beginning: str) -> dict[str, str]:
    """Links on the dashboard whose id begins so, without that beginning."""
    page = client.get(reverse("dashboard")).content.decode()
    return {
        key.removeprefix(beginning): address for key, address in Links(page).by_id.items() if key.startswith(beginning)
    }


def serve(*slugs: str) -> None:
    beat(WorkerState(worker="w", ready=slugs, loading=(), failed=(), active=0, queued=0))


def well_arena():
    """An arena with one battle in which nothing needs anybody."""
    arena = make_arena()
    serve(arena.first.endpoint.slug, arena.second.endpoint.slug)
    make_ready_battle(arena)
    return arena


def test_new_arena_says_what_to_do_first():
    steps = shown(member("administrator"), "step-")

    assert steps == {
        "model": reverse("models:register"),
        "prompts": reverse("prompts:imports"),
        "battle": reverse("home"),
    }


def test_steps_that_are_done_or_not_allowed_are_no_links():
    make_arena()
    Prompt.objects.update(status="retired", reason="old")

    assert shown(member("researcher"), "step-") == {"battle": "/"}


def test_arena_where_all_is_well_needs_nothing():
    well_arena()
    client = member("administrator")

    page = client.get(reverse("dashboard")).content.decode()

    assert "Nothing that you could settle." in page
    assert "First steps" not in page
    assert page.count("<svg viewBox") == 14  # two for each of seven topics


def test_matters_lead_to_where_they_are_settled():
    arena = well_arena()
    serve(arena.first.endpoint.slug)
    now = timezone.now()
    EndpointHealth.objects.create(
        endpoint=arena.first.endpoint, state="ailing", reason="it burns", since=now, checked_at=now, probe_at=now
    )
    Leaderboard.objects.create(slug="old", title="Old", kind="human", checked_at=now - timedelta(days=1))
    turn = make_battle(arena).turns.get()
    Completion.objects.filter(turn=turn).update(status="failed", failure="timeout", finished_at=now)
    Turn.objects.filter(pk=turn.pk).update(status="failed", failure="timeout")
    answer = Completion.objects.filter(status="done").first()
    AnswerFinding.objects.create(completion=answer, code="loop", start=0, end=3)
    Prompt.objects.create(key="waiting", category=arena.revision.prompt.category, language="en", status="in_review")

    found = shown(member("administrator"), "matter-")

    assert found == {
        f"ailing-{arena.first.endpoint.slug}": reverse(
            "admin:models_registry_endpoint_change", args=(arena.first.endpoint.pk,)
        ),
        f"worker-{arena.second.endpoint.slug}": reverse("status"),
        "board-0": reverse("status"),
        "turns": reverse("admin:battles_turn_changelist") + "?status__exact=failed",
        "findings": reverse("dashboard_findings"),
        "review": reverse("prompts:review"),
    }


def failed_jobs(arena) -> tuple[PromptImport, VoteImport, Export]:
    return (
        PromptImport.objects.create(status="unreadable", file_name="p.csv", format="csv", sha256="0" * 64),
        VoteImport.objects.create(
            status="failed", study=arena.study, source="us", licence="CC0", file_name="v.csv", sha256="0" * 64, size=1
        ),
        Export.objects.create(status="failed", title="All", licence="CC0"),
    )


def test_failed_imports_and_exports_are_shown_to_those_who_may_open_them():
    prompts, votes, export = failed_jobs(well_arena())

    found = {role: shown(member(role), "matter-") for role in ("curator", "researcher", "administrator")}

    of_curator = {f"prompts-{prompts.pk}": reverse("prompts:import", args=(prompts.pk,))}
    of_researcher = {
        f"votes-{votes.pk}": reverse("releases:import", args=(votes.pk,)),
        f"export-{export.pk}": reverse("releases:export", args=(export.pk,)),
    }
    assert found == {
        "curator": of_curator,
        "researcher": of_researcher,
        "administrator": {**of_curator, **of_researcher},
    }


def test_failures_of_long_ago_are_no_matter():
    failed_jobs(well_arena())
    long_ago = timezone.now() - timedelta(days=8)
    for model in (PromptImport, VoteImport, Export):
        model.objects.update(created_at=long_ago)

    assert shown(member("administrator"), "matter-") == {}


def test_draw_that_is_too_small_is_a_matter():
    well_arena()
    Contestant.objects.filter(pk=Contestant.objects.first().pk).update(weight=0)

    found = shown(member("curator"), "matter-")

    assert found == {"draw": reverse("models:registry")}


def test_curator_sees_failed_turns_on_the_status_page():
    turn = make_battle(well_arena()).turns.get()
    Completion.objects.filter(turn=turn).update(status="failed", failure="timeout", finished_at=timezone.now())
    Turn.objects.filter(pk=turn.pk).update(status="failed", failure="timeout")

    assert shown(member("curator"), "matter-") == {"turns": reverse("status")}


def test_findings_are_unread_until_somebody_goes_to_read_them():
    well_arena()
    answer = Completion.objects.filter(status="done").first()
    AnswerFinding.objects.create(completion=answer, code="loop", start=0, end=3)
    reader, other = member("researcher"), member("administrator")

    response = reader.get(reverse("dashboard_findings"))

    assert response["Location"].startswith(reverse("admin:battles_completion_changelist"))
    assert reader.get(response["Location"]).status_code == 200
    assert (shown(reader, "matter-"), list(shown(other, "matter-"))) == ({}, ["findings"])
    AnswerFinding.objects.create(completion=answer, code="loop", start=4, end=6)
    assert list(shown(reader, "matter-")) == ["findings"]


def test_page_renews_its_part_alone():
    well_arena()

    response = member("curator").get(reverse("dashboard"), headers={"HX-Request": "true"})

    page = response.content.decode().strip()
    assert page.startswith('<div class="dashboard" id="dashboard-now" hx-get="/dashboard/" hx-trigger="every 30s"')
    assert "<html" not in page


def test_page_stands_still_when_asked():
    well_arena()

    page = member("curator").get(reverse("dashboard") + "?still").content.decode()

    assert "hx-trigger" not in page
    assert Links(page).by_id["go-on"] == "/dashboard/"


@pytest.mark.parametrize("endpoints", [1, 3])
def test_page_takes_at_most_twelve_queries(django_assert_max_num_queries, settings, endpoints):
    settings.STAFF_MFA = "postpone"  # asks once more than "required" does here
    arena = well_arena()
    for _ in range(endpoints):
        make_battle(arena)
    failed_jobs(arena)
    client = member("administrator")

    with django_assert_max_num_queries(12):
        response = client.get(reverse("dashboard"))

    assert response.status_code == 200
    assert len(response.content) < 60_000


def test_page_refuses_other_methods():
    assert member("curator").post(reverse("dashboard")).status_code == 405


def test_staff_alone_finds_the_dashboard_in_the_menu(client):
    well_arena()

    menus = [who.get(reverse("about")).content.decode() for who in (client, member("curator"))]

    assert ['href="/dashboard/"' in menu for menu in menus] == [False, True]


def test_first_page_of_the_administration_leads_to_the_dashboard():
    page = member("curator").get(reverse("admin:index")).content.decode()

    assert 'href="/dashboard/"' in page


@pytest.mark.parametrize(
    ("role", "there", "missing"),
    [
        ("curator", {"room-registry", "room-review", "room-prompt-imports"}, {"room-exports", "room-vote-imports"}),
        ("researcher", {"room-exports", "room-vote-imports"}, {"room-review", "room-prompt-imports"}),
    ],
)
def test_page_leads_to_the_pages_that_a_role_opens(role, there, missing):
    ensure_roles()
    user = User.objects.create(username=role, is_staff=True)
    user.groups.add(Group.objects.get(name=role))

    rooms = {room.key for room in rooms_of(User.objects.get(pk=user.pk))}

    assert {f"room-{key}" for key in rooms} >= there
    assert not {f"room-{key}" for key in rooms} & missing
