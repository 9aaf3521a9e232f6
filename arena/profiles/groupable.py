"""By which values of the profile people can be divided into groups, and what these are called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arena.profiles.coding_frames import group_names, simplified_names
from arena.profiles.countries import country_names, regions, special_regions, subregions
from arena.profiles.models import Question
from arena.profiles.selectors.surveys import question_rows
from arena.profiles.values import BIRTH, COUNTRY_SUFFIX, NO, YES, option_field

SPECIAL_REGION = "special_region"


@dataclass(frozen=True, slots=True)
class GroupableField:
    """A field of the profile with the names of its values.

    `listed` is whether there are so few values that each can be named.
    """

    field: str
    title: str
    names: Mapping[str, str]
    listed: bool = True


def groupable_fields() -> dict[str, list[GroupableField]]:
    """Return what people can be divided by, by the key of the question: the coarser of two fields comes first.

    Questions with several choices come last, because each choice is a field. Of a question that several surveys ask,
    the newest wording. "Prefer not to say" is no group. Three queries.
    """
    asked = question_rows().filter(survey__published_at__isnull=False).order_by("survey__published_at", "position")
    newest = {question.key: question for question in asked}
    ordered = sorted(newest.values(), key=lambda question: question.kind == Question.Kind.SEVERAL)
    fields = {question.key: list(_fields_of(question)) for question in ordered}
    return {key: found for key, found in fields.items() if found}


def _fields_of(question: Question) -> Iterable[GroupableField]:
    match question.kind:
        case Question.Kind.ONE:
            names = {option.key: option.text for option in question.options.all()}
            yield GroupableField(question.key, question.text, names)
        case Question.Kind.SEVERAL:
            for option in question.options.all():
                title = _("%(question)s %(option)s") % {"question": question.text, "option": option.text}
                yield GroupableField(option_field(question.key, option.key), title, {YES: _("Yes"), NO: _("No")})
        case Question.Kind.COUNTRY:
            yield from _places(question)
        case Question.Kind.SHORT | Question.Kind.LONG if question.coding:
            yield from _coded(question)


def _places(question: Question) -> Iterable[GroupableField]:
    stem = question.key.removesuffix(COUNTRY_SUFFIX)
    of = {"question": question.text}
    yield GroupableField(f"{stem}_region", _("%(question)s By continent") % of, _as_they_are(regions()))
    if question.key == BIRTH:
        title = _("%(question)s By the regions of the PRISM study") % of
        yield GroupableField(SPECIAL_REGION, title, _as_they_are(special_regions()))
    title = _("%(question)s By part of a continent") % of
    yield GroupableField(f"{stem}_subregion", title, _as_they_are(subregions()), listed=False)
    yield GroupableField(question.key, question.text, country_names(), listed=False)


def _coded(question: Question) -> Iterable[GroupableField]:
    title = _("%(question)s In few groups") % {"question": question.text}
    yield GroupableField(f"{question.key}_simplified", title, simplified_names(question.coding))
    yield GroupableField(question.key, question.text, group_names(question.coding))


def _as_they_are(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}
