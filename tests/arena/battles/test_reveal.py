"""What the reveal says of answers, beyond who gave them."""

import pytest

from arena.battles.models import Completion
from arena.battles.reveal import reveal_models
from arena.battles.services.voting import cast_vote
from tests.factories import make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.mark.parametrize(("counted", "shown"), [(3, 3), (0, 0), (None, None)])
def test_tokens_that_were_not_counted_are_not_shown_as_none_at_all(arena, counted, shown):
    battle = make_ready_battle(arena)
    Completion.objects.filter(side="a").delete()
    a = Completion.objects.get(side="b")
    a.pk, a.side, a.completion_tokens = None, "a", counted
    a.save()

    revealed = reveal_models(vote=cast_vote(battle_id=battle.pk, winner="tie"))

    assert (revealed.a.tokens, revealed.b.tokens) == (shown, 3)
