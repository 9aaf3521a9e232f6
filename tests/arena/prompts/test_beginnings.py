"""What a library begins with: the sample file, the tasks that workers know, and what an older database lacked."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from arena.config.celery import app
from arena.prompts.models import PromptRevision
from arena.prompts.services.importing import QUEUE, TASKS
from arena.prompts.services.starter import install_starter_library
from arena.prompts.similarity import text_bands
from arena.prompts.states import IMPORT
from tests.arena.prompts.library import make_prompt, rows_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def test_sample_file_is_taken_as_it_is_into_a_starter_library(repository):
    install_starter_library()
    content = (repository / "static/samples/prompts.csv").read_bytes()

    batch = upload(content, "prompts.csv", category=None, language="")

    assert [outcome for _, outcome, _ in rows_of(batch)] == ["new"] * 8
    assert not batch.rows.filter(similar__isnull=False).exists()


def test_starter_prompts_can_be_found_by_their_likeness():
    install_starter_library()

    revision = PromptRevision.objects.get(prompt__key="rainbow")

    assert revision.bands == text_bands(revision.text)


def test_workers_know_every_task_that_an_import_sends():
    app.loader.import_default_modules()

    assert set(TASKS.values()) <= set(app.tasks)
    assert set(TASKS) == {state for state, after in IMPORT.items() if after & {"ready", "applied", "undone"}}
    assert app.conf.task_default_queue == QUEUE


def test_migration_gives_older_texts_what_they_lack():
    revision = make_prompt("sky", "Why is the sky blue?").revisions.get()
    PromptRevision.objects.update(bands=[])

    import_module("arena.prompts.migrations.0003_fill").fill(apps, connection.schema_editor())

    revision.refresh_from_db()
    assert revision.bands == text_bands("Why is the sky blue?")
