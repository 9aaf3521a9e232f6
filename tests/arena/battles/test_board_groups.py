"""Into which groups the votes and raters of a board fall."""

from types import SimpleNamespace

import numpy as np
import pytest

from arena.battles.comparisons import load_board_input
from arena.battles.models import Vote
from arena.battles.services.voting import cast_vote
from arena.profiles.models import Question
from arena.profiles.services.answering import save_answer
from arena.profiles.services.installing import install_default_survey
from arena.profiles.values import Said
from arena.raters.models import Rater
from arena.studies.models import Study
from arena.studies.services.deciding import agree
from ratings.grouping import NOBODY, GroupField, Grouping
from tests.factories import make_consent, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def asking(arena: SimpleNamespace) -> SimpleNamespace:
    """An arena that asks for profiles."""
    survey = install_default_survey(arena.study)
    text = make_consent(arena.study, purpose="profile")

    def vote(who: Rater, winner: str = "model_a", **battle: object) -> Vote:
        return cast_vote(battle_id=make_ready_battle(arena, rater=who, **battle).pk, winner=winner)

    def say(who: Rater, key: str, *chosen: str, options: tuple[str, ...] = ()) -> None:
        agree(rater=who, revision=text)
        question = Question.objects.get(survey=survey, key=key)
        said = Said(chosen=chosen) if chosen else None
        save_answer(rater=who, question=question, said=said, options_order=list(options))

    return SimpleNamespace(arena=arena, vote=vote, say=say)


def grouping_of(asking: SimpleNamespace) -> Grouping:
    board = load_board_input("human", {"protocol": asking.arena.study.protocol.slug})
    grouping = board.grouping()
    assert grouping is not None
    return grouping


def field_of(asking: SimpleNamespace, key: str) -> tuple[GroupField, list[str | None]]:
    """Return a field, and for each of its cells the key of its group."""
    field = next(field for field in grouping_of(asking).fields if field.key == key)
    keys = list(field.groups)
    return field, [None if cell == NOBODY else keys[cell] for cell in field.cell]


def test_people_are_divided_by_each_thing_that_they_said(asking):
    young, traveller, silent = (Rater.objects.create() for _ in range(3))
    for rater in (young, traveller, silent, young):
        asking.vote(rater)
    asking.vote(silent, "both_bad")
    asking.say(young, "age", "18-24")
    asking.say(young, "birth_country", "USA")
    asking.say(traveller, "age")
    asking.say(traveller, "birth_country", "FJI")
    asking.say(traveller, "lm_direct_use", "yes")
    asking.say(traveller, "lm_usecases", "games", options=("games", "research"))

    age, ages = field_of(asking, "age")

    assert (age.title, age.groups["18-24"], age.divides_people) == ("How old are you?", "18 to 24 years", True)
    assert ages == ["18-24", None, None]
    assert field_of(asking, "special_region")[1] == ["US", "Oceania", None]
    assert field_of(asking, "birth_region")[1] == ["Americas", "Oceania", None]
    assert field_of(asking, "lm_usecases.games")[1] == [None, "1", None]
    assert field_of(asking, "lm_usecases.research")[1] == [None, "0", None]
    assert not field_of(asking, "birth_country")[0].listed


def test_a_person_whose_votes_are_in_two_groups_is_in_none(asking):
    mover, stayer = Rater.objects.create(), Rater.objects.create()
    asking.say(mover, "age", "18-24")
    asking.say(stayer, "age", "18-24")
    asking.vote(mover)
    asking.vote(stayer)
    asking.say(mover, "age", "25-34")
    asking.vote(mover)

    assert field_of(asking, "age")[1] == [None, "18-24"]


def test_votes_are_divided_by_what_they_are_about(asking):
    rater = Rater.objects.create()
    asking.vote(rater)
    asking.vote(rater, prompt_revision=None)
    category = asking.arena.revision.prompt.category.slug

    about, categories = field_of(asking, "category")

    assert (categories, about.groups) == ([category, "own"], {"own": "Questions of people's own", category: "Facts"})
    assert not about.divides_people
    # There is one language and one study, which divide nothing.
    assert {field.key for field in grouping_of(asking).fields if not field.divides_people} == {"category"}


def test_people_keep_their_numbers_which_are_not_those_of_others(asking):
    first, second = Rater.objects.create(), Rater.objects.create()
    asking.vote(first)
    before = grouping_of(asking).people
    asking.vote(second)

    after = grouping_of(asking).people

    assert before.tolist() == after[:1].tolist()
    assert len(np.unique(after)) == 2


def test_the_study_with_the_largest_minimum_decides(asking):
    asking.vote(Rater.objects.create())
    assert grouping_of(asking).minimum == 20

    Study.objects.update(minimum_cell=35)

    assert grouping_of(asking).minimum == 35
