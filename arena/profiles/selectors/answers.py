"""Reads of what people answered about themselves."""

import uuid

from arena.profiles.branching import shown_questions
from arena.profiles.models import Answer
from arena.profiles.selectors.surveys import questions_of, survey_in_force
from arena.raters.selectors import everyone_of
from arena.studies.models import Purpose, Study
from arena.studies.selectors import standing


def answers_of(*, rater_id: uuid.UUID, study_id: int) -> dict[str, Answer]:
    """Return the answers of the person behind a rater as they are now, by key, with their values; two queries."""
    rows = (
        Answer.objects.filter(rater__in=everyone_of(rater_id), study=study_id)
        .order_by("key", "-answered_at", "-pk")
        .distinct("key")
        .prefetch_related("values")
    )
    return {row.key: row for row in rows if row.state != Answer.State.NOT_ASKED}


def profile_is_due(*, study: Study, rater_id: uuid.UUID | None) -> bool:
    """Tell whether somebody has to fill in a profile before taking part; no query for studies that ask for none.

    Declining a question answers it. A study without a survey in force requires nothing.
    """
    if not study.requires_profile:
        return False
    survey = survey_in_force(study)
    if survey is None:
        return False
    if rater_id is None or standing(Purpose.PROFILE, study_id=study.pk, rater_id=rater_id).agreed is None:
        return True
    answers = answers_of(rater_id=rater_id, study_id=study.pk)
    return any(question.key not in answers for question in shown_questions(questions_of(survey), answers))
