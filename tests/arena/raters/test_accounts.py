"""Signing up, in and out, as a browser does it; and what becomes of the rater meanwhile."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from arena.battles.services.voting import cast_vote
from arena.raters.identity import COOKIE, rater_id_from_cookies
from arena.raters.models import Rater
from tests.clients import client_of
from tests.factories import make_arena, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration, pytest.mark.usefixtures("redis_client")]

MINE = reverse("battles:history")


@pytest.fixture
def voted(db) -> Callable[[Rater], str]:
    """Lets a rater vote, and returns the battle."""
    arena = make_arena()

    def vote(rater: Rater) -> str:
        battle = make_ready_battle(arena, rater=rater)
        cast_vote(battle_id=battle.pk, winner="tie")
        return str(battle.pk)

    return vote


def rater_of(client: Client) -> object:
    return rater_id_from_cookies({key: row.value for key, row in client.cookies.items()})


def sign_up(client: Client, newest_code, **more: str) -> User:
    client.post(reverse("account_signup"), {"email": "new@example.org", **more})
    client.post(reverse("account_email_verification_sent"), {"code": newest_code()})
    return User.objects.get(email="new@example.org")


def sign_in(client: Client, newest_code, email: str = "ada@example.org") -> None:
    client.post(reverse("account_request_login_code"), {"email": email})
    answer = client.post(reverse("account_confirm_login_code"), {"code": newest_code()})
    assert (answer.status_code, answer.url) == (302, "/")


def test_vote_before_signing_up_belongs_to_the_account(voted, newest_code):
    rater = Rater.objects.create()
    battle, client = voted(rater), client_of(rater)

    account = sign_up(client, newest_code)

    rater.refresh_from_db()
    assert (rater.account, rater_of(client)) == (account, rater.pk)
    assert battle in client.get(MINE).content.decode()


def test_signing_up_draws_a_name_and_needs_no_password(client, newest_code):
    account = sign_up(client, newest_code)

    assert account.username.startswith("rater-")
    assert "new" not in account.username
    assert not account.has_usable_password()
    assert client.get(reverse("account")).context["addresses"][0].verified


def test_signing_up_with_a_password_lets_in_by_it(client, newest_code):
    sign_up(client, newest_code, password1="seven quiet otters")
    client.post(reverse("account_logout"))

    answer = client.post(
        reverse("account_login"), {"login": "new@example.org", "password": "seven quiet otters", "remember": "on"}
    )

    assert (answer.status_code, answer.url) == (302, "/")


def test_signing_in_on_a_second_device_joins_what_both_did(ada, voted, newest_code):
    phone, desk = Rater.objects.create(), Rater.objects.create()
    battles = {voted(phone), voted(desk)}
    sign_in(client_of(phone), newest_code)
    client = client_of(desk)

    sign_in(client, newest_code)

    page = client.get(MINE).content.decode()
    assert [battle in page for battle in battles] == [True, True]
    assert rater_of(client) == phone.pk
    assert all(client.get(reverse("battles:detail", args=[battle])).status_code == 200 for battle in battles)


def test_signing_in_twice_changes_nothing(ada, newest_code):
    rater = Rater.objects.create()
    client = client_of(rater)
    sign_in(client, newest_code)

    again = client_of(rater)
    sign_in(again, newest_code)

    assert list(Rater.objects.values_list("pk", "account", "merged_into")) == [(rater.pk, ada.pk, None)]
    assert rater_of(again) == rater.pk


def test_signing_out_makes_the_browser_a_stranger(ada, newest_code, client):
    Rater.objects.create(account=ada)
    sign_in(client, newest_code)

    client.post(reverse("account_logout"))

    assert client.cookies[COOKIE].value == ""
    assert rater_of(client) is None


def test_next_person_at_the_same_browser_does_not_get_the_battles(ada, voted, newest_code):
    """The first one's session ran out, but their cookie is still there."""
    bea = User.objects.create(username="rater-bea")
    rater = Rater.objects.create(account=bea)
    battle, client = voted(rater), client_of(rater)

    sign_in(client, newest_code)

    assert rater_of(client) is None
    assert battle not in client.get(MINE).content.decode()
    assert Rater.objects.get(account=bea) == rater


def test_first_battle_of_a_signed_in_person_is_the_account_s(ada, client):
    arena = make_arena()
    client.force_login(ada)

    client.post(reverse("battles:start"), {"prompt": "Why is the sky blue?", "consent": arena.consent.pk})

    assert Rater.objects.get(account=ada).battles.count() == 1
    assert rater_of(client) == Rater.objects.get(account=ada).pk


def test_wrong_codes_let_nobody_in(ada, client, newest_code):
    client.post(reverse("account_request_login_code"), {"email": "ada@example.org"})

    answers = [client.post(reverse("account_confirm_login_code"), {"code": "0000-0000"}) for _ in range(3)]
    late = client.post(reverse("account_confirm_login_code"), {"code": newest_code()})

    assert "_auth_user_id" not in client.session
    assert [answer.status_code for answer in answers] == [200, 200, 302]
    assert late.url == reverse("account_request_login_code")


def test_unknown_address_learns_nothing_from_the_page(ada, newest_code):
    known, unknown = Client(), Client()

    pages = [
        client.post(reverse("account_request_login_code"), {"email": email})
        for client, email in ((known, "ada@example.org"), (unknown, "nobody@example.org"))
    ]

    assert pages[0].url == pages[1].url


def test_page_says_where_the_code_lies_without_a_mail_server(client, settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"

    page = client.post(reverse("account_signup"), {"email": "new@example.org"}, follow=True)

    assert str(tmp_path / "mail") in page.content.decode()


def test_anonymous_pages_ask_for_no_account(django_assert_num_queries):
    rater = Rater.objects.create()
    client = client_of(rater)
    client.get(reverse("about"))

    with django_assert_num_queries(0):
        client.get(reverse("about"))


def test_account_page_takes_few_queries(ada, client, django_assert_max_num_queries):
    client.force_login(ada)

    with django_assert_max_num_queries(12):
        client.get(reverse("account"))


def test_passkey_is_another_way_in_for_raters_and_no_second_lock(ada, client, newest_code):
    Authenticator.objects.create(user=ada, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone", "credential": {}})

    sign_in(client, newest_code)

    assert client.get(reverse("account")).status_code == 200


def test_app_of_a_rater_is_asked_for(ada, client, newest_code):
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    client.post(reverse("account_request_login_code"), {"email": "ada@example.org"})

    answer = client.post(reverse("account_confirm_login_code"), {"code": newest_code()})

    assert answer.url == reverse("mfa_authenticate")


def test_limits_keep_no_address(client, settings, redis_client):
    settings.ACCOUNT_RATE_LIMITS = {}

    client.post(reverse("account_signup"), {"email": "new@example.org"}, REMOTE_ADDR="203.0.113.77")

    keys = [key.decode() for key in redis_client.keys("*allauth:rl*")]
    assert any(":ip:" in key for key in keys)
    assert not any("203.0.113" in key for key in keys)


def test_many_sign_ups_from_one_place_are_refused(settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}

    answers = [Client().post(reverse("account_signup"), {"email": f"{n}@example.org"}) for n in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
