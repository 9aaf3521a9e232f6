from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from arena.battles.models import Vote
from arena.config.demo.weights import prepare_weights
from arena.prompts.models import Prompt
from arena.studies.services.installing import install_open_arena
from models_registry.models import Contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture(autouse=True)
def static_root(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    return settings.STATIC_ROOT


@pytest.fixture(autouse=True, scope="module")
def weights() -> None:
    """Converted once per machine, for all tests."""
    prepare_weights(print)


def run(*arguments: str) -> list[str]:
    output = StringIO()
    call_command(*arguments, stdout=output, stderr=StringIO())
    return output.getvalue().splitlines()


def test_prepare_fills_an_empty_arena_and_says_so():
    lines = run("prepare")

    prompts = Prompt.objects.count()
    assert lines == [
        "Database: up to date.",
        "Roles: 3 brought up to date.",
        "Static files: collected.",
        "Demo weights: up to date.",
        f"Demo: {prompts} prompts, 4 contestants, 2 leaderboards added.",
        "Simulated board: 6000 simulated votes added.",
    ]
    assert set(Vote.objects.values_list("kind", flat=True)) == {"simulated"}


def test_prepare_changes_nothing_the_second_time():
    run("prepare")

    assert run("prepare") == [
        "Database: up to date.",
        "Roles: up to date.",
        "Static files: up to date.",
        "Demo weights: up to date.",
        "Demo: up to date.",
        "Simulated board: up to date.",
    ]


def test_prepare_says_what_to_do_without_weights(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr("models_registry.inference.weights.DISTRIBUTION", "not-installed-at-all")

    with pytest.raises(CommandError, match=r"not-installed-at-all.*--no-demo"):
        run("prepare")

    assert not list(tmp_path.glob("models/*/*"))


def test_prepare_without_demo_leaves_the_arena_empty():
    lines = run("prepare", "--no-demo")

    assert lines == ["Database: up to date.", "Roles: 3 brought up to date.", "Static files: collected."]
    assert not Contestant.objects.exists()


def test_load_demo_command_tells_what_it_added():
    prompts = run("load_demo")
    again = run("load_demo")

    assert prompts == [f"Added {Prompt.objects.count()} prompts, 4 contestants and 2 leaderboards."]
    assert again == ["Added 0 prompts, 0 contestants and 0 leaderboards."]


def test_simulate_raters_command_adds_once_per_seed_and_removes():
    run("load_demo")
    wanted = ["simulate_raters", "--raters", "4", "--votes-per-rater", "5", "--seed", "5", "--profiled", "0.5"]

    assert run(*wanted) == ["Added 4 simulated raters, 2 of them with a profile, and 20 votes."]
    with pytest.raises(CommandError, match="Choose another"):
        run(*wanted)
    assert run("simulate_raters", "--seed", "5", "--remove") == ["Removed 4 simulated raters."]
    assert not Vote.objects.exists()


def test_simulate_raters_command_needs_contestants():
    install_open_arena()

    with pytest.raises(CommandError, match="at least two contestants"):
        run("simulate_raters")


def test_simulate_raters_command_needs_a_study():
    with pytest.raises(CommandError, match="no such study"):
        run("simulate_raters", "--study", "nowhere")
