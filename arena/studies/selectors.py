"""Reads of studies, of the texts in force, and of what people decided about them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from arena.raters.selectors import everyone_of, person
from arena.studies.models import (
    AttributeRevision,
    ConsentDecision,
    ConsentRevision,
    Purpose,
    ReasonRevision,
    Study,
)

FALLBACK = "en"


def default_study() -> Study:
    """Return the open arena with its protocols; one query.

    Raises
    ------
    Study.DoesNotExist
        When the arena was not prepared yet: run `manage.py prepare`.
    """
    return Study.objects.select_related("protocol", "second_protocol").get(is_default=True)


def texts_in_force(*, study: Study) -> dict[Purpose, ConsentRevision]:
    """Return the texts of a study that are in force, in the language of the reader or else in English; one query."""
    rows = ConsentRevision.objects.filter(
        study=study, published_at__isnull=False, retired_at=None, language__in={_language(), FALLBACK}
    )
    # The reader's language last, so that it wins.
    ordered = sorted(rows, key=lambda row: row.language != FALLBACK)
    return {Purpose(row.purpose): row for row in ordered}


def consent_in_force(*, study: Study) -> ConsentRevision:
    """Return the terms that are in force in the language of the reader, or else in English; one query.

    Raises
    ------
    ConsentRevision.DoesNotExist
        When the study has not published any: nobody can take part then.
    """
    rows = ConsentRevision.objects.filter(
        study=study,
        purpose=Purpose.TERMS,
        published_at__isnull=False,
        retired_at=None,
        language__in={_language(), FALLBACK},
    )
    found = sorted(rows, key=lambda row: row.language == FALLBACK)
    if not found:
        raise ConsentRevision.DoesNotExist
    return found[0]


def _language() -> str:
    return get_language() or FALLBACK


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to the text of one purpose, such as the terms of a study.

    Attributes
    ----------
    agreed : the text in force that they agreed to; None when they have to be asked.
    is_stale : whether they agreed to an earlier one, so that what changed needs saying.
    """

    agreed: ConsentRevision | None = None
    is_stale: bool = False


def terms_standing(*, study_id: int, rater_id: uuid.UUID | None) -> Standing:
    """Return how the person behind a rater stands to the terms of a study; one query, none without a rater."""
    return standing(Purpose.TERMS, study_id=study_id, rater_id=rater_id)


def standing(purpose: Purpose, *, study_id: int, rater_id: uuid.UUID | None) -> Standing:
    """Return how the person behind a rater stands to a study's text of one purpose, as `terms_standing`."""
    if rater_id is None:
        return Standing()
    decisions = list(decisions_in_force(rater_id).filter(study=study_id, purpose=purpose))
    if not decisions or not all(decision.given for decision in decisions):
        return Standing()
    agreed = next((decision.revision for decision in decisions if decision.revision.is_in_force), None)
    return Standing(agreed=agreed, is_stale=agreed is None)


def decisions_in_force(rater_id: uuid.UUID) -> QuerySet[ConsentDecision]:
    """Return what the person behind a rater decided last, with the texts."""
    decisions = ConsentDecision.objects.filter(rater__in=everyone_of(rater_id), superseded_at=None)
    return decisions.select_related("revision").order_by("pk")


def agreed(purpose: Purpose, *, rater: str, study: str) -> Exists:
    """Whether the person behind the rater at path `rater` agreed to a text that is in force for the study at `study`.

    Who agreed as one rater and withdrew as another one, before both were merged, withdrew: see `withdrew`.
    """
    return Exists(_decisions(purpose, rater=rater, study=study).filter(given=True, revision__retired_at=None))


def withdrew(purpose: Purpose, *, rater: str, study: str) -> Exists:
    """Whether the person behind the rater at path `rater` said no, or no more, for the study at path `study`."""
    return Exists(_decisions(purpose, rater=rater, study=study).filter(given=False))


def _decisions(purpose: Purpose, *, rater: str, study: str) -> QuerySet[ConsentDecision]:
    decisions = ConsentDecision.objects.filter(purpose=purpose, superseded_at=None, study=OuterRef(study))
    whose = Coalesce(OuterRef(f"{rater}__merged_into_id"), OuterRef(f"{rater}_id"))
    return decisions.alias(who=person()).filter(who=whose).order_by()


def asked_attributes(keys: Sequence[str]) -> list[AttributeRevision]:
    """Return the words in force of those of these attributes that are still asked, in their order; one query."""
    rows = AttributeRevision.objects.filter(attribute__key__in=keys, attribute__is_active=True)
    newest = rows.select_related("attribute").order_by("attribute_id", "-number").distinct("attribute_id")
    return sorted(newest, key=lambda row: (row.attribute.position, row.attribute.key))


def asked_reasons(keys: Sequence[str]) -> list[ReasonRevision]:
    """Return the words in force of those of these reasons that are still asked, in their order; one query."""
    rows = ReasonRevision.objects.filter(reason__key__in=keys, reason__is_active=True)
    newest = rows.select_related("reason").order_by("reason_id", "-number").distinct("reason_id")
    return sorted(newest, key=lambda row: (row.reason.position, row.reason.key))
