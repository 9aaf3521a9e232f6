"""Every vote is read with the profile as it was, of those who allow it."""

import pytest

from arena.battles.models import Vote
from arena.battles.profile_values import profile_values
from arena.battles.services.voting import cast_vote
from arena.profiles.models import Question
from arena.profiles.services.answering import save_answer
from arena.profiles.services.installing import install_default_survey
from arena.profiles.values import Said
from arena.raters.models import Rater
from arena.studies.services.deciding import agree, withdraw
from tests.factories import make_arena, make_consent, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def test_vote_has_the_profile_of_its_time_while_it_is_allowed(django_assert_num_queries):
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
        values = list(profile_values(study=arena.study, key="birth_country"))
        assert {row.field for row in values} <= {
            "birth_country", "birth_region", "birth_subregion", "special_region"
        }  # fmt: skip
        return {row.vote_id: row.value for row in values if row.field == "special_region"}

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

    with django_assert_num_queries(1):
        apart = read()
    Rater.objects.filter(pk=other.pk).update(merged_into=rater)
    joined = read()
    withdraw(rater=rater, revision=text)

    by_hand = {before.pk: "Europe", under_first.pk: "Europe", corrected.pk: "Middle East", elsewhere.pk: "Oceania"}
    assert apart == by_hand
    assert joined == by_hand
    assert read() == {}
