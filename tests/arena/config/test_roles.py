"""Who may open what: every address, websocket and page of the administration, by every role.

A new address, websocket or page of the administration gets a row here, or these tests fail.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from asgiref.sync import sync_to_async
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from arena.config.roles import ROLES, ensure_roles
from arena.config.routing import websockets
from arena.raters.identity import COOKIE
from arena.raters.models import Rater
from arena.studies.models import ConsentRevision
from models_registry.models import Endpoint
from ratings.models import Leaderboard
from tests.arena.config.test_admin import fill
from tests.clients import rater_cookie
from tests.factories import make_ready_battle
from tests.sockets import Socket

pytestmark = pytest.mark.integration

# Nobody known; an account without a role; the three roles, with a second factor; a superuser without one.
WHO = ("stranger", "rater", "curator", "researcher", "administrator", "unprotected")
Answers = tuple[str, ...]


def all_of(answer: str) -> Answers:
    return (answer,) * len(WHO)


def signed_in(answer: str, *, stranger: str = "account_login") -> Answers:
    return (stranger, *(answer,) * (len(WHO) - 1))


def own(answer: str) -> Answers:
    """What belongs to the rater and does not exist for others."""
    return ("404", answer, "404", "404", "404", "404")


def staff(curator: str, researcher: str, administrator: str = "200") -> Answers:
    """What stands behind the door of the staff; who has no second factor is sent to get one."""
    return ("account_login", "403", curator, researcher, administrator, "second_factor")


OPEN = all_of("200")
# Open to everybody, but the board of these tests has no ratings yet.
NO_RATINGS = all_of("404")
ONLY_SIGNED_OUT = signed_in("home", stranger="200")
AGAIN = "account_reauthenticate"
STARTED = "admin:models_registry_endpoint_test_result"

# What a GET answers, or a POST without content where POSTS names the route: a status, or where it leads.
ROWS: dict[str, Answers] = {
    "": OPEN,
    "about/": OPEN,
    "consent/": OPEN,
    "consent/texts/<int:revision>/": OPEN,
    "my-data/": OPEN,
    "my-data/choices/": signed_in("404", stranger="my_data"),
    "my-data/parallax-my-data.json": signed_in("200", stranger="my_data"),
    "my-data/erase/": signed_in("200", stranger="my_data"),
    "my-data/receipts/<uuid:receipt_id>/": all_of("404"),
    "profile/": OPEN,
    "profile/begin/": all_of("404"),
    "profile/remove/": signed_in("200", stranger="profiles:overview"),
    "profile/questions/<slug:key>/": all_of("profiles:overview"),  # nobody here has allowed a profile
    "profile/surveys/<int:survey_id>/": staff("403", "404", "404"),
    "profile/coding/": staff("403", "200"),
    "profile/coding/disagreements/": staff("403", "200"),
    "profile/coding/<int:pk>/": staff("403", "profiles:coding", "profiles:coding"),
    "battles/": all_of("422"),
    "battles/mine/": OPEN,
    "battles/<uuid:battle_id>/": own("200"),
    "battles/<uuid:battle_id>/turns/": own("422"),
    "battles/<uuid:battle_id>/agree/": own("battles:detail"),
    "battles/<uuid:battle_id>/stop/": own("battles:detail"),
    "battles/<uuid:battle_id>/retry/": own("409"),
    "battles/<uuid:battle_id>/vote/": own("400"),
    "battles/<uuid:battle_id>/skip/": own("400"),
    "battles/conversation/": all_of("404"),  # the study of these tests offers none
    "battles/<uuid:battle_id>/scores/": own("409"),
    "battles/<uuid:battle_id>/finish/": own("409"),
    "leaderboard/": OPEN,
    "leaderboard/<slug:slug>/": OPEN,
    "leaderboard/<slug:slug>.csv": NO_RATINGS,
    "leaderboard/<slug:slug>.json": NO_RATINGS,
    "leaderboard/<slug:slug>/snapshots/<int:number>.json": NO_RATINGS,
    "leaderboard/<slug:board>/pair/": NO_RATINGS,
    "leaderboard/<slug:slug>/groups/": OPEN,
    "leaderboard/<slug:slug>/groups/<str:field>/": NO_RATINGS,
    "leaderboard/<slug:slug>/groups/<str:field>.csv": NO_RATINGS,
    "leaderboard/<slug:slug>/groups/<str:field>.json": NO_RATINGS,
    "leaderboard/<slug:slug>/history/": OPEN,
    "leaderboard/<slug:slug>/history.csv": OPEN,
    "leaderboard/<slug:slug>/history.json": OPEN,
    "leaderboard/<slug:slug>/pairs/": OPEN,
    "leaderboard/<slug:slug>/pairs.csv": NO_RATINGS,
    "leaderboard/<slug:slug>/populations/": OPEN,
    "leaderboard/<slug:slug>/populations/<slug:name>/": all_of("404"),  # no board here is weighted
    "leaderboard/<slug:slug>/populations/<slug:name>.csv": all_of("404"),
    "leaderboard/<slug:slug>/populations/<slug:name>.json": all_of("404"),
    "leaderboard/<slug:slug>/populations/<slug:name>/juries/": all_of("404"),
    "leaderboard/<slug:slug>/populations/<slug:name>/juries.csv": all_of("404"),
    "leaderboard/methods/": OPEN,
    "setup/<str:token>/": all_of("410"),
    "metrics": OPEN,  # from this machine; the others are in test_metrics.py
    "status/": staff("200", "200"),
    "dashboard/": staff("200", "200"),
    "dashboard/findings/": staff("403", "admin:battles_completion_changelist", "admin:battles_completion_changelist"),
    "accounts/": signed_in("200"),
    "accounts/second-factor/": ("account_login", "200", "admin:index", "admin:index", "admin:index", "200"),
    "accounts/login/": ONLY_SIGNED_OUT,
    "accounts/logout/": signed_in("200", stranger="home"),
    "accounts/inactive/": OPEN,
    "accounts/signup/": ONLY_SIGNED_OUT,
    "accounts/reauthenticate/": signed_in("200"),
    "accounts/email/": signed_in("200"),
    "accounts/confirm-email/": signed_in("account_email"),
    "accounts/password/change/": signed_in("200"),
    "accounts/password/set/": signed_in("account_change_password"),
    "accounts/password/reset/": OPEN,
    "accounts/password/reset/confirm/": all_of("account_login"),
    "accounts/password/reset/complete/": all_of("account_reset_password"),
    "accounts/password/reset/done/": OPEN,
    "accounts/signup/passkey/": ONLY_SIGNED_OUT,
    "accounts/login/code/": ONLY_SIGNED_OUT,
    "accounts/login/code/confirm/": signed_in("home", stranger="account_request_login_code"),
    "accounts/2fa/": signed_in("200"),
    "accounts/2fa/authenticate/": signed_in("home"),
    "accounts/2fa/reauthenticate/": ("account_login", AGAIN, "200", "200", "200", AGAIN),
    "accounts/2fa/totp/activate/": signed_in(AGAIN),
    "accounts/2fa/totp/deactivate/": ("account_login", "404", AGAIN, AGAIN, AGAIN, "404"),
    "accounts/2fa/recovery-codes/": signed_in("404"),
    "accounts/2fa/recovery-codes/generate/": signed_in(AGAIN),
    "accounts/2fa/recovery-codes/download/": signed_in("404"),
    "accounts/2fa/webauthn/": signed_in("200"),
    "accounts/2fa/webauthn/add/": signed_in(AGAIN),
    "accounts/2fa/webauthn/reauthenticate/": signed_in(AGAIN),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": signed_in(AGAIN),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": signed_in(AGAIN),
    "accounts/2fa/webauthn/login/": signed_in("home"),
    "accounts/2fa/webauthn/signup/": signed_in("home", stranger="account_signup"),
    "accounts/3rdparty/": signed_in("200"),
    "accounts/3rdparty/login/cancelled/": OPEN,
    "accounts/3rdparty/login/error/": all_of("401"),
    "accounts/3rdparty/signup/": all_of("account_login"),
    "accounts/social/login/cancelled/": all_of("socialaccount_login_cancelled"),
    "accounts/social/login/error/": all_of("socialaccount_login_error"),
    "accounts/social/signup/": all_of("socialaccount_signup"),
    "accounts/social/connections/": all_of("socialaccount_connections"),
    "accounts/oidc/<provider_id>/login/": all_of("404"),  # no provider is named in tests
    "accounts/oidc/<provider_id>/login/callback/": all_of("404"),
    "models/": OPEN,
    "models/<slug:slug>/": all_of("404"),  # the world has no contestant of that name
    "registry/": staff("200", "200"),
    "registry/new/": staff("200", "403"),
    "registry/new/ask/": staff("200", "403"),
    "registry/new/check/<slug:field>/": staff("200", "403"),
    "registry/tests/<str:token>/": staff("404", "404", "404"),
    "registry/<slug:slug>/": staff("404", "404", "404"),
    "registry/<slug:slug>/try/": staff("404", "403", "404"),
    "registry/<slug:slug>/<slug:name>/": staff("404", "403", "404"),
    "prompts/": staff("200", "200"),
    "prompts/propose/": OPEN,
    "prompts/review/": staff("200", "403"),
    "prompts/review/<int:pk>/": staff("400", "403", "400"),
    "prompts/review/<int:pk>/edit/": staff("prompts:review", "403", "prompts:review"),
    "prompts/review/undo/<int:event>/": staff("409", "403", "409"),
    "prompts/imports/": staff("200", "403"),
    "prompts/imports/<int:pk>/": staff("404", "403", "404"),
    "prompts/imports/<int:pk>/rejected.csv": staff("404", "403", "404"),
    "prompts/imports/<int:pk>/<slug:name>/": staff("404", "403", "404"),
    "prompts/export/": staff("200", "403"),
    "prompts/export/<slug:file_format>/": staff("200", "403"),
    "research/exports/": staff("403", "200"),
    "research/exports/new/": staff("403", "200"),
    "research/exports/<int:pk>/": staff("403", "404", "404"),
    "research/exports/<int:pk>/download/": staff("403", "404", "404"),
    "research/exports/<int:pk>/<slug:name>/": staff("403", "404", "404"),
    "research/imports/": staff("403", "200"),
    "research/imports/<int:pk>/": staff("403", "404", "404"),
    "research/imports/<int:pk>/rejected.csv": staff("403", "404", "404"),
    "research/imports/<int:pk>/votes.csv": staff("403", "404", "404"),
    "research/imports/<int:pk>/<slug:name>/": staff("403", "404", "404"),
    "admin/": staff("200", "200"),
    "admin/login/": all_of("account_login"),
    "admin/logout/": ("admin:index", "admin:index", "405", "405", "405", "405"),
    "admin/password_change/": staff("200", "200"),
    "admin/password_change/done/": staff("200", "200"),
    "admin/autocomplete/": staff("403", "403", "403"),
    "admin/jsi18n/": staff("200", "200"),
    "admin/r/<path:content_type_id>/<path:object_id>/": staff("404", "404", "404"),
    "admin/auth/user/<id>/password/": staff("403", "403"),
    "admin/models_registry/endpoint/<int:pk>/test/": staff(STARTED, "403", STARTED),
    "admin/models_registry/endpoint/<int:pk>/test/<str:token>/": staff("404", "403", "404"),
    "admin/<app_label>/": staff("200", "200"),
    "admin/<url>": staff("404", "404", "404"),
}
POSTS = re.compile(
    r"my-data/choices/$|profile/(begin/|coding/<int:pk>/)$|battles/(<uuid:battle_id>/\w+/)?$|.*/endpoint/<int:pk>/test/$"
    r"|prompts/(review/<int:pk>/$|review/undo/|imports/<int:pk>/<slug:name>/)"
    r"|research/\w+/<int:pk>/<slug:name>/"
    r"|registry/(new/ask/|new/check/|<slug:slug>/.)"
)

# What curator, researcher and administrator may do on the pages of a model: view, add, change, delete.
NONE, VIEW, ALL = "", "v", "vacd"
ADMIN: dict[str, tuple[str, str, str]] = {
    "account.EmailAddress": (NONE, NONE, ALL),
    "auth.Group": (NONE, NONE, ALL),
    "auth.User": (NONE, NONE, ALL),
    "battles.Battle": (NONE, VIEW, VIEW),
    "battles.Completion": (NONE, VIEW, VIEW),
    "battles.EndpointHealth": (VIEW, VIEW, VIEW),
    "battles.Exclusion": (NONE, VIEW, "va"),
    "battles.Skip": (NONE, VIEW, VIEW),
    "battles.Turn": (NONE, VIEW, VIEW),
    "battles.Vote": (NONE, VIEW, VIEW),
    "mfa.Authenticator": (NONE, NONE, "vd"),
    "models_registry.Contestant": (ALL, VIEW, ALL),
    "models_registry.ContestantSnapshot": (VIEW, VIEW, VIEW),
    "models_registry.Endpoint": (ALL, VIEW, ALL),
    "models_registry.LanguageModel": (ALL, VIEW, ALL),
    "models_registry.Organisation": (ALL, VIEW, ALL),
    "prompts.Category": (ALL, VIEW, ALL),
    "prompts.Prompt": ("vac", VIEW, "vac"),
    "profiles.Margins": (NONE, VIEW, ALL),
    "profiles.Option": (NONE, VIEW, "vcd"),
    "profiles.Question": (NONE, VIEW, "vcd"),
    "profiles.Survey": (NONE, VIEW, ALL),
    "raters.Rater": (NONE, NONE, VIEW),
    "ratings.Leaderboard": (NONE, VIEW, ALL),
    "ratings.Snapshot": (NONE, VIEW, VIEW),
    "studies.Attribute": (VIEW, VIEW, "vac"),
    "studies.ConsentRevision": (VIEW, VIEW, "va"),
    "studies.Protocol": (VIEW, VIEW, ALL),
    "studies.Reason": (VIEW, VIEW, "vac"),
    "studies.Study": (VIEW, VIEW, ALL),
}
ADMIN_PAGES = {
    "": "v",
    "add/": "a",
    "<path:object_id>/history/": "v",
    "<path:object_id>/delete/": "d",
    "<path:object_id>/change/": "v",
}

# A socket that is accepted and stays open, or the code with which it is closed at once.
SOCKETS: dict[str, Answers] = {
    "ws/battles/<uuid:battle_id>/": ("4404", "open", "4404", "4404", "4404", "4404"),
    "ws/leaderboards/<slug:slug>/": all_of("open"),
}


@dataclass
class World:
    """One of everything that an address may name, and who asks."""

    battle: str
    people: dict[str, User | None]
    rater: Rater

    def address(self, route: str) -> str:
        """Return an address of a route, with something that exists in the place of every parameter."""
        found = re.match(r"admin/(\w+)/(\w+)/<", route)
        row = str(apps.get_model(found[1], found[2]).objects.order_by("pk").first().pk) if found else "1"
        fitting = {
            "app_label": "battles", "battle_id": self.battle, "content_type_id": "1", "id": row, "object_id": row,
            "pk": str(Endpoint.objects.first().pk), "provider_id": "oidc", "slug": "board", "token": "invented",
            "board": "board", "number": "1", "url": "nowhere", "event": "1", "name": "confirm", "file_format": "csv",
            "receipt_id": "00000000-0000-4000-8000-000000000000",
            "field": "slug", "key": "age", "survey_id": "9999999", "revision": str(ConsentRevision.objects.first().pk),
        }  # fmt: skip
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: fitting[found[1]], route)

    def client(self, name: str) -> Client:
        """Return the browser of one of `WHO`."""
        client, user = Client(), self.people[name]
        if user is not None:
            client.force_login(user)
        if name == "rater":
            client.cookies[COOKIE] = rater_cookie(self.rater)
        if name in ROLES:
            show_second_factor(client, user)
        return client


def show_second_factor(client: Client, user: User) -> None:
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def make_world() -> World:
    ensure_roles()
    people: dict[str, User | None] = {"stranger": None, "rater": User.objects.create(username="rater")}
    for role in ROLES:
        people[role] = User.objects.create(username=role, is_staff=True)
        people[role].groups.add(Group.objects.get(name=role))
        Authenticator.objects.create(user=people[role], type=Authenticator.Type.TOTP, data={"secret": "A"})
    people["unprotected"] = User.objects.create(username="unprotected", is_staff=True, is_superuser=True)
    EmailAddress.objects.create(user=people["rater"], email="rater@example.org", verified=True, primary=True)
    rater = Rater.objects.create(account=people["rater"])
    battle = make_ready_battle(fill(1), rater=rater)
    Leaderboard.objects.create(slug="board", title="Board", kind="human")
    return World(battle=str(battle.pk), people=people, rater=rater)


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every address of the site, with `<name>` where it takes a parameter by an expression."""
    for pattern in resolver.url_patterns:
        route = prefix + re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", str(pattern.pattern)).strip("^$")
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


