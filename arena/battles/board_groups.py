"""Into which groups the votes and raters of a board fall."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from arena.battles.profile_values import FieldValues, read_answers
from arena.battles.vote_table import Numbers, VoteTable
from arena.profiles.groupable import groupable_fields
from arena.prompts.models import PromptRevision
from arena.studies.models import Study
from ratings.core.arrays import BoolArray, IntArray, frozen
from ratings.core.comparisons import Comparisons
from ratings.grouping import NOBODY, GroupField, Grouping

OWN_PROMPTS = "own"


def read_grouping(table: VoteTable, compared: BoolArray, comparisons: Comparisons, kind: str) -> Grouping:
    """Return the groups of a board whose `comparisons` are the `compared` votes of `table`.

    People are divided only by what they allow to be used now. A query for each question about them, and six more.
    """
    rater = comparisons.rater
    assert rater is not None  # noqa: S101  votes have raters
    people = np.zeros(int(rater.max(initial=-1)) + 1, dtype=np.intp)
    people[rater] = table.rater[compared]
    studies = Study.objects.filter(pk__in=np.unique(table.study[compared]).tolist())
    of_votes = (field for field in _vote_fields(table, compared, studies) if len(field.groups) > 1)
    return Grouping(
        fields=(*_profile_fields(table, compared, rater, kind), *of_votes),
        minimum=studies.aggregate(largest=Max("minimum_cell"))["largest"] or Study.SMALLEST_CELL,
        people=_lasting_numbers(table, people),
    )


def _profile_fields(table: VoteTable, compared: BoolArray, rater: IntArray, kind: str) -> Iterable[GroupField]:
    for key, fields in groupable_fields().items():
        wanted = [FieldValues(field.field, tuple(field.names)) for field in fields]
        answers = read_answers(kind, key, wanted, table.raters)
        place = answers.places(table, compared)
        for field in fields:
            said = np.append(answers.values[field.field], NOBODY)
            cell = _of_raters(said[place], rater)
            yield GroupField(field.field, field.title, field.names, cell, divides_people=True, listed=field.listed)


def _of_raters(cell: IntArray, rater: IntArray) -> IntArray:
    """Return (raters,) the cell in which all votes of a rater are.

    Who voted in several, or outside of all, is in none: so the votes of a group are all votes of its people.
    """
    of_rater = np.full(int(rater.max(initial=-1)) + 1, NOBODY, dtype=np.intp)
    of_rater[rater] = cell
    of_rater[rater[cell != of_rater[rater]]] = NOBODY
    return frozen(of_rater)


def _vote_fields(table: VoteTable, compared: BoolArray, studies: Iterable[Study]) -> Iterable[GroupField]:
    revision = table.prompt_revision[compared]
    prompts = {
        pk: (category, language, name)
        for pk, category, language, name in PromptRevision.objects.filter(
            pk__in=np.unique(revision).tolist()
        ).values_list("pk", "prompt__category__slug", "prompt__language", "prompt__category__name")
    }
    own = {OWN_PROMPTS: _("Questions of people's own")}
    categories = own | {category: name for category, _language, name in sorted(prompts.values())}
    keys = {0: OWN_PROMPTS, **{pk: category for pk, (category, _language, _name) in prompts.items()}}
    yield _votes_by("category", _("What the question is about"), categories, keys, revision)
    languages = {language: language for language in sorted({prompt[1] for prompt in prompts.values()})}
    keys = {pk: language for pk, (_category, language, _name) in prompts.items()}
    yield _votes_by("language", _("The language of the question, where it is one of ours"), languages, keys, revision)
    names = {study.slug: study.name for study in studies}
    yield _votes_by("study", _("The study"), names, {study.pk: study.slug for study in studies}, table.study[compared])


def _votes_by(key: str, title: str, groups: dict[str, str], key_of: dict[int, str], column: Numbers) -> GroupField:
    """Return the field that divides votes by what `key_of` says of their number in `column`."""
    place = {group: position for position, group in enumerate(groups)}
    cell_of = np.full(int(max(column.max(initial=0), max(key_of, default=0))) + 1, NOBODY, dtype=np.intp)
    cell_of[list(key_of)] = [place[group] for group in key_of.values()]
    return GroupField(key, title, groups, frozen(cell_of[column]), divides_people=False)


def _lasting_numbers(table: VoteTable, people: IntArray) -> IntArray:
    """Return (raters,) numbers made from people's ids and the site's secret key: nobody without it can make them."""
    ids, key = table.raters.ids()[people], settings.SECRET_KEY.encode()[:64]
    digests = b"".join(blake2b(each.tobytes(), digest_size=8, key=key).digest() for each in ids)
    return frozen(np.frombuffer(digests, dtype="<i8").astype(np.intp))
