import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from arena.studies.consent_texts import read_consent_text
from arena.studies.models import ConsentRevision, Protocol, Study
from arena.studies.services import (
    ConsentPublishedError,
    install_open_arena,
    publish_consent,
    save_consent_draft,
)

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def study() -> Study:
    protocol = Protocol.objects.create(slug="pairwise")
    return Study.objects.create(slug="pilot", name="Pilot", protocol=protocol)


def draft(study: Study, **fields) -> ConsentRevision:
    revision = ConsentRevision(**{"study": study, "summary": "In short.", "text": "At length.", **fields})
    save_consent_draft(revision=revision)
    return revision


def test_save_consent_draft_numbers_revisions_within_study_and_language(study):
    other = Study.objects.create(slug="other", name="Other", protocol=study.protocol)

    rows = [draft(study), draft(study), draft(study, language="de"), draft(other)]

    assert [(row.study.slug, row.language, row.number) for row in rows] == [
        ("pilot", "en", 1),
        ("pilot", "en", 2),
        ("pilot", "de", 1),
        ("other", "en", 1),
    ]


def test_save_consent_draft_hashes_what_people_read(study):
    revision = draft(study)

    assert revision.sha256 == hashlib.sha256(b"In short.\n\nAt length.").hexdigest()


def test_save_consent_draft_follows_an_edit(study):
    revision = draft(study)
    revision.text = "At some length."

    save_consent_draft(revision=revision)

    revision.refresh_from_db()
    assert (revision.number, revision.text, revision.sha256) == (1, "At some length.", revision.text_sha256())


def test_save_consent_draft_wants_all_parts(study):
    with pytest.raises(ValidationError, match="summary"):
        draft(study, summary="")

    assert ConsentRevision.objects.count() == 0


def test_published_consent_cannot_be_edited(study):
    revision = publish_consent(revision=draft(study))
    revision.text = "Something else."

    with pytest.raises(ConsentPublishedError, match="another revision"):
        save_consent_draft(revision=revision)

    assert ConsentRevision.objects.get().text == "At length."


def test_publish_consent_keeps_the_first_time(study):
    revision = publish_consent(revision=draft(study))
    first = revision.published_at

    with pytest.raises(ConsentPublishedError, match="already published"):
        publish_consent(revision=revision)

    assert first is not None
    assert first <= timezone.now()
    assert ConsentRevision.objects.get().published_at == first


@pytest.mark.django_db(transaction=True)
def test_publish_consent_happens_once_among_many(study):
    revision = draft(study)

    def publish(_: int) -> bool:
        try:
            publish_consent(revision=ConsentRevision.objects.get(pk=revision.pk))
        except ConsentPublishedError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(publish, range(6)))

    assert sorted(outcomes) == [False] * 5 + [True]


def test_install_open_arena_makes_the_default_study_with_a_consent_text():
    study = install_open_arena()

    consent = ConsentRevision.objects.get()
    content = read_consent_text()
    assert (study.slug, study.is_default, study.protocol.kind) == ("open-arena", True, Protocol.Kind.PAIRWISE)
    assert (consent.number, consent.summary, consent.text) == (1, content.summary, content.text)
    assert consent.published_at is not None


def test_install_open_arena_leaves_an_existing_default_study_alone(study):
    Study.objects.filter(pk=study.pk).update(is_default=True)

    installed = install_open_arena()

    assert installed == study
    assert ConsentRevision.objects.count() == 0