def expected() -> dict[str, Answers]:
    rows = dict(ROWS)
    for label, levels in ADMIN.items():
        root = f"admin/{label.lower().replace('.', '/')}/"
        for page, letter in ADMIN_PAGES.items():
            rows[root + page] = staff(*("200" if letter in level else "403" for level in levels))
        there = f"admin:{label.lower().replace('.', '_')}_change"
        rows[f"{root}<path:object_id>/"] = staff(there, there, there)
    return rows


def said(response: HttpResponse) -> str:
    """Return the status, or the name of the page that the answer leads to."""
    if response.status_code not in {301, 302}:
        return str(response.status_code)
    return resolve(response.headers["Location"].split("?")[0]).view_name


def test_every_address_has_a_row():
    assert set(routes(get_resolver())) == set(expected())


def test_every_registered_model_has_a_row():
    assert {model._meta.label for model in admin.site._registry} == set(ADMIN)


def test_every_websocket_has_a_row():
    assert {str(route.pattern) for route in websockets.routes} == set(SOCKETS)


@pytest.fixture
def _unrendered(monkeypatch):
    """Pages of the administration stay empty: what they hold is tested elsewhere, and takes most of the time."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_client", "_unrendered")
@pytest.mark.parametrize("name", WHO)
def test_addresses_answer_as_the_table_says(settings, name):
    settings.STAFF_MFA = "required"
    world = make_world()
    client, place = world.client(name), WHO.index(name)
    wanted = {route: answers[place] for route, answers in expected().items()}

    got = {
        route: said(client.generic("POST" if POSTS.match(route) else "GET", world.address(route))) for route in wanted
    }

    assert got == wanted


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("route", SOCKETS)
async def test_websockets_answer_as_the_table_says(redis_client, route):
    world = await sync_to_async(make_world)()
    address = await sync_to_async(world.address)(route)
    got = []

    for name in WHO:
        cookies = (await sync_to_async(world.client)(name)).cookies
        socket = Socket(address, cookie="; ".join(f"{key}={row.value}" for key, row in cookies.items()))
        assert await socket.open()
        first = await socket.output() if route.startswith("ws/battles") else {"type": "websocket.send"}
        got.append("open" if first["type"] == "websocket.send" else str(first["code"]))
        await socket.close()

    assert tuple(got) == SOCKETS[route]
