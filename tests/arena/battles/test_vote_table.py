import random
import uuid
from types import SimpleNamespace

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from arena.battles.board_rows import BoardVotes, count_votes
from arena.battles.comparisons import board_input
from arena.battles.models import AnswerFinding, Battle, Completion, Exclusion, Vote
from arena.battles.rated_votes import is_named, rated_votes
from arena.battles.vote_table import KeptVotes, Raters
from arena.prompts.models import Category, Prompt, PromptRevision
from arena.raters.models import Rater
from arena.raters.selectors import person
from arena.studies.models import Protocol
from models_registry.models import Contestant
from models_registry.services import snapshot_contestant
from ratings.sources import BoardInput, CompetitorInfo
from tests.factories import make_arena, make_contestant, make_turn

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

KIND = "simulated"
WINNERS = list(Vote.Winner)


class Scene:
    """Everything that can happen to the votes of a board, each step drawn at random."""

    def __init__(self, arena: SimpleNamespace, seed: int) -> None:
        self.rng = random.Random(seed)
        self.arena = arena
        self.sides = [
            snapshot_contestant(contestant=contestant)
            for contestant in (arena.first, arena.second, make_contestant(), make_contestant())
        ]
        other = Prompt.objects.create(
            key=f"other-{seed}", category=Category.objects.create(slug=f"other-{seed}", name="Other"), language="en"
        )
        self.revisions = [None, arena.revision, PromptRevision.objects.create(prompt=other, number=1, text="Why?")]
        self.raters = [Rater.objects.create(kind=KIND) for _ in range(6)]
        first = (Vote.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1_000
        self.ids = list(range(first, first + 200))

    def step(self) -> None:
        seldom = [self.vote_late, self.exclude, self.erase, self.merge, self.find, self.move, self.rename]
        self.rng.choice([self.vote] * 7 + seldom)()

    def vote(self) -> None:
        self.cast(self.ids.pop(0))

    def vote_late(self) -> None:
        """A vote gets its id, others are committed, then it is: its id is below theirs."""
        late = self.ids.pop(0)
        for _ in range(self.rng.randrange(4)):
            self.vote()
        self.cast(late)

    def exclude(self) -> None:
        for vote in self._some():
            Exclusion.objects.create(vote=vote, reason="spam")

    def erase(self) -> None:
        for vote in self._some():
            Exclusion.objects.filter(vote=vote).delete()
            vote.judged.clear()
            vote.delete()

    def merge(self) -> None:
        rater, home = self.rng.sample(self.raters, 2)
        Rater.objects.filter(pk=home.pk).update(merged_into=None)
        Rater.objects.filter(merged_into=rater).update(merged_into=home)
        Rater.objects.filter(pk=rater.pk).update(merged_into=home)

    def find(self) -> None:
        for vote in self._some():
            completion = Completion.objects.filter(turn__battle=vote.battle_id).first()
            vote.judged.add(completion)
            AnswerFinding.objects.get_or_create(completion=completion, code="identity", start=0, end=4)

    def move(self) -> None:
        """Prompts change their category."""
        Prompt.objects.filter(pk=self.arena.revision.prompt_id).update(
            category=self.rng.choice(Category.objects.order_by("pk"))
        )

    def rename(self) -> None:
        Contestant.objects.filter(pk=self.arena.first.pk).update(slug=f"name-{self.rng.randrange(100)}")

    def _some(self) -> list[Vote]:
        votes = list(Vote.objects.order_by("pk"))
        return [self.rng.choice(votes)] if votes else []

    def cast(self, pk: int) -> None:
        a, b = self.rng.sample(self.sides, 2)
        rater = self.rng.choice(self.raters)
        battle = Battle.objects.create(
            kind=KIND,
            study=self.arena.study,
            protocol=self.arena.study.protocol,
            consent_revision=self.arena.consent,
            rater=rater,
            prompt_revision=self.rng.choice(self.revisions),
            snapshot_a=a,
            snapshot_b=b,
            matchmaker="test",
            draw_probability=1.0,
            draw_seed=1,
            status=Battle.Status.OPEN,
        )
        make_turn(battle)
        Battle.objects.filter(pk=battle.pk).update(status="voted", ended_at=timezone.now())
        Vote.objects.create(
            pk=pk,
            battle=battle,
            rater=rater,
            kind=KIND,
            winner=self.rng.choice(WINNERS),
            consent_revision=self.arena.consent,
        )


def read_in_full(part: dict[str, object]) -> BoardInput:
    """What a board of this slice holds, read row by row from the database, with nothing kept."""
    votes = rated_votes(KIND, part).order_by("pk")
    rows = list(
        votes.values_list(
            "battle__snapshot_a__contestant__slug", "battle__snapshot_b__contestant__slug", "winner", person()
        )
    )
    slugs = sorted({slug for row in rows for slug in row[:2]})
    raters = list(dict.fromkeys(row[3] for row in rows))
    return count_votes(
        BoardVotes(
            a=np.array([slugs.index(row[0]) for row in rows], dtype=int),
            b=np.array([slugs.index(row[1]) for row in rows], dtype=int),
            winner=np.array([WINNERS.index(row[2]) for row in rows], dtype=int),
            rater=np.array([raters.index(row[3]) for row in rows], dtype=int),
        ),
        [info_of(slug) for slug in slugs],
        named=votes.filter(is_named()).count(),
        cutoff=max(votes.values_list("created_at", flat=True), default=None),
    )


def info_of(slug: str) -> CompetitorInfo:
    contestant = Contestant.objects.select_related("language_model__organisation").get(slug=slug)
    return CompetitorInfo(
        slug, contestant.name, contestant.language_model.organisation.name, contestant.language_model.licence
    )


@pytest.mark.parametrize("seed", range(3))
def test_votes_kept_through_any_history_give_the_same_board_as_votes_read_in_full(seed):
    arena = make_arena()
    scene, kept = Scene(arena, seed), KeptVotes(KIND, overlap=2)
    protocol = {"protocol": arena.study.protocol.slug}
    slices = [{}, protocol, protocol | {"named": "left_out"}, {"category": arena.revision.prompt.category.slug}]

    for _ in range(20):
        scene.step()
        table = kept.current()
        for part in slices:
            incremental, full = board_input(table, KIND, part), read_in_full(part)
            assert (incremental.sha256(), incremental.cutoff) == (full.sha256(), full.cutoff)

    assert len(kept.current()) == Vote.objects.count() > 8


def test_kept_votes_forget_one_that_is_erased_and_find_one_that_comes_late():
    scene, kept = Scene(make_arena(), 1), KeptVotes(KIND, overlap=1)
    late, *rest = scene.ids[:6]
    for pk in rest:
        scene.cast(pk)
    kept.current()

    Vote.objects.get(pk=rest[1]).delete()
    scene.cast(late)

    assert kept.current().vote.tolist() == [late, rest[0], *rest[2:]]


def test_numbers_of_raters_stay_while_others_come():
    ids = np.array([uuid.UUID(int=number).bytes for number in (5, 1, 256, 1 << 127)], dtype="S16")
    raters = Raters()

    first = raters.numbers(ids[[1, 0, 1]])
    second = raters.numbers(ids)

    assert (first.tolist(), len(raters)) == ([0, 1, 0], 4)
    assert second.tolist()[:2] == [1, 0]
    assert sorted(second.tolist()[2:]) == [2, 3]


@pytest.mark.parametrize("field", ["rater", "snapshot_a", "prompt_revision", "protocol"])
def test_a_battle_that_was_voted_on_keeps_who_judged_what(field):
    scene = Scene(make_arena(), 1)
    scene.vote()
    others = {
        "rater": Rater.objects.create(kind=KIND),
        "snapshot_a": snapshot_contestant(contestant=make_contestant()),
        "prompt_revision": PromptRevision.objects.create(prompt=Prompt.objects.first(), number=9, text="How?"),
        "protocol": Protocol.objects.create(slug="other"),
    }

    with pytest.raises(IntegrityError, match="keeps who judged what"), transaction.atomic():
        Battle.objects.update(**{field: others[field]})
