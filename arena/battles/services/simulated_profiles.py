"""What simulated raters say of themselves: the rows that answering a survey would have left, in bulk."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from django.utils import timezone

from arena.battles.copy_in import copy_in, reserve_keys
from arena.battles.simulation.people import PREFERENCES, USES, Crowd
from arena.profiles.coding_frames import coded_values
from arena.profiles.models import Answer, AnswerValue, Question
from arena.profiles.selectors.surveys import questions_of, survey_in_force
from arena.profiles.values import DECLINED, Said, values_of
from arena.raters.models import Rater
from arena.studies.models import ConsentDecision, ConsentRevision, Purpose, Study
from arena.studies.selectors import texts_in_force

Values = Mapping[str, str]


def agree_in_bulk(raters: Sequence[Rater], text: ConsentRevision) -> None:
    """Store that raters who decided nothing before agreed to a text that is in force."""
    decision = ConsentDecision(
        study_id=text.study_id,
        purpose=text.purpose,
        revision=text,
        sha256=text.sha256,
        given=True,
        decided_at=timezone.now(),
    )
    copy_in(decision, ["rater_id"], ((rater.pk,) for rater in raters))


def store_profiles(study: Study, raters: Sequence[Rater], crowd: Crowd) -> int:
    """Give raters, who are the first ones of `crowd`, their profiles, and return how many got one.

    Nobody gets one where the study has no survey or no text on profiles in force. Values are those of an answer by
    form; groups into which staff would sort words are there at once, without words. Free text is never invented.
    """
    text, survey = texts_in_force(study=study).get(Purpose.PROFILE), survey_in_force(study)
    if text is None or survey is None:
        return 0
    agree_in_bulk(raters, text)
    for question in questions_of(survey):
        _store_answers(study, question, raters, list(_said(question, crowd, len(raters))))
    return len(raters)


def _store_answers(study: Study, question: Question, raters: Sequence[Rater], said: Sequence[Values]) -> None:
    """Store an answer of each rater who said something, and its values."""
    given = [(rater.pk, values) for rater, values in zip(raters, said, strict=True) if values]
    keys = reserve_keys(Answer, len(given))
    answer = Answer(study=study, question=question, key=question.key, answered_at=timezone.now())
    states = (_state(question, values) for _rater, values in given)
    copy_in(
        answer,
        ["id", "rater_id", "state"],
        ((key, rater, state) for key, (rater, _values), state in zip(keys, given, states, strict=True)),
    )
    copy_in(
        AnswerValue(),
        ["answer_id", "field", "value"],
        (
            (key, field, value)
            for key, (_rater, values) in zip(keys, given, strict=True)
            for field, value in values.items()
        ),
    )


def _state(question: Question, values: Values) -> str:
    return Answer.State.DECLINED if values == {question.key: DECLINED} else Answer.State.GIVEN


def _said(question: Question, crowd: Crowd, size: int) -> Iterator[Values]:
    """Yield the values of the answer of each of the first `size` people; none where they were not asked."""
    options = [option.key for option in question.options.all()]
    if question.key in crowd.one:
        codes = crowd.one[question.key][:size].tolist()
        meaning = {code: _meaning(question, code, options) for code in set(codes)}
        yield from (meaning[code] for code in codes)
    elif question.key == USES:
        names = [name for name in crowd.ticked if name in options]
        ticked = np.array([crowd.ticked[name] for name in names])
        for place in range(size):
            chosen = [name for name, ticks in zip(names, ticked[:, place], strict=True) if ticks]
            yield values_of(question, Said(chosen=chosen), options=options) if crowd.asked[place] else {}
    elif question.key == PREFERENCES:
        names = [name for name in crowd.sliders if name in options]
        numbers = np.array([crowd.sliders[name] for name in names])
        for place in range(size):
            said = Said(numbers=dict(zip(names, numbers[:, place].tolist(), strict=True)))
            yield values_of(question, said, options=options)
    else:
        yield from ({} for _ in range(size))


def _meaning(question: Question, code: str, options: Sequence[str]) -> Values:
    """Return the values of one choice, or of the group into which staff sort a text."""
    if code == DECLINED:
        return {question.key: DECLINED}
    if question.coding:
        return coded_values(question.coding, question.key, code)
    is_offered = question.kind == Question.Kind.COUNTRY or code in options
    return values_of(question, Said(chosen=[code]), options=options) if is_offered else {}
