"""Changes to studies and to what people consent to."""

from django.db import transaction
from django.utils import timezone

from arena.studies.consent_texts import ConsentText, read_consent_text
from arena.studies.models import ConsentRevision, Protocol, Study

OPEN_ARENA = "open-arena"


class StudyError(Exception):
    """Base of what can go wrong with studies."""


class ConsentPublishedError(StudyError):
    """The consent revision is published and stays as it is. Write another revision."""


@transaction.atomic
def draft_consent(*, study: Study, content: ConsentText) -> ConsentRevision:
    """Add the next consent revision of `study` in the language of `content`, not yet published.

    Raises
    ------
    django.core.exceptions.ValidationError
        When a part is missing or the summary is too long.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    newest = ConsentRevision.objects.filter(study=study, language=content.language).order_by("-number").first()
    revision = ConsentRevision(
        study=study,
        number=newest.number + 1 if newest else 1,
        language=content.language,
        summary=content.summary,
        text=content.text,
    )
    revision.sha256 = revision.text_sha256()
    revision.full_clean()
    revision.save()
    return revision


def publish_consent(*, revision: ConsentRevision) -> ConsentRevision:
    """Put `revision` in force from now on and fix its hash.

    Votes name the revision that was in force, so a published text can never change. Safe to race: one caller publishes.

    Raises
    ------
    ConsentPublishedError
        When it was published before.
    """
    published = ConsentRevision.objects.filter(pk=revision.pk, published_at=None).update(
        published_at=timezone.now(), sha256=revision.text_sha256()
    )
    if not published:
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
    publish_consent(revision=draft_consent(study=study, content=read_consent_text()))
    return study
