"""Battles on the page of two models: only of raters who allow it, and nothing that speaks against it."""

from types import SimpleNamespace

import pytest

from arena.battles.examples import MOST_CHARS, examples_of
from arena.battles.models import AnswerFinding, Completion, Turn, Vote
from arena.battles.services.voting import cast_vote
from arena.prompts.models import Prompt
from arena.raters.models import Rater
from arena.studies.models import ConsentRevision
from arena.studies.services.deciding import agree, withdraw
from ratings.models import Leaderboard
from ratings.services.refreshing import refresh_leaderboard
from tests.factories import complete_turn, make_battle, make_consent, make_turn

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def text(arena: SimpleNamespace) -> ConsentRevision:
    return make_consent(arena.study, purpose="publication")


@pytest.fixture
def rater(text: ConsentRevision) -> Rater:
    """Somebody who allows examples."""
    rater = Rater.objects.create()
    agree(rater=rater, revision=text)
    return rater


def give(
    arena: SimpleNamespace, rater: Rater, *, winner: str = "model_a", prompt: str = "Why?", a: str = "An *answer*."
) -> Vote:
    battle = make_battle(arena, rater=rater)
    Turn.objects.filter(battle=battle).update(prompt=prompt)
    complete_turn(battle.turns.get(), a=a)
    return cast_vote(battle_id=battle.pk, winner=winner)


def shown(first: str = "zephyrine-9b") -> list[tuple[str, str]]:
    return [(example.prompt, example.outcome) for example in examples_of(Vote.objects.all(), first=first)]


def test_example_shows_prompt_answers_and_vote(arena, rater):
    give(arena, rater, prompt="Why <b>so</b>?", a="An *answer*. <script>alert(1)</script>")

    [example] = examples_of(Vote.objects.all(), first="zephyrine-9b")

    assert (example.prompt, example.outcome) == ("Why <b>so</b>?", "first")
    assert "<em>answer</em>" in example.first
    assert "<script>" not in example.first
    assert "Another <strong>answer</strong>" in example.second


def test_example_is_seen_from_the_first_model(arena, rater):
    give(arena, rater, winner="model_b")

    [example] = examples_of(Vote.objects.all(), first="obsidian-3b")

    assert example.outcome == "first"
    assert "<em>answer</em>" in example.second


def test_nobody_is_shown_who_did_not_allow_it(arena, text, rater):
    never, no_more = Rater.objects.create(), Rater.objects.create()
    agree(rater=no_more, revision=text)
    for somebody in (never, no_more):
        give(arena, somebody)
    assert len(shown()) == 1

    withdraw(rater=no_more, revision=text)

    assert shown() == []


def test_examples_are_gone_when_the_text_is_replaced(arena, text, rater):
    give(arena, rater)
    assert len(shown()) == 1

    ConsentRevision.objects.filter(pk=text.pk).update(retired_at=text.published_at)

    assert shown() == []


def test_prompts_that_are_kept_back_are_not_shown(arena, rater):
    give(arena, rater)
    assert len(shown()) == 1

    Prompt.objects.update(holdout=True)

    assert shown() == []


def test_answers_in_which_screening_found_something_are_not_shown(arena, rater):
    vote = give(arena, rater)
    assert len(shown()) == 1

    answer = Completion.objects.filter(turn__battle=vote.battle).first()
    AnswerFinding.objects.create(completion=answer, code="identity", start=0, end=2)

    assert shown() == []


@pytest.mark.parametrize(
    "fields",
    [{"prompt": "I am ada@example.org."}, {"a": "Call 030 1234567."}, {"a": "x" * MOST_CHARS}],
    ids=["e-mail", "number", "long"],
)
def test_texts_that_look_personal_or_are_long_are_not_shown(arena, rater, fields):
    give(arena, rater, prompt="Before?")
    give(arena, rater, **fields)

    assert shown() == [("Before?", "first")]


def test_battles_of_several_turns_are_not_shown(arena, rater):
    battle = make_battle(arena, rater=rater)
    complete_turn(battle.turns.get())
    complete_turn(make_turn(battle, index=1))
    cast_vote(battle_id=battle.pk, winner="tie")

    assert shown() == []


def test_newest_three_are_shown(arena, rater):
    for number, winner in enumerate(("model_a", "tie", "both_bad", "model_b")):
        give(arena, rater, winner=winner, prompt=f"Question {number}?")

    assert shown() == [("Question 3?", "second"), ("Question 2?", "both_bad"), ("Question 1?", "tie")]


@pytest.mark.parametrize("number", [1, 3])
def test_examples_take_three_queries(arena, rater, number, django_assert_num_queries):
    for _ in range(number):
        give(arena, rater)

    with django_assert_num_queries(3):
        shown()


def test_page_of_two_models_shows_examples_of_its_votes(arena, rater, client):
    give(arena, rater, prompt="Why is the grass <green>?")
    Leaderboard.objects.create(slug="people", title="People", kind="human", protocol=arena.study.protocol.slug)
    refresh_leaderboard("people")
    give(arena, rater, prompt="Later than the snapshot?")

    query = {"first": "zephyrine-9b", "second": "obsidian-3b"}
    page = client.get("/leaderboard/people/pair/", query).content.decode()

    assert "Why is the grass &lt;green&gt;?" in page
    assert "Zephyrine better" in page
    assert "Later than the snapshot?" not in page
