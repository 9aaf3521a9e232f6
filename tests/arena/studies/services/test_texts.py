import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from arena.studies.models import ConsentRevision, Protocol, Purpose, Study
from arena.studies.services.texts import (
    ConsentNotInForceError,
    ConsentPublishedError,
    LastTermsError,
    publish_consent,
    retire_consent,
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


def test_save_consent_draft_numbers_revisions_within_study_purpose_and_language(study):
    other = Study.objects.create(slug="other", name="Other", protocol=study.protocol)

    rows = [draft(study), draft(study), draft(study, language="de"), draft(other), draft(study, purpose="research")]

    assert [(row.study.slug, row.purpose, row.language, row.number) for row in rows] == [
        ("pilot", "terms", "en", 1),
        ("pilot", "terms", "en", 2),
        ("pilot", "terms", "de", 1),
        ("other", "terms", "en", 1),
        ("pilot", "research", "en", 1),
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


def test_publish_consent_retires_the_text_that_it_replaces(study):
    old, other = publish_consent(revision=draft(study)), publish_consent(revision=draft(study, purpose="research"))

    new = publish_consent(revision=draft(study))

    states = [ConsentRevision.objects.get(pk=row.pk).state for row in (old, other, new)]
    assert states == ["retired", "published", "published"]


def test_retire_consent_takes_an_optional_text_out_of_force_once(study):
    revision = publish_consent(revision=draft(study, purpose="publication"))

    retired = retire_consent(revision=revision)

    assert retired.state == "retired"
    with pytest.raises(ConsentNotInForceError):
        retire_consent(revision=revision)


def test_retire_consent_refuses_a_draft_and_the_last_terms(study):
    with pytest.raises(ConsentNotInForceError):
        retire_consent(revision=draft(study, purpose="research"))
    with pytest.raises(LastTermsError, match="take part"):
        retire_consent(revision=publish_consent(revision=draft(study)))

    assert ConsentRevision.objects.get(purpose="terms").is_in_force


@pytest.mark.parametrize(
    "fields",
    [{"text": "Other."}, {"sha256": "0" * 64}, {"published_at": None}, {"covers_research": True}, {"language": "de"}],
    ids=lambda fields: next(iter(fields)),
)
def test_published_text_is_kept_by_the_database(study, fields):
    revision = publish_consent(revision=draft(study))

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        ConsentRevision.objects.filter(pk=revision.pk).update(**fields)


def test_published_text_cannot_be_deleted_nor_come_back(study):
    revision = retire_consent(revision=publish_consent(revision=draft(study, purpose="research")))

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        ConsentRevision.objects.filter(pk=revision.pk).delete()
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        ConsentRevision.objects.filter(pk=revision.pk).update(retired_at=None)


def test_database_holds_one_text_in_force(study):
    publish_consent(revision=draft(study))
    second = draft(study)

    with pytest.raises(IntegrityError, match="one_in_force"), transaction.atomic():
        ConsentRevision.objects.filter(pk=second.pk).update(published_at=timezone.now())


def test_only_terms_cover_research(study):
    with pytest.raises(ValidationError, match="terms_cover_research"):
        draft(study, purpose=Purpose.PUBLICATION, covers_research=True)
