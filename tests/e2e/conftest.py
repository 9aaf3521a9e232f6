"""One running arena and one browser for all tests of this folder; a new visitor for each test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import ARGUMENTS
from tests.e2e.administrator import Administrator, become_administrator
from tests.e2e.looks import DESKTOP, Album, Look
from tests.e2e.running_arena import RunningArena
from tests.e2e.visitor import Visitor

FOLDER = Path(__file__).parent
# The first test also starts the arena, and on a new machine converts the weights.
SECONDS = 330

Visit = Callable[..., Visitor]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ours = [item for item in items if item.path.is_relative_to(FOLDER)]
    for item in ours:
        item.add_marker(pytest.mark.e2e)
        item.add_marker(pytest.mark.timeout(SECONDS))
    # Last, because Playwright keeps an event loop running in this thread, and then no asynchronous test can.
    items[:] = [item for item in items if not item.path.is_relative_to(FOLDER)] + ours


@pytest.fixture(scope="session")
def arena(browser_path, live_services, var_folder, tmp_path_factory) -> Iterator[RunningArena]:
    running = RunningArena(
        tmp_path_factory.mktemp("arena"),
        models=var_folder / "models",
        database_url=os.environ["DATABASE_URL"],
        redis_url=live_services.redis.url,
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser(browser_path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def album(var_folder) -> Album:
    folder = var_folder / "screenshots"
    folder.mkdir(exist_ok=True)
    return Album(folder)


@pytest.fixture
def visit(arena, browser) -> Iterator[Visit]:
    """Makes visitors; at the end of the test none may have seen an error or a policy violation in the console."""
    visitors: list[Visitor] = []

    def begin(look: Look = DESKTOP, **options: object) -> Visitor:
        context = browser.new_context(
            viewport={"width": look.width, "height": look.height}, color_scheme=look.scheme, **options
        )
        visitors.append(Visitor(arena.url, context))
        return visitors[-1]

    yield begin
    for visitor in visitors:
        visitor.context.close()
    assert [text for visitor in visitors for text in visitor.unexpected_complaints] == []


@pytest.fixture
def visitor(visit) -> Visitor:
    """A person at a desktop, who was never here."""
    return visit()


@pytest.fixture(scope="session")
def administrator(arena, browser) -> Iterator[Administrator]:
    """Who opened the launcher's one-time link; the first test that needs an administrator makes them."""
    context = browser.new_context()
    visitor = Visitor(arena.url, context)
    yield become_administrator(visitor, arena.first_admin_path)
    context.close()
    assert visitor.unexpected_complaints == []
