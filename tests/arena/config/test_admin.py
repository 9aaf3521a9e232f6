"""Every page of the administration, whatever is registered."""

import itertools
import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from arena.battles.models import Battle, Completion, EndpointHealth, Exclusion, Skip, Turn, Vote
from arena.battles.services.voting import cast_vote
from arena.profiles.models import Margins, Option, Question, Survey
from arena.prompts.models import Category, Prompt, PromptRevision
from arena.raters.models import Rater
from arena.studies.models import Attribute, AttributeRevision, Reason, ReasonRevision
from models_registry.models import ContestantSnapshot
from ratings.models import Leaderboard, Snapshot
from tests.factories import make_arena, make_battle, make_consent, make_contestant, make_ready_battle, make_study

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

OURS = {config.label for config in apps.get_app_configs() if config.name.startswith(("arena", "ratings", "models_"))}
REGISTERED = sorted(
    (model for model in admin.site._registry if model._meta.app_label in OURS), key=lambda m: m._meta.label
)
numbers = itertools.count(1)
EVIDENCE = [Battle, Turn, Completion, Vote, Skip, Rater, ContestantSnapshot, Snapshot]


def address(model: type, page: str, *arguments: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def fill(rows: int, arena: SimpleNamespace | None = None) -> SimpleNamespace:
    """Add at least `rows` of every registered model; studies, prompts and consent texts come with the first arena."""
    arena = arena or make_arena()
    for _ in range(rows):
        number = next(numbers)
        make_contestant()
        make_consent(study := make_study(slug=f"study-{number}", is_default=False))
        question = Question.objects.create(
            survey=Survey.objects.create(study=study, number=1),
            key="mood",
            position=1,
            kind="one",
            text="How?",
            why=".",
        )
        Margins.objects.create(slug=f"margins-{number}", title="Town", source="CC0", text="mood,count\ngood,1\nbad,2\n")
        Option.objects.create(question=question, key="good", position=1, text="Good")
        attribute = Attribute.objects.create(key=f"attribute_{number}")
        AttributeRevision.objects.create(attribute=attribute, number=1, label="Wit", performance="It is.", choice="it")
        reason = Reason.objects.create(key=f"reason_{number}", sign="good")
        ReasonRevision.objects.create(reason=reason, number=1, text="Witty")
        category = Category.objects.create(slug=f"category-{number}", name=f"Category {number}")
        PromptRevision.objects.create(
            prompt=Prompt.objects.create(key=f"added-{number}", category=category, language="en"), number=1, text="Why?"
        )
        vote = cast_vote(battle_id=make_ready_battle(arena).pk, winner="tie")
        Exclusion.objects.create(vote=vote, reason="A test.")
        skipped = make_battle(arena, status=Battle.Status.SKIPPED, ended_at=timezone.now())
        Skip.objects.create(battle=skipped, reason=Skip.Reason.OTHER)
        EndpointHealth.objects.create(
            endpoint=make_contestant().endpoint, since=timezone.now(), checked_at=timezone.now()
        )
        board = Leaderboard.objects.create(slug=f"board-{number}", title=f"Board {number}", kind="human")
        Snapshot.objects.create(
            leaderboard=board,
            number=1,
            votes=0,
            raters=0,
            input_sha256="a" * 64,
            settings_sha256="b" * 64,
            method="none",
            settings={},
            seed=1,
            versions={},
            rows=[],
            matrix={},
            components=[],
        )
    return arena


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_admin_lists_and_shows_every_model_without_inline_code(admin_client, model):
    fill(1)
    row = model.objects.first()

    pages = {
        "list": admin_client.get(address(model, "changelist")),
        "search": admin_client.get(address(model, "changelist"), {"q": "a"}),
        "row": admin_client.get(address(model, "change", row.pk)),
    }

    assert {name: page.status_code for name, page in pages.items()} == {"list": 200, "search": 200, "row": 200}
    for page in pages.values():
        html = page.content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html) == []
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"", html) == []


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_admin_lists_take_as_many_queries_for_three_rows_as_for_one(admin_client, model):
    arena = fill(1)
    with CaptureQueriesContext(connection) as one:
        admin_client.get(address(model, "changelist"))
    fill(2, arena)

    with CaptureQueriesContext(connection) as three:
        admin_client.get(address(model, "changelist"))

    assert len(three) == len(one)
    assert len(one) <= 12


@pytest.mark.parametrize("model", EVIDENCE, ids=lambda model: model._meta.label)
def test_admin_cannot_add_change_or_delete_evidence(admin_client, model):
    fill(1)
    row = model.objects.first()

    answers = [
        admin_client.get(address(model, "add")),
        admin_client.post(address(model, "add"), {}),
        admin_client.post(address(model, "change", row.pk), {"status": "open"}),
        admin_client.get(address(model, "delete", row.pk)),
        admin_client.post(address(model, "delete", row.pk), {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert model.objects.filter(pk=row.pk).exists()


def test_admin_cannot_delete_many_rows_of_evidence(admin_client):
    fill(1)
    evidence = [*EVIDENCE, Exclusion]
    before = {model: model.objects.count() for model in evidence}

    for model in evidence:
        chosen = [str(pk) for pk in model.objects.values_list("pk", flat=True)]
        form = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
        admin_client.post(address(model, "changelist"), form)

    assert {model: model.objects.count() for model in evidence} == before


def test_admin_is_closed_to_everybody_else(client):
    pages = [address(model, "changelist") for model in REGISTERED]
    login_pages = [f"/accounts/login/?next={page}" for page in pages]

    anonymous = [client.get(page) for page in pages]
    client.force_login(User.objects.create(username="visitor"))
    visitor = [client.get(page) for page in pages]

    assert [answer.headers.get("Location") for answer in anonymous] == login_pages
    assert [answer.status_code for answer in visitor] == [403] * len(pages)


@pytest.mark.parametrize("page", ["/admin/", "/admin/password_change/"])
def test_admin_wears_the_site_s_look(admin_client, page):
    html = admin_client.get(page).content.decode()

    assert "Parallax" in html
    assert re.search(r'href="/static/css/admin\.[0-9a-f]+\.css"', html)
