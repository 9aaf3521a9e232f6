"""What is told of contestants after a vote, held for some seconds."""

import pytest
from django.core.cache import caches

from models_registry.cards import contestant_cards
from models_registry.services import snapshot_contestant
from tests.factories import make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def test_card_is_read_once_and_then_held(django_assert_num_queries):
    contestant = make_contestant()
    snapshot = snapshot_contestant(contestant=contestant)

    with django_assert_num_queries(1):
        cards = [contestant_cards([snapshot.pk])[snapshot.pk] for _ in range(3)]

    assert {card.name for card in cards} == {contestant.name}
    assert cards[0].organisation == contestant.language_model.organisation.name


def test_card_tells_a_corrected_name_once_it_is_no_longer_held():
    contestant = make_contestant()
    snapshot = snapshot_contestant(contestant=contestant)
    contestant_cards([snapshot.pk])
    contestant.name = "Corrected"
    contestant.save()

    caches["process"].delete(f"card:{snapshot.pk}")

    assert contestant_cards([snapshot.pk])[snapshot.pk].name == "Corrected"


def test_card_of_no_snapshot_is_an_error():
    with pytest.raises(KeyError):
        contestant_cards([0])
