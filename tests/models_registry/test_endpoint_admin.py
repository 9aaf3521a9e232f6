"""The test of an endpoint in the administration, and what its form accepts."""

import json
import time
from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.core.exceptions import ValidationError

from models_registry.endpoint_tests import EndpointTest, find_test, keep_test
from models_registry.inference.errors import RequestRefusedError
from models_registry.models import Endpoint
from tests.factories import make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

REMOTE = {"base_url": "https://api.example.org/v1", "model": "m-1", "key_env": "EXAMPLE_API_KEY"}
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint.objects.create(slug="far-away", backend="openai", options=REMOTE)


def address(endpoint: Endpoint, rest: str) -> str:
    return f"/admin/models_registry/endpoint/{endpoint.pk}/{rest}"


def waiting(endpoint: Endpoint, **changes: object) -> EndpointTest:
    return replace(EndpointTest(endpoint=endpoint.slug, asked_at=time.time()), **changes)


def submit(admin_client, options: object, **changes: object):
    form = {"slug": "added", "backend": "openai", "queue": "generation", "options": json.dumps(options)}
    return admin_client.post("/admin/models_registry/endpoint/add/", {**form, "enabled": "on", **changes})


def test_remote_endpoint_is_added_in_the_administration(admin_client):
    response = submit(admin_client, REMOTE)

    added = Endpoint.objects.get(slug="added")
    assert response.status_code == 302
    assert (added.backend, added.queue, added.options) == ("openai", "generation", REMOTE)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({**REMOTE, "api_key": "sk-secret"}, "keys are not stored"),
        ({"base_url": "https://a.org/v1"}, "model: missing"),
        ({"base_url": "http://127.0.0.1:8080/v1", "model": "m"}, "base_url: a private address"),
        ([], "Write an object, in braces."),
    ],
)
def test_options_that_cannot_be_used_are_refused_in_words(admin_client, options, sentence):
    response = submit(admin_client, options)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not Endpoint.objects.exists()


def test_private_address_is_accepted_where_the_setting_allows_it(admin_client, settings):
    settings.ALLOW_PRIVATE_ENDPOINTS = True

    submit(admin_client, {"base_url": "http://127.0.0.1:8080/v1", "model": "m"})

    assert Endpoint.objects.filter(slug="added").exists()


def test_contestant_may_not_claim_parameters_that_are_not_sent(endpoint):
    contestant = make_contestant(endpoint=endpoint, top_k=50, repetition_penalty=1.2)

    with pytest.raises(ValidationError) as refused:
        contestant.full_clean()

    assert refused.value.messages == [
        "The endpoint does not send repetition_penalty: make it 1, or name it in the endpoint's options.",
        "The endpoint does not send top_k: make it 0, or name it in the endpoint's options.",
    ]


def test_contestant_may_have_parameters_that_are_sent_or_do_nothing(endpoint):
    endpoint.options = {**REMOTE, "parameters": {"top_k": "top_k"}}
    endpoint.save()

    make_contestant(endpoint=endpoint, top_k=50, repetition_penalty=1.0).full_clean()


def test_test_is_handed_to_the_queue_and_shown(admin_client, endpoint, redis_client):
    Endpoint.objects.update(queue="generation-far")

    response = admin_client.post(address(endpoint, "test/"), follow=True)

    token = response.request["PATH_INFO"].rstrip("/").rpartition("/")[2]
    task = json.loads(redis_client.lrange("generation-far", 0, -1)[0])
    assert task["headers"]["task"] == "battles.test_endpoint"
    assert task["headers"]["kwargsrepr"] == repr({"token": token})
    assert find_test(token).state == "waiting"
    assert "Waiting for a worker." in response.content.decode()
    assert 'hx-trigger="every 1s"' in response.content.decode()


def test_answer_is_shown_with_its_times(admin_client, endpoint):
    answered = {"state": "answered", "answer": "Hello <there>", "first_text_ms": 12, "total_ms": 345}
    keep_test("t", waiting(endpoint, **answered))

    whole = admin_client.get(address(endpoint, "test/t/")).content.decode()
    part = admin_client.get(address(endpoint, "test/t/"), headers=HTMX).content.decode()

    assert part.strip().startswith('<div class="endpoint-test"')
    assert part.strip() in whole
    for text in ("It answers.", "Hello &lt;there&gt;", "after 12 ms", "after 345 ms", "does not say how many tokens"):
        assert text in part
    assert "hx-get" not in part


def test_failure_is_explained_with_what_the_server_wrote(admin_client, endpoint):
    error = RequestRefusedError("The server refused the request (status 400).", said="unknown field <seed>")
    keep_test("t", waiting(endpoint).failed(error))

    page = admin_client.get(address(endpoint, "test/t/")).content.decode()

    for text in ("It refused the request.", "(status 400)", "unknown field &lt;seed&gt;"):
        assert text in page
    assert "hx-get" not in page


@pytest.mark.parametrize(
    ("state", "age", "sentence", "goes_on"),
    [
        ("waiting", 0, "Waiting for a worker.", True),
        ("waiting", 60, "Is one running that serves the queue generation,", True),
        ("running", 60, "A worker is asking it.", True),
        ("running", 600, "The worker has not reported back.", False),
    ],
)
def test_wait_is_explained(admin_client, state, age, sentence, goes_on):
    endpoint = Endpoint.objects.create(slug="far-away", backend="openai", options=REMOTE)
    keep_test("t", waiting(endpoint, state=state, asked_at=time.time() - age))

    page = admin_client.get(address(endpoint, "test/t/")).content.decode()

    assert sentence in page
    assert ("hx-get" in page) is goes_on


def test_test_of_another_endpoint_and_unknown_ones_are_not_found(admin_client, endpoint):
    other = Endpoint.objects.create(slug="other", backend="openai", options=REMOTE)
    keep_test("t", waiting(other))

    statuses = [admin_client.get(address(endpoint, f"test/{token}/")).status_code for token in ("t", "unknown")]

    assert statuses == [404, 404]
    assert admin_client.post("/admin/models_registry/endpoint/0/test/").status_code == 404


def test_test_is_asked_for_by_post_only(admin_client, endpoint):
    assert admin_client.get(address(endpoint, "test/")).status_code == 405


def test_who_may_only_look_may_not_test(client, endpoint):
    reader = User.objects.create(username="reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_endpoint"))
    client.force_login(reader)
    keep_test("t", waiting(endpoint))

    page = client.get(address(endpoint, "change/"))
    statuses = [
        client.post(address(endpoint, "test/")).status_code,
        client.get(address(endpoint, "test/t/")).status_code,
    ]

    assert (page.status_code, statuses) == (200, [403, 403])
    assert "Test this endpoint" not in page.content.decode()


def test_strangers_are_sent_to_log_in(client, endpoint):
    response = client.post(address(endpoint, "test/"))

    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_page_of_an_endpoint_offers_its_test(admin_client, endpoint):
    page = admin_client.get(address(endpoint, "change/")).content.decode()

    assert f'action="{address(endpoint, "test/")}" method="post"' in page
