"""What raters add to their votes, in exports."""

import pytest
from django.db import connection

from arena.battles.models import VoteAttribute, VoteReason
from arena.releases.layouts import as_preference
from arena.releases.row_query import read_votes
from arena.releases.rows import RowMaker
from arena.studies.models import AttributeRevision, Protocol, ReasonRevision
from arena.studies.services.installing_asked import install_asked

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def row_of(vote) -> dict[str, object]:
    return RowMaker(b"key").rows(read_votes([vote.pk], connection))[0]


def test_row_has_what_was_added_to_the_vote_beside_its_answers(arena, cast):
    install_asked()
    Protocol.objects.update(reasons=["wrong"], attributes=["safety"], asks_strength=True)
    vote = cast("model_b", strength=2, justification="Because.")
    wrong = ReasonRevision.objects.get(reason__key="wrong")
    VoteReason.objects.create(vote=vote, side="a", revision=wrong)
    safety = AttributeRevision.objects.get(attribute__key="safety")
    VoteAttribute.objects.create(vote=vote, side="b", revision=safety, level=3)

    row = row_of(vote)

    names = ("strength", "reasons_a", "reasons_b", "attributes_a", "attributes_b", "justification")
    assert {name: row[name] for name in names} == {
        "strength": -2,
        "reasons_a": [{"reason": "wrong", "sign": "bad", "revision": 1}],
        "reasons_b": [],
        "attributes_a": [],
        "attributes_b": [{"attribute": "safety", "level": 3, "revision": 1}],
        "justification": "Because.",
    }
    preference = as_preference(row)
    assert (preference["chosen_side"], preference["strength"], preference["justification"]) == ("b", 2, "Because.")


def test_row_says_that_nothing_was_asked(cast):
    row = row_of(cast())

    assert (row["strength"], row["reasons_a"], row["attributes_b"], row["justification"]) == (None, None, None, None)
