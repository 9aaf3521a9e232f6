import pytest
from django.contrib.auth.models import User

from arena.config.first_admin import first_admin_path

pytestmark = [pytest.mark.django_db, pytest.mark.integration, pytest.mark.usefixtures("redis_client")]

PASSWORD = "seven quiet otters"
FORM = {"username": "ada", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def path() -> str:
    path = first_admin_path()
    assert path is not None
    return path


def test_setup_page_asks_for_a_name_and_a_password(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert list(response.context["form"].fields) == ["username", "password1", "password2"]
    assert "no-store" in response.headers["Cache-Control"]


def test_setup_creates_the_administrator_and_logs_in(client, path):
    response = client.post(path, FORM)

    admin = User.objects.get()
    assert (response.status_code, response.url) == (302, "/accounts/second-factor/")
    assert (admin.username, admin.is_staff, admin.is_superuser) == ("ada", True, True)
    assert admin.password.startswith("argon2")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {},
        {**FORM, "username": ""},
        {**FORM, "password2": "seven quiet ottars"},
        {**FORM, "password1": "short", "password2": "short"},
        {**FORM, "password1": "password1234", "password2": "password1234"},
    ],
)
def test_setup_refuses_bad_input_and_can_be_tried_again(client, path, form):
    response = client.post(path, form)

    assert response.status_code == 422
    assert response.context["form"].errors
    assert not User.objects.exists()
    assert client.post(path, FORM).status_code == 302


def test_setup_works_once(client, path):
    client.post(path, FORM)
    client.logout()

    shown = client.get(path)
    sent = client.post(path, {**FORM, "username": "ben"})

    assert (shown.status_code, sent.status_code) == (410, 410)
    assert "can no longer be used" in sent.content.decode()
    assert list(User.objects.values_list("username", flat=True)) == ["ada"]


def test_setup_with_an_invented_token_is_closed(client):
    response = client.post("/setup/invented/", FORM)

    assert response.status_code == 410
    assert not User.objects.exists()


def test_setup_refuses_other_methods(client, path):
    assert client.delete(path).status_code == 405


def test_setup_is_protected_against_other_sites(path):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post(path, FORM)

    assert response.status_code == 403
    assert not User.objects.exists()
