"""What is noticed in a finished answer: kept with it on each side alone, shown to nobody before the vote."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from arena.battles.comparisons import load_board_input
from arena.battles.models import AnswerFinding, Battle, Completion, Exclusion, Vote
from arena.battles.services.completing import finish_completion
from arena.battles.services.findings import record_findings
from arena.battles.services.voting import cast_vote
from arena.battles.streaming import Answer
from ratings.errors import BoardInputError
from tests.clients import client_of
from tests.factories import complete_turn, make_arena, make_battle, make_ready_battle

GOOD = "Because the air scatters blue light."
LEAKS = ["I am Zephyrine, and I know.", "I was trained by Quillstone Labs.", "As ChatGPT, I think so.", "I am Zeph."]


@pytest.fixture
def arena(db: None) -> SimpleNamespace:
    arena = make_arena()
    for contestant in (arena.first, arena.second):
        contestant.language_model.aliases = ["Zephyrine", "Zeph", "Quillstone Labs"]
        contestant.language_model.save()
    return arena


def judged(arena: SimpleNamespace, side: str, text: str) -> Battle:
    battle = make_battle(arena)
    texts = {"a": GOOD, "b": GOOD, side: text}
    complete_turn(battle.turns.get(), **texts)
    for completion in Completion.objects.filter(turn__battle=battle):
        record_findings(completion_id=completion.pk)
    return battle


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("text", LEAKS)
def test_answer_that_names_its_model_is_marked(arena: SimpleNamespace, side: str, text: str) -> None:
    battle = judged(arena, side, text)

    finding = AnswerFinding.objects.get()
    assert (finding.completion.turn.battle, finding.completion.side, finding.code) == (battle, side, "identity")
    assert text[finding.start : finding.end] in text
    assert 0 <= finding.start < finding.end <= len(text)


@pytest.mark.parametrize("side", ["a", "b"])
def test_answer_that_repeats_itself_is_marked(arena: SimpleNamespace, side: str) -> None:
    judged(arena, side, "It goes on and on. " * 10)

    assert AnswerFinding.objects.get().code == "loop"


def test_prompt_that_names_a_model_marks_nothing(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    turn = battle.turns.get()
    turn.prompt = "I am ChatGPT, trained by OpenAI. Who are you?"
    turn.save()
    complete_turn(turn, a=GOOD, b=GOOD)

    found = [record_findings(completion_id=completion.pk) for completion in turn.completions.all()]

    assert found == [[], []]


def test_finishing_an_answer_records_its_findings_once(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    completion = battle.turns.get().completions.get(side="a")
    Completion.objects.filter(pk=completion.pk).update(status="running")
    answer = Answer(text=LEAKS[0], times=[1], lengths=[len(LEAKS[0])], ended_ms=2)

    finish_completion(
        completion_id=completion.pk, answer=answer, finish_reason="stop", prompt_tokens=1, completion_tokens=1
    )
    record_findings(completion_id=completion.pk)

    assert list(AnswerFinding.objects.values_list("completion", "code")) == [(completion.pk, "identity")]


@pytest.mark.parametrize("side", ["a", "b"])
def test_vote_on_a_marked_answer_is_kept(arena: SimpleNamespace, side: str) -> None:
    battle = judged(arena, side, LEAKS[0])

    vote = cast_vote(battle_id=battle.pk, winner="model_a")

    assert (Vote.objects.get(), Exclusion.objects.count()) == (vote, 0)


@pytest.mark.parametrize("side", ["a", "b"])
def test_board_counts_marked_votes_or_leaves_them_out(arena: SimpleNamespace, side: str) -> None:
    cast_vote(battle_id=judged(arena, side, LEAKS[0]).pk, winner="model_a")
    cast_vote(battle_id=judged(arena, side, "It goes on and on. " * 10).pk, winner="model_b")
    cast_vote(battle_id=make_ready_battle(arena).pk, winner="tie")
    part = {"protocol": arena.study.protocol.slug}

    kept = load_board_input("human", part)
    without = load_board_input("human", {**part, "named": "left_out"})

    assert (kept.votes, kept.named) == (3, 1)
    assert (without.votes, without.named) == (2, 0)
    assert kept.sha256() != without.sha256()


def test_slice_with_another_word_for_named_is_refused(arena: SimpleNamespace) -> None:
    with pytest.raises(BoardInputError, match="left_out"):
        load_board_input("human", {"protocol": "any", "named": "yes"})


def test_page_before_the_vote_does_not_show_the_mark(arena: SimpleNamespace) -> None:
    marked, plain = judged(arena, "a", "I am ChatGPT."), judged(arena, "a", "I am a reader.")

    pages = [
        client_of(battle.rater).get(reverse("battles:detail", args=[battle.pk])).content.decode()
        for battle in (marked, plain)
    ]

    assert [" marked" in page or "identity" in page for page in pages] == [False, False]


def test_rater_who_asks_who_they_are_is_told(arena: SimpleNamespace) -> None:
    asking, other = make_battle(arena), make_battle(arena)
    asking.turns.update(prompt="Wer bist du?")

    pages = [
        client_of(battle.rater).get(reverse("battles:detail", args=[battle.pk])).content.decode()
        for battle in (asking, other)
    ]

    assert ["You asked the models who they are." in page for page in pages] == [True, False]


@pytest.mark.parametrize("fields", [{"start": 3, "end": 3}, {"start": 0, "end": 2, "code": "rude"}])
def test_finding_without_length_or_with_another_code_is_refused(
    arena: SimpleNamespace, fields: dict[str, object]
) -> None:
    completion = make_ready_battle(arena).turns.get().completions.get(side="a")

    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerFinding.objects.create(completion=completion, **{"code": "identity", **fields})


def test_administration_shows_what_was_found(arena: SimpleNamespace, admin_client: Client) -> None:
    battle = judged(arena, "b", "Well: I am Zephyrine, and I know.")
    completion = AnswerFinding.objects.get().completion

    page = admin_client.get(reverse("admin:battles_completion_change", args=[completion.pk])).content.decode()
    listed = admin_client.get(reverse("admin:battles_completion_changelist"), {"findings__code": "identity"})

    assert (completion.turn.battle, completion.side) == (battle, "b")
    assert ">I am Zephyrine<" in page
    assert list(listed.context["cl"].queryset) == [completion]
