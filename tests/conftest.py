"""What every test stands on: settings of its own, a real PostgreSQL and a real Redis.

The servers start before Django's settings are read, because the settings hold their addresses; both together take
about a second.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
import redis

from tests.browser import HOW_TO, browser_required, find_browser
from tests.live_services import LiveServices

REPOSITORY = Path(__file__).resolve().parents[1]
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "arena.config.settings",
    "SECRET_KEY": "only-for-tests-and-never-anywhere-else-0123456789-abcdef",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "SCRIPTED_BACKEND": "1",
    # Tests come faster than people; those of the limits turn them on.
    "RATE_LIMITS": "0",
    # Tests sign in without a second factor; those of the second factor ask for it.
    "STAFF_MFA": "postpone",
    # Nothing is fetched at run time; a test that tried would hang instead of failing.
    "HF_HUB_OFFLINE": "1",
    # More threads make the small model slower as soon as the machine does anything else.
    "OMP_NUM_THREADS": "1",
}
# What an operator has set in this shell must not reach the tests.
UNSET = (
    "DEBUG",
    "BEHIND_HTTPS",
    "CSRF_TRUSTED_ORIGINS",
    "ALLOW_PRIVATE_ENDPOINTS",
    "SECRET_KEY_FILE",
    "DATABASE_URL_FILE",
    "REDIS_URL_FILE",
    "EMAIL_URL",
    "OIDC_SERVER_URL",
)
NO_DATABASE = "postgresql://localhost/not-started"

services = pytest.StashKey[LiveServices]()


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: each waits a sixth of its time for servers and clocks."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    for name in UNSET:
        os.environ.pop(name, None)
    os.environ.update(SETTINGS)
    if config.option.collectonly or _only_hands_out(config):
        os.environ.setdefault("DATABASE_URL", NO_DATABASE)
    else:
        config.stash[services] = LiveServices()
        config.stash[services].start()
    # pytest-django sets Django up by itself only when the environment was complete before this hook.
    django.setup()
    if os.environ["DATABASE_URL"] == NO_DATABASE:
        # Who runs tests for this process sets all of it up again, and with servers.
        del os.environ["DATABASE_URL"], os.environ["DJANGO_SETTINGS_MODULE"]


def _only_hands_out(config: pytest.Config) -> bool:
    """Tell whether this process gives tests to others, each with servers of its own, and runs none itself."""
    return bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")


def pytest_unconfigure(config: pytest.Config) -> None:
    if services in config.stash:
        config.stash[services].stop()


@pytest.fixture(scope="session")
def live_services(pytestconfig: pytest.Config) -> LiveServices:
    """The servers of this session, for tests that start processes of their own."""
    return pytestconfig.stash[services]


@pytest.fixture(scope="session", autouse=True)
def static_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collected static files, which every page names by their content; never those of a running arena."""
    from django.conf import settings

    from arena.config.static_files import collect_static

    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    # No test client asks for compressed ones, and compressing takes longer than all else that a process prepares.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    # Otherwise every test client reads the whole folder when it is made.
    settings.WHITENOISE_AUTOREFRESH = True
    collect_static()
    return settings.STATIC_ROOT


@pytest.fixture(autouse=True)
def _nothing_held() -> None:
    """What this process holds for some seconds is of the test before."""
    from django.core.cache import caches

    caches["process"].clear()


@pytest.fixture
def admin_user(db):
    """An administrator without a password: hashing one would take longer than most tests."""
    from django.contrib.auth.models import User

    return User.objects.create(username="admin", is_staff=True, is_superuser=True)


@pytest.fixture
def redis_client(live_services: LiveServices) -> Iterator["redis.Redis"]:
    """A client of the session's Redis, emptied before and after."""
    with redis.Redis.from_url(live_services.redis.url) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def var_folder() -> Path:
    """Where things that are costly to make, such as converted weights, are kept between test runs."""
    folder = Path(os.environ.get("PARALLAX_VAR") or REPOSITORY / "var")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The path of Chromium; without one the test is skipped, or fails where a browser is required."""
    path = find_browser()
    if path is None:
        (pytest.fail if browser_required() else pytest.skip)(HOW_TO)
    return path


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """As pytest-django's; and at the end no thread that is still closing its connection keeps the database."""
    from django.db import connection

    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
