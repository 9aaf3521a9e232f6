"""Signing in by the OpenID Connect provider that the settings name."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.urls import reverse

from arena.config.sign_on import form_targets, sign_on_providers
from arena.raters.models import Rater
from tests.arena.raters.oidc_server import provider
from tests.clients import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.integration, pytest.mark.usefixtures("redis_client")]

LOGIN = "/accounts/oidc/oidc/login/"


@pytest.fixture
def _provided(settings):
    with provider() as address:
        settings.SOCIALACCOUNT_PROVIDERS = sign_on_providers(
            server_url=address, client_id="arena", client_secret="secret", name="University"
        )
        yield


def sign_on(client):
    """Go to the provider and come back with its code."""
    away = client.post(LOGIN)
    state = parse_qs(urlsplit(away.url).query)["state"][0]
    return away, client.get(f"{LOGIN}callback/", {"code": "a-code", "state": state})


@pytest.mark.usefixtures("_provided")
def test_provider_signs_up_and_keeps_what_was_voted():
    rater = Rater.objects.create()
    client = client_of(rater)

    away, back = sign_on(client)

    account = User.objects.get()
    assert urlsplit(away.url).path == "/authorize"
    assert "code_challenge" in parse_qs(urlsplit(away.url).query)
    assert (back.status_code, back.url) == (302, "/")
    assert (account.email, account.first_name, account.last_name) == ("ada@example.org", "", "")
    assert account.username.startswith("rater-")
    assert Rater.objects.get(account=account) == rater


@pytest.mark.usefixtures("_provided")
def test_provider_does_not_open_an_account_that_has_the_same_address(ada, client):
    sign_on(client)

    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()


@pytest.mark.usefixtures("_provided")
def test_sign_in_page_names_the_provider(client):
    assert "Go on with University" in client.get(reverse("account_login")).content.decode()


def test_without_provider_there_is_none(client):
    assert client.get(LOGIN).status_code == 404
    assert sign_on_providers(server_url="", client_id="", client_secret="", name="") == {}


def test_forms_may_lead_to_the_provider():
    assert form_targets("https://id.example.org/realms/one") == ["https://id.example.org"]
    assert form_targets("") == []
