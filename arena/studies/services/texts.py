"""Write, publish and retire the texts that people are asked to agree to."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from arena.studies.models import ConsentRevision, Purpose, Study


class StudyError(Exception):
    """Base of what can go wrong with studies."""


class ConsentPublishedError(StudyError):
    """The text is published and stays as it is. Write another revision."""


class ConsentNotInForceError(StudyError):
    """The text is a draft or retired, so it cannot be retired."""


class LastTermsError(StudyError):
    """Without any terms nobody could take part. Publish others, which retires these."""


@transaction.atomic
def save_consent_draft(*, revision: ConsentRevision) -> None:
    """Check and save a text that is not published yet; a new one gets the next number of its purpose and language.

    Raises
    ------
    ConsentPublishedError
        When it was published before.
    django.core.exceptions.ValidationError
        When a part is missing or the summary is too long.
    """
    # The lock gives two editors two numbers, and keeps a text from changing while it is being published.
    Study.objects.select_for_update().get(pk=revision.study_id)
    if not revision.pk:
        revision.number = _next_consent_number(revision)
    elif ConsentRevision.objects.filter(pk=revision.pk, published_at__isnull=False).exists():
        raise ConsentPublishedError(f"Consent revision {revision} is published. Write another revision.")
    revision.sha256 = revision.text_sha256()
    revision.full_clean()
    revision.save()


def _next_consent_number(revision: ConsentRevision) -> int:
    earlier = ConsentRevision.objects.filter(
        study=revision.study_id, purpose=revision.purpose, language=revision.language
    )
    newest = earlier.order_by("-number").first()
    return newest.number + 1 if newest else 1


@transaction.atomic
def publish_consent(*, revision: ConsentRevision) -> ConsentRevision:
    """Put the saved text of `revision` in force from now on, and retire the one that it replaces.

    Decisions and votes name the revision, so a published text never changes. Who agreed to the one before is asked
    again. Safe to race: one caller publishes.

    Raises
    ------
    ConsentPublishedError
        When it was published before.
    """
    Study.objects.select_for_update().get(pk=revision.study_id)
    draft = ConsentRevision.objects.filter(pk=revision.pk, published_at=None).first()
    if draft is None:
        raise ConsentPublishedError(f"Consent revision {revision} is already published. Write another revision.")
    now = timezone.now()
    _in_force(draft).filter(language=draft.language).update(retired_at=now)
    ConsentRevision.objects.filter(pk=draft.pk).update(published_at=now)
    revision.refresh_from_db()
    return revision


@transaction.atomic
def retire_consent(*, revision: ConsentRevision) -> ConsentRevision:
    """Take a text out of force without another in its place: nobody is asked for it, and agreeing to it counts no more.

    Raises
    ------
    ConsentNotInForceError
        When it is a draft, or retired already.
    LastTermsError
        When these are the terms of the study in English, on which the other languages fall back.
    """
    Study.objects.select_for_update().get(pk=revision.study_id)
    row = _in_force(revision).filter(pk=revision.pk)
    if not row.exists():
        raise ConsentNotInForceError(f"{revision} is not in force.")
    if revision.purpose == Purpose.TERMS and revision.language == "en":
        raise LastTermsError(f"Without {revision} nobody could take part. Publish other terms, which retires these.")
    row.update(retired_at=timezone.now())
    revision.refresh_from_db()
    return revision


def _in_force(revision: ConsentRevision) -> QuerySet[ConsentRevision]:
    return ConsentRevision.objects.filter(
        study=revision.study_id, purpose=revision.purpose, published_at__isnull=False, retired_at=None
    )
