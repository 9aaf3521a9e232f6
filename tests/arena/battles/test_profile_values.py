"""Every vote is read with the profile as it was, of those who allow it."""

import numpy as np
import pytest

from arena.battles.models import Vote
from arena.battles.profile_values import FieldValues, read_answers
from arena.battles.services.voting import cast_vote
from arena.battles.vote_table import KeptVotes
from arena.profiles.models import Question
from arena.profiles.services.answering import save_answer
from arena.profiles.services.installing import install_default_survey
from arena.profiles.values import Said
from arena.raters.models import Rater
from arena.studies.services.deciding import agree, withdraw
from tests.factories import make_arena, make_consent, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

REGIONS = ("Europe", "Middle East", "Oceania")


def test_vote_has_the_profile_of_its_time_while_it_is_allowed():
    arena = make_arena()
    survey = install_default_survey(arena.study)
    text = make_consent(arena.study, purpose="profile")
    rater, other = Rater.objects.create(), Rater.objects.create()

    def vote(who: Rater) -> Vote:
        return cast_vote(battle_id=make_ready_battle(arena, rater=who).pk, winner="tie")

    def say(who: Rater, country: str) -> None:
        question = Question.objects.get(survey=survey, key="birth_country")
        save_answer(rater=who, question=question, said=Said(chosen=[country]), options_order=[])

    def read() -> dict[int, str]:
        table = KeptVotes("human").current()
        fields = [FieldValues("special_region", REGIONS), FieldValues("birth_country", ("DEU",))]
        answers = read_answers("human", "birth_country", fields, table.raters)
        place = answers.places(table, np.ones(len(table), dtype=np.bool_))
        found = np.append(answers.values["special_region"], -1)[place]
        return {int(pk): REGIONS[value] for pk, value in zip(table.vote, found, strict=True) if value >= 0}

    agree(rater=rater, revision=text)
    before = vote(rater)
    say(rater, "DEU")
    vote(Rater.objects.create())
    under_first = vote(rater)
    say(rater, "ISR")
    corrected = vote(rater)
    agree(rater=other, revision=text)
    say(other, "FJI")
    elsewhere = vote(other)

    apart = read()
    Rater.objects.filter(pk=other.pk).update(merged_into=rater)
    joined = read()
    withdraw(rater=rater, revision=text)

    by_hand = {before.pk: "Europe", under_first.pk: "Europe", corrected.pk: "Middle East", elsewhere.pk: "Oceania"}
    assert apart == by_hand
    assert joined == by_hand
    assert read() == {}
