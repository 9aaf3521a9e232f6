from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from arena.config import first_admin
from arena.config.first_admin import LinkUsedError, create_first_admin, first_admin_path, link_is_open

pytestmark = [pytest.mark.django_db, pytest.mark.integration, pytest.mark.usefixtures("redis_client")]

PASSWORD = "seven quiet otters"


def new_token() -> str:
    path = first_admin_path()
    assert path is not None
    return path.removeprefix("/setup/").removesuffix("/")


def new_user(name: str = "ada") -> User:
    user = User(username=name)
    user.set_password(PASSWORD)
    return user


def test_create_first_admin_makes_a_superuser_and_closes_every_link():
    token, other = new_token(), new_token()

    create_first_admin(token=token, user=new_user())

    assert list(User.objects.values_list("username", "is_staff", "is_superuser")) == [("ada", True, True)]
    assert (link_is_open(token), link_is_open(other), first_admin_path()) == (False, False, None)


def test_links_stay_closed_when_the_superuser_is_inactive():
    token = new_token()
    User.objects.create(username="ada", is_superuser=True, is_active=False)

    assert not link_is_open(token)
    assert first_admin_path() is None


def test_invented_tokens_are_not_open():
    token = new_token()

    assert not link_is_open("invented")
    assert not link_is_open(token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_a_signed_token_that_was_never_given_out_is_not_open(redis_client):
    token = new_token()
    redis_client.flushdb()

    assert not link_is_open(token)


def test_links_expire(monkeypatch):
    token = new_token()
    monkeypatch.setattr(first_admin, "MAX_AGE", -1)

    assert not link_is_open(token)


def test_the_cache_does_not_hold_the_token(redis_client):
    token = new_token()

    keys = b" ".join(redis_client.keys("*"))
    assert b"first-admin:" in keys
    assert token.encode() not in keys


@pytest.mark.django_db(transaction=True)
def test_create_first_admin_happens_once_among_many():
    tokens = [new_token() for _ in range(8)]

    def create(number: int) -> bool:
        try:
            create_first_admin(token=tokens[number], user=new_user(f"user-{number}"))
        except LinkUsedError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(create, range(8)))

    assert sorted(outcomes) == [False] * 7 + [True]
    assert User.objects.filter(is_superuser=True).count() == 1


def printed(*arguments: str) -> str:
    output = StringIO()
    call_command("first_admin_link", *arguments, stdout=output)
    return output.getvalue()


def test_first_admin_link_command_prints_a_link_that_works(client):
    address = printed("--base-url", "http://testserver/").splitlines()[-1]

    assert address.startswith("http://testserver/setup/")
    assert client.get(address).status_code == 200


def test_first_admin_link_command_uses_the_launcher_s_address(monkeypatch):
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104 - not bound here
    monkeypatch.setenv("PORT", "8123")

    assert "http://localhost:8123/setup/" in printed()


def test_first_admin_link_command_is_silent_when_there_is_an_administrator():
    User.objects.create(username="ada", is_superuser=True)

    assert printed() == ""
