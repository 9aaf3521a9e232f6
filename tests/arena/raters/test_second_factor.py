"""Staff show a second factor before anything of the staff's opens."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from arena.config.first_admin import first_admin_path
from arena.config.roles import CURATOR, RESEARCHER, ensure_roles

pytestmark = [pytest.mark.django_db, pytest.mark.integration, pytest.mark.usefixtures("redis_client")]

PASSWORD = "seven quiet otters"
ADMIN = reverse("admin:index")
SETUP = reverse("second_factor")


@pytest.fixture(autouse=True)
def _required(settings):
    settings.STAFF_MFA = "required"


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss", password=PASSWORD)


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client: Client) -> object:
    return client.post(reverse("account_login"), {"login": "boss", "password": PASSWORD})


@pytest.mark.django_db(transaction=True)
def test_first_administrator_sets_up_an_app_and_gets_in(client):
    client.post(first_admin_path(), {"username": "ada", "password1": PASSWORD, "password2": PASSWORD})
    before = client.get(ADMIN)
    form = client.get(reverse("mfa_activate_totp"))

    done = client.post(reverse("mfa_activate_totp"), {"code": code(form.context["form"].secret)}, follow=True)

    assert (before.status_code, before.url) == (302, f"{SETUP}?next=%2Fadmin%2F")
    assert form.context["totp_svg_data_uri"].startswith("data:image/svg+xml;base64,")
    assert len(done.context["unused_codes"]) == 10
    assert client.get(ADMIN).status_code == 200


def test_recovery_codes_are_shown_once(client):
    client.post(first_admin_path(), {"username": "ada", "password1": PASSWORD, "password2": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    shown = client.post(reverse("mfa_activate_totp"), {"code": code(secret)}, follow=True).context["unused_codes"]

    again = client.get(reverse("mfa_view_recovery_codes"))

    assert shown[0] not in again.content.decode()


def test_password_alone_does_not_let_in(client, boss):
    TOTP.activate(boss, "JBSWY3DPEHPK3PXP")

    answer = sign_in(client)

    assert answer.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_password_and_code_let_in(client, boss):
    TOTP.activate(boss, "JBSWY3DPEHPK3PXP")
    sign_in(client)

    client.post(reverse("mfa_authenticate"), {"code": code("JBSWY3DPEHPK3PXP")})

    assert client.get(ADMIN).status_code == 200


def test_older_session_is_asked_for_a_factor_set_up_elsewhere(client, boss):
    sign_in(client)
    TOTP.activate(boss, "JBSWY3DPEHPK3PXP")

    asked = client.get(ADMIN)
    client.post(reverse("mfa_reauthenticate"), {"code": code("JBSWY3DPEHPK3PXP")})

    assert (asked.status_code, asked.url) == (302, f"{reverse('mfa_reauthenticate')}?next=%2Fadmin%2F")
    assert client.get(ADMIN).status_code == 200


def test_last_factor_cannot_be_given_up(client, boss):
    TOTP.activate(boss, "JBSWY3DPEHPK3PXP")
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code("JBSWY3DPEHPK3PXP")})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=boss, type=Authenticator.Type.TOTP).exists()


def test_postponing_lets_in_with_a_banner(client, boss, settings):
    settings.STAFF_MFA = "postpone"
    sign_in(client)

    pages = [client.get(page).content.decode() for page in (ADMIN, reverse("about"))]

    assert ["with a password only" in page for page in pages] == [True, True]
    assert "Later" in client.get(SETUP).content.decode()


def test_banner_is_for_staff_without_factor_only(client, boss, ada, settings):
    settings.STAFF_MFA = "postpone"
    client.force_login(ada)
    plain = client.get(reverse("about")).content.decode()
    TOTP.activate(boss, "JBSWY3DPEHPK3PXP")
    client.force_login(boss)

    protected = client.get(reverse("about")).content.decode()

    assert ["with a password only" in page for page in (plain, protected)] == [False, False]


def test_setup_page_leads_to_our_own_pages_only(client, boss, settings):
    settings.STAFF_MFA = "postpone"
    client.force_login(boss)

    page = client.get(SETUP, {"next": "https://elsewhere.example/"})

    assert page.context["later"] == ADMIN


def test_role_makes_an_account_staff(client, boss, ada, settings):
    settings.STAFF_MFA = "postpone"
    ensure_roles()
    client.force_login(boss)
    group = Group.objects.get(name=CURATOR)
    form = {"username": ada.username, "groups": group.pk, "is_active": "on", "date_joined_0": "2026-01-01"}

    client.post(reverse("admin:auth_user_change", args=[ada.pk]), {**form, "date_joined_1": "00:00:00"})

    ada.refresh_from_db()
    assert (ada.is_staff, [row.name for row in ada.groups.all()]) == (True, [CURATOR])


def test_roles_get_back_what_was_clicked_away(django_assert_max_num_queries):
    ensure_roles()
    group = Group.objects.get(name=RESEARCHER)
    before = set(group.permissions.values_list("codename", flat=True))
    group.permissions.clear()

    changed = ensure_roles()

    assert changed == 1
    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert {"view_vote", "view_battle"} < before
    assert not {code for code in before if code.startswith(("add_", "change_", "delete_"))} - {
        code for code in before if code.endswith(("export", "import", "voteimport", "importedvote", "coding"))
    }


def test_administration_never_shows_what_an_authenticator_holds(client, boss, settings):
    settings.STAFF_MFA = "postpone"
    TOTP.activate(boss, "JBSWY3DPEHPK3PXP")
    client.force_login(boss)

    page = client.get(reverse("admin:mfa_authenticator_change", args=[Authenticator.objects.first().pk]))

    assert page.status_code == 200
    assert "JBSWY3DPEHPK3PXP" not in page.content.decode()
