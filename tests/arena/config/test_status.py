from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from arena.battles.models import Completion
from arena.config import status_checks
from arena.config.status import FailureCount, failures_of_last_day, queue_states
from arena.config.status_checks import examine
from models_registry import redis_connection
from models_registry.heartbeat import WorkerState, beat
from ratings.models import Leaderboard
from tests.factories import make_arena, make_battle

pytestmark = pytest.mark.django_db


def failed_answer(arena, **fields) -> None:
    completion = make_battle(arena).turns.get().completions.get(side="a")
    Completion.objects.filter(pk=completion.pk).update(status="failed", **fields)


def ready_worker(*slugs: str, **fields: object) -> None:
    beat(
        WorkerState(**{"worker": "w", "ready": slugs, "loading": (), "failed": (), "active": 0, "queued": 0, **fields})
    )


def test_failures_of_last_day_are_counted_by_kind_and_endpoint(redis_client):
    arena = make_arena()
    now = timezone.now()
    for _ in range(2):
        failed_answer(arena, failure="timeout", finished_at=now)
    failed_answer(arena, failure="timeout", finished_at=now - timedelta(days=2))

    found = failures_of_last_day()

    assert found == [FailureCount("timeout", arena.first.endpoint.slug, 2)]


def test_queue_states_name_every_queue_once(redis_client):
    make_arena()
    redis_client.rpush("ratings", "x")

    states = queue_states()

    assert [(state.name, state.waiting, state.oldest_seconds) for state in states] == [
        ("default", 0, None), ("ratings", 1, None), ("ratings-slow", 0, None), ("generation", 0, None),
    ]  # fmt: skip


def test_check_endpoints_names_those_that_nobody_serves(redis_client):
    arena = make_arena()
    ready_worker(arena.first.endpoint.slug, loading=(arena.second.endpoint.slug,))

    levels = [finding.level for finding in status_checks.check_endpoints()]

    assert levels == ["warning"]


def test_check_endpoints_is_a_problem_without_a_worker(redis_client):
    arena = make_arena()

    findings = status_checks.check_endpoints()

    assert [(finding.level, slug in finding.message) for finding, slug in zip(
        findings, sorted((arena.first.endpoint.slug, arena.second.endpoint.slug)), strict=True
    )] == [("problem", True)] * 2  # fmt: skip


def test_check_queues_warns_of_an_answer_that_waits(redis_client):
    battle = make_battle(make_arena())
    Completion.objects.filter(turn__battle=battle).update(queued_at=timezone.now() - timedelta(minutes=5))

    findings = status_checks.check_queues()

    assert [(finding.level, "300 seconds" in finding.message) for finding in findings] == [("warning", True)]


def test_check_workers_names_queues_without_a_worker(redis_client):
    make_arena()

    findings = status_checks.check_workers()

    assert [finding.level for finding in findings] == ["problem"] * 4
    names = ("default", "ratings", "ratings-slow", "generation")
    assert [name in finding.message for name, finding in zip(names, findings, strict=True)]


@pytest.mark.parametrize(("minutes", "level"), [(1, "ok"), (20, "warning")])
def test_check_boards_warns_of_one_that_is_not_looked_at(minutes, level):
    checked = timezone.now() - timedelta(minutes=minutes)
    Leaderboard.objects.create(slug="all", title="All", kind="human", checked_at=checked)

    assert [finding.level for finding in status_checks.check_boards()] == [level]


@pytest.mark.parametrize(("mode", "level"), [(0o600, "ok"), (0o640, "problem")])
def test_check_key_file_refuses_one_that_others_can_read(settings, tmp_path, mode, level):
    settings.VAR_DIR = tmp_path
    (tmp_path / "secret_key").touch(mode)
    (tmp_path / "secret_key").chmod(mode)

    assert [finding.level for finding in status_checks.check_key_file()] == [level]


@pytest.mark.parametrize(("skew", "level"), [(0.1, "ok"), (-2.0, "warning"), (60.0, "problem")])
def test_clock_finding_judges_the_difference(skew, level):
    assert status_checks._clock_finding("Redis", skew).level == level


def test_check_clocks_finds_that_servers_on_this_machine_agree(redis_client):
    assert [finding.level for finding in status_checks.check_clocks()] == ["ok"]


def test_check_static_files_asks_to_collect_them(settings, tmp_path):
    collected = status_checks.check_static_files()
    settings.STATIC_ROOT = tmp_path

    assert [finding.level for finding in (*collected, *status_checks.check_static_files())] == ["ok", "problem"]


def test_examine_says_once_that_redis_is_away(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_connection.client.cache_clear()

    findings = examine((status_checks.check_redis, status_checks.check_queues, status_checks.check_database))

    redis_connection.client.cache_clear()
    assert [(finding.subject, finding.level) for finding in findings] == [("Redis", "problem"), ("Database", "ok")]


@pytest.fixture
def quick(monkeypatch):
    """Without asking workers, which takes a second."""
    monkeypatch.setattr(status_checks, "INSPECT_SECONDS", 0.05)


@pytest.fixture
def operator(client, db) -> User:
    user = User.objects.create(username="operator", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_endpoint"))
    client.force_login(user)
    return user


def test_status_page_shows_what_was_found(client, operator, quick, redis_client):
    arena = make_arena()
    ready_worker(arena.first.endpoint.slug)
    failed_answer(arena, failure="timeout", finished_at=timezone.now())

    page = client.get(reverse("status")).content.decode()

    assert "No live worker can serve " + arena.second.endpoint.slug in page
    assert f"{arena.first.endpoint.slug}: timeout, 1" in page
    assert "No votes yet." in page


def test_status_page_renews_its_part_alone(client, operator, quick, redis_client):
    response = client.get(reverse("status"), headers={"HX-Request": "true"})

    assert response.content.decode().lstrip().startswith('<div class="stack" id="status-now"')


def test_status_page_sends_visitors_to_sign_in(client):
    response = client.get(reverse("status"))

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/status/")


def test_status_page_is_forbidden_to_staff_who_may_not_see_endpoints(client):
    client.force_login(User.objects.create(username="curator", is_staff=True))

    assert client.get(reverse("status")).status_code == 403


def test_status_page_refuses_other_methods(client, operator):
    assert client.post(reverse("status")).status_code == 405
