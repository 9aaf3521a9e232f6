"""Staff put what people wrote into groups: two of them, each without seeing what the other one chose."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from arena.profiles.coding_frames import FRAMES, coded_values
from arena.profiles.errors import CodingError
from arena.profiles.models import Answer, AnswerValue, Coding
from arena.profiles.models.coding import CODERS


@transaction.atomic
def code_answer(*, answer_id: int, coder: User, code: str) -> Coding:
    """Store in which group a member of the staff puts an answer. When the second agrees with the first, it counts.

    Raises
    ------
    CodingError
        When there is no such group or answer, when they did it before, or when two others did.
    """
    answer = _open_answer(answer_id, code)
    before = list(answer.codings.all())
    if len(before) >= CODERS or any(row.coder_id == coder.pk for row in before):
        raise CodingError(_("This answer was sorted in the meantime."))
    coding = Coding.objects.create(answer=answer, coder=coder, code=code)
    if [row.code for row in before] == [code]:
        _count_as(answer, code)
    return coding


@transaction.atomic
def settle_coding(*, answer_id: int, coder: User, code: str) -> Coding:
    """Store which group holds for an answer about which two members of the staff disagreed; from then on it counts.

    Raises
    ------
    CodingError
        When there is no such group or answer, or no disagreement about it.
    """
    answer = _open_answer(answer_id, code)
    before = list(answer.codings.all())
    if len(before) != CODERS or before[0].code == before[1].code:
        raise CodingError(_("There is no open disagreement about this answer."))
    coding = Coding.objects.create(answer=answer, coder=coder, code=code, settles=True)
    _count_as(answer, code)
    return coding


def _open_answer(answer_id: int, code: str) -> Answer:
    """Return the answer, which nobody else sorts until the transaction ends."""
    answers = Answer.objects.select_for_update(of=("self",)).select_related("question").filter(pk=answer_id)
    answer = answers.exclude(text="").exclude(question__coding="").first()
    if answer is None or code not in FRAMES[answer.question.coding]:
        raise CodingError(_("There is no such answer or group."))
    return answer


def _count_as(answer: Answer, code: str) -> None:
    AnswerValue.objects.bulk_create(
        AnswerValue(answer=answer, field=field, value=value)
        for field, value in coded_values(answer.question.coding, answer.key, code).items()
    )
