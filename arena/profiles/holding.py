"""What people said of themselves, for "My data"."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from arena.profiles.models import Answer, AnswerValue, Coding
from arena.raters.holdings import Erased, HeldRow, Holding, Raters


def _answers(raters: Raters) -> QuerySet[Answer]:
    return Answer.objects.filter(rater__in=raters).order_by("pk")


def _count(raters: Raters) -> int:
    return _answers(raters).count()


def _rows(raters: Raters) -> Iterator[HeldRow]:
    for answer in _answers(raters).select_related("question", "study").prefetch_related("values", "codings"):
        yield {
            "study": answer.study.slug,
            "key": answer.key,
            "question": answer.question.text,
            "state": answer.state,
            "values": answer.said,
            "text": answer.text,
            "order_of_options": answer.options_order,
            "sorted_by_staff_as": [row.code for row in answer.codings.all()],
            "answered_at": answer.answered_at,
        }


def erase_answers(raters: Raters) -> Erased:
    """Delete all that these raters said of themselves, earlier answers too."""
    answers = _answers(raters)
    Coding.objects.filter(answer__in=answers).delete()
    AnswerValue.objects.filter(answer__in=answers).delete()
    gone, _by_model = answers.delete()
    return Erased(gone=gone)


PROFILE = Holding(name="profile", label=_("answers about yourself"), count=_count, rows=_rows, erase=erase_answers)
