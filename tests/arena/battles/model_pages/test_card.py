import pytest
from django.core.cache import cache
from django.utils import timezone

from models_registry.endpoint_tests import find_test
from models_registry.inference.protocol import SamplingParameters
from models_registry.models import Contestant
from tests.arena.battles.model_pages.test_registering import HTMX, tokens
from tests.factories import make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture(autouse=True)
def _empty_cache(redis_client) -> None:
    cache.clear()


@pytest.fixture
def contestant() -> Contestant:
    return make_contestant(name="Zephyrine", slug="zephyrine-9b", temperature=0.3, status=Contestant.Status.DRAFT)


def step(staff, name: str, **fields: object):
    return staff.post(f"/registry/zephyrine-9b/{name}/", fields)


def test_steps_lead_into_the_draw_out_of_it_and_into_retirement(staff, contestant):
    states = []

    for name, fields in (
        ("enter", {"weight": 2}),
        ("weigh", {"weight": 3}),
        ("drain", {"reason": "Too slow."}),
        ("enter", {"weight": 1}),
        ("retire", {"on": timezone.now().date(), "reason": "Replaced."}),
    ):
        assert step(staff, name, **fields).status_code == 302
        contestant.refresh_from_db()
        states.append((contestant.status, contestant.weight))

    assert states == [("active", 2), ("active", 3), ("draining", 3), ("active", 1), ("retired", 1)]
    page = staff.get("/registry/zephyrine-9b/").content.decode()
    assert "Too slow." in page
    assert "Replaced." in page


@pytest.mark.parametrize(
    ("name", "fields", "sentence"),
    [
        ("enter", {"weight": 0}, "greater than or equal to 0.01"),
        ("drain", {}, "Its state does not allow this"),
        ("retire", {"on": "", "reason": ""}, "This field is required."),
    ],
)
def test_refused_step_says_why_and_changes_nothing(staff, contestant, name, fields, sentence):
    Contestant.objects.filter(pk=contestant.pk).update(status="active" if name == "retire" else "draft")

    response = step(staff, name, **fields)

    assert response.status_code == 422
    assert not contestant.events.exists()
    assert sentence in response.content.decode()


@pytest.mark.parametrize("name", ["fly", "delete"])
def test_unknown_step_does_not_exist(staff, contestant, name):
    assert step(staff, name).status_code == 404


def test_contestant_is_tried_in_private_as_in_a_battle(staff, contestant, redis_client):
    page = staff.post("/registry/zephyrine-9b/try/", {"prompt": "Who are you?"}, headers=HTMX).content.decode()

    [token] = tokens(redis_client)
    test = find_test(token)
    assert "Waiting for a worker." in page
    assert (test.prompt, test.system_prompt) == ("Who are you?", contestant.system_prompt)
    assert test.sampling == SamplingParameters(temperature=0.3, top_p=0.95, top_k=50, max_new_tokens=96)


def test_trial_without_script_leads_to_a_page(staff, contestant, redis_client):
    response = staff.post("/registry/zephyrine-9b/try/", {"prompt": "Who are you?"})

    [token] = tokens(redis_client)
    assert response.headers["Location"] == f"/registry/tests/{token}/"


@pytest.mark.parametrize(("headers", "status"), [(HTMX, 200), ({}, 422)])
def test_trial_needs_a_prompt(staff, contestant, redis_client, headers, status):
    response = staff.post("/registry/zephyrine-9b/try/", {"prompt": " "}, headers=headers)

    assert response.status_code == status
    assert "This field is required." in response.content.decode()
    assert tokens(redis_client) == []


@pytest.mark.parametrize("status", Contestant.Status.values)
def test_card_of_every_state_takes_few_queries(staff, contestant, status, django_assert_max_num_queries):
    Contestant.objects.filter(pk=contestant.pk).update(status=status)

    with django_assert_max_num_queries(12):
        response = staff.get("/registry/zephyrine-9b/")

    assert response.status_code == 200
    assert "Zephyrine" in response.content.decode()
