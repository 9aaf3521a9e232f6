import pytest
from django.test import Client

from models_registry import redis_connection


@pytest.fixture
def strict(settings) -> None:
    """The settings of an arena behind a proxy that ends TLS, under one name."""
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["arena.example.org"]


def test_healthz_answers_without_a_database():
    response = Client().get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_names_the_parts_that_answer():
    response = Client().get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": True, "redis": True})


@pytest.mark.django_db
def test_readyz_is_503_while_redis_does_not_answer(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_connection.client.cache_clear()

    response = Client().get("/readyz")

    redis_connection.client.cache_clear()
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": True, "redis": False}


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_probe_needs_neither_tls_nor_host_name(path):
    response = Client().get(path, headers={"host": "10.0.0.7:8000"})

    assert response.status_code == 200


@pytest.mark.usefixtures("strict")
def test_page_is_still_redirected_to_tls():
    response = Client().get("/about/", headers={"host": "arena.example.org"})

    assert (response.status_code, response["Location"]) == (301, "https://arena.example.org/about/")
