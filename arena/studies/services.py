"""Changes to studies and to what people consent to."""

from django.db import transaction
from django.utils import timezone

from arena.studies.consent_texts import read_consent_text
from arena.studies.models import ConsentRevision, Protocol, Study

OPEN_ARENA = "open-arena"


class StudyError(Exception):
    """Base of what can go wrong with studies."""


class ConsentPublishedError(StudyError):
    """The consent revision is published and stays as it is. Write another revision."""


@transaction.atomic
def save_consent_draft(*, revision: ConsentRevision) -> None:
    """Check and save a consent text that is not published yet; a new one gets the next number of its language.

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
    earlier = ConsentRevision.objects.filter(study=revision.study_id, language=revision.language)
    newest = earlier.order_by("-number").first()
    return newest.number + 1 if newest else 1


@transaction.atomic
def publish_consent(*, revision: ConsentRevision) -> ConsentRevision:
    """Put the saved text of `revision` in force from now on.

    Votes name the revision that was in force, so a published text never changes. Safe to race: one caller publishes.

    Raises
    ------
    ConsentPublishedError
        When it was published before.
    """
    Study.objects.select_for_update().get(pk=revision.study_id)
    drafts = ConsentRevision.objects.filter(pk=revision.pk, published_at=None)
    if not drafts.update(published_at=timezone.now()):
        raise ConsentPublishedError(f"Consent revision {revision} is already published. Write another revision.")
    revision.refresh_from_db()
    return revision


@transaction.atomic
def install_open_arena() -> Study:
    """Return the default study, made now with its protocol and first consent text when there is none.

    An existing default study is left alone, whatever its name and texts; one query then.
    """
    study = Study.objects.filter(is_default=True).first()
    if study is not None:
        return study
    protocol, _ = Protocol.objects.get_or_create(slug="pairwise", revision=1, defaults={"kind": Protocol.Kind.PAIRWISE})
    study = Study(slug=OPEN_ARENA, name="Open arena", protocol=protocol, is_default=True)
    study.full_clean()
    study.save()
    content = read_consent_text()
    consent = ConsentRevision(study=study, language=content.language, summary=content.summary, text=content.text)
    save_consent_draft(revision=consent)
    publish_consent(revision=consent)
    return study
