from types import SimpleNamespace

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from arena.battles.comparisons import load_board_input
from arena.battles.kept_style import KeptStyle
from arena.battles.models import Battle, Completion, Vote
from arena.battles.services.measuring import measure_older_answers
from arena.battles.services.voting import cast_vote
from arena.battles.style import STYLE_VERSION, measure_style
from ratings.core.comparisons import Comparisons
from tests.factories import complete_turn, make_battle, make_turn

WARM = "I hope this helps you with that!"
PLAIN = "The cat and the dog have **it**."
GERMAN = "Vielleicht hat es die Katze!"


def judge(arena: SimpleNamespace, *turns: tuple[str, str], winner: str = "model_a") -> Vote:
    """A vote on a battle of these answers."""
    battle: Battle = make_battle(arena)
    for index, (a, b) in enumerate(turns):
        complete_turn(make_turn(battle, index=index) if index else battle.turns.get(), a=a, b=b)
    return cast_vote(battle_id=battle.pk, winner=winner)


def loaded(arena: SimpleNamespace) -> Comparisons:
    return load_board_input("human", {"protocol": arena.study.protocol.slug}).measured()


def test_votes_carry_the_differences_of_all_their_answers(arena: SimpleNamespace) -> None:
    judge(arena, (WARM, PLAIN), (WARM, "## Why\n\n" + PLAIN))
    judge(arena, (PLAIN, WARM), winner="both_bad")
    judge(arena, (PLAIN, GERMAN), winner="tie")
    measure_older_answers(most=100)

    found = loaded(arena)

    warm, plain, german = measure_style(WARM), measure_style(PLAIN), measure_style(GERMAN)
    assert found.covariate_names == ("length", "headings", "lists", "bold", "code", "tone", "hedging")
    assert found.covariates is not None
    assert (warm.tone, plain.tone, german.tone) == (2, 0, None)
    assert found.covariates.tolist() == [
        [2 * (warm.length - plain.length) - 8, -1, 0, -2, 0, 4, 0],
        # Tone in another language is not compared.
        [plain.length - german.length, 0, 0, 1, 0, 0, 0],
    ]


@pytest.mark.parametrize("lacking", [0, 1])
def test_one_answer_that_was_not_measured_leaves_the_board_without(arena: SimpleNamespace, lacking: int) -> None:
    votes = [judge(arena, (WARM, PLAIN)), judge(arena, (PLAIN, WARM))]
    one = Completion.objects.filter(votes=votes[lacking], side="b").values_list("pk", flat=True).get()
    for answer in Completion.objects.exclude(pk=one):
        measured = {"style": list(measure_style(answer.text)), "style_version": STYLE_VERSION}
        Completion.objects.filter(pk=answer.pk).update(**measured)

    assert (loaded(arena).covariates, len(loaded(arena))) == (None, 2)
    measure_older_answers(most=1)
    later = loaded(arena)
    assert later.covariates is not None
    assert later.covariates.tolist() == (-later.covariates[::-1]).tolist()


def test_style_is_read_once(arena: SimpleNamespace, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    votes = np.array([judge(arena, (WARM, PLAIN)).pk for _ in range(3)])
    measure_older_answers(most=100)
    kept = KeptStyle()
    first, second = kept.covariates(votes[1:2]), kept.covariates(votes)

    with django_assert_num_queries(0):
        third = kept.covariates(votes)

    assert first is not None
    assert second is not None
    assert third is not None
    assert second.values.tolist() == third.values.tolist() == 3 * first.values.tolist()


def test_a_board_without_votes_has_no_style(arena: SimpleNamespace) -> None:
    assert loaded(arena).covariates is None
