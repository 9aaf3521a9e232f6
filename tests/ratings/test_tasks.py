import pytest
from celery import current_app
from django.conf import settings

from ratings.models import Analysis, GroupStep, Snapshot
from ratings.services.requesting import QUEUE

pytestmark = pytest.mark.integration

TASKS = {
    "ratings.refresh_leaderboard": {"slug": "open"},
    "ratings.refresh_requested": {"kind": "human"},
    "ratings.refresh_stale_leaderboards": {},
}
ANALYSE = "ratings.analyse_leaderboard"
GROUPS = "ratings.refresh_groups"


@pytest.fixture
def registered():
    current_app.loader.import_default_modules()
    return current_app.tasks


@pytest.mark.parametrize("name", [*TASKS, ANALYSE, GROUPS])
def test_tasks_have_limits_and_survive_a_lost_connection(registered, name):
    task = registered[name]

    assert 0 < task.soft_time_limit < task.time_limit
    assert task.max_retries == 5


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "arguments"), TASKS.items())
def test_tasks_refresh_and_can_be_repeated(registered, make_board, name, arguments):
    make_board()

    for _ in range(2):
        registered[name](**arguments)

    assert Snapshot.objects.count() == 1


@pytest.mark.django_db
def test_looking_at_groups_can_be_repeated(registered, published):
    for _ in range(2):
        registered[GROUPS]()

    assert GroupStep.objects.count() == 1


@pytest.mark.django_db
def test_analysing_can_be_repeated(registered, published):
    for _ in range(2):
        registered[ANALYSE](slug="open")

    assert Analysis.objects.filter(name="davidson").count() == 1


def test_the_clock_sends_to_the_queue_of_the_ratings_worker():
    entry = settings.CELERY_BEAT_SCHEDULE["refresh-stale-leaderboards"]

    assert (entry["task"], entry["options"]["queue"]) == ("ratings.refresh_stale_leaderboards", QUEUE)
