"""An anonymous rater becomes an account's: nothing is lost, nothing is counted twice."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from arena.battles.comparisons import load_board_input
from arena.battles.home_facts import arena_counts
from arena.battles.models import Vote
from arena.battles.selectors import history_of, owned_battle
from arena.battles.services.voting import cast_vote
from arena.raters.models import Rater
from arena.raters.services import link_rater, rater_of_account
from tests.factories import make_arena, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def ada() -> User:
    return User.objects.create(username="ada")


def voted(arena, rater: Rater) -> uuid.UUID:
    battle = make_ready_battle(arena, rater=rater)
    cast_vote(battle_id=battle.pk, winner="model_a")
    return battle.pk


def test_first_rater_becomes_the_account_s(ada):
    rater = Rater.objects.create()

    linked = link_rater(account=ada, cookie_id=rater.pk)

    assert linked == rater
    assert Rater.objects.get(account=ada) == rater


def test_linking_again_changes_nothing(ada):
    rater = Rater.objects.create()
    link_rater(account=ada, cookie_id=rater.pk)

    again = link_rater(account=ada, cookie_id=rater.pk)

    assert again == rater
    assert list(Rater.objects.values_list("account", "merged_into")) == [(ada.pk, None)]


def test_rater_of_a_second_device_is_merged(ada):
    home, other = Rater.objects.create(account=ada), Rater.objects.create()

    linked = link_rater(account=ada, cookie_id=other.pk)

    other.refresh_from_db()
    assert (linked, other.merged_into, other.account) == (home, home, None)


def test_those_merged_before_follow(ada):
    """A rater that lost its account keeps those who were merged into it, and takes them along."""
    first = Rater.objects.create()
    earlier = Rater.objects.create(merged_into=first)
    home = Rater.objects.create(account=ada)

    link_rater(account=ada, cookie_id=first.pk)

    assert set(Rater.objects.filter(merged_into=home)) == {first, earlier}


@pytest.mark.parametrize("state", ["another account", "merged elsewhere", "gone", "simulated"])
def test_rater_that_is_not_free_is_left_alone(ada, state):
    bea = Rater.objects.create(account=User.objects.create(username="bea"))
    found = {
        "another account": bea,
        "merged elsewhere": Rater.objects.create(merged_into=bea),
        "gone": Rater(),
        "simulated": Rater.objects.create(kind=Rater.Kind.SIMULATED),
    }[state]
    before = set(Rater.objects.values_list("pk", "account", "merged_into"))

    linked = link_rater(account=ada, cookie_id=found.pk)

    assert linked is None
    assert set(Rater.objects.values_list("pk", "account", "merged_into")) == before


def test_account_without_rater_gets_one_when_it_contributes(ada):
    made = rater_of_account(account=ada, cookie_id=None)

    assert rater_of_account(account=ada, cookie_id=None) == made
    assert made.account == ada


def test_board_counts_one_person_and_every_vote(ada):
    arena = make_arena()
    home, other = Rater.objects.create(account=ada), Rater.objects.create()
    stranger = Rater.objects.create()
    for rater in (home, other, stranger):
        voted(arena, rater)
    part = {"protocol": arena.study.protocol.slug}
    before = load_board_input("human", part)
    casts = list(Vote.objects.order_by("pk").values_list("pk", "rater"))

    link_rater(account=ada, cookie_id=other.pk)

    after = load_board_input("human", part)
    assert (before.votes, before.raters) == (3, 3)
    assert (after.votes, after.raters) == (3, 2)
    assert after.comparisons.rater.tolist() == [0, 0, 1]
    assert list(Vote.objects.order_by("pk").values_list("pk", "rater")) == casts
    assert (arena_counts().votes, arena_counts().raters) == (3, 2)


def test_merged_battles_are_the_account_s_and_nobody_else_s(ada):
    arena = make_arena()
    home, other, stranger = Rater.objects.create(account=ada), Rater.objects.create(), Rater.objects.create()
    battle = voted(arena, other)
    link_rater(account=ada, cookie_id=other.pk)

    found = [owned_battle(battle_id=battle, rater_id=rater.pk) for rater in (home, other, stranger)]

    assert [row is not None for row in found] == [True, True, False]
    assert [row.pk for row in history_of(home.pk)] == [battle]
    assert list(history_of(stranger.pk)) == []


def test_battles_of_the_account_are_not_those_of_an_old_cookie(ada):
    arena = make_arena()
    home, other = Rater.objects.create(account=ada), Rater.objects.create()
    battle = voted(arena, home)
    link_rater(account=ada, cookie_id=other.pk)

    assert owned_battle(battle_id=battle, rater_id=other.pk) is None


@pytest.mark.parametrize("fields", ["account and merged", "itself"])
def test_database_refuses_a_second_step(ada, fields):
    home, rater = Rater.objects.create(account=ada), Rater.objects.create()
    wrong = {
        "account and merged": {"account": User.objects.create(username="bea"), "merged_into": home},
        "itself": {"merged_into": rater},
    }[fields]

    with pytest.raises(IntegrityError), transaction.atomic():
        Rater.objects.filter(pk=rater.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_simultaneous_sign_ins_merge_each_rater_once(ada):
    raters = [Rater.objects.create() for _ in range(4)]

    def sign_in(rater: Rater) -> uuid.UUID:
        try:
            return link_rater(account=ada, cookie_id=rater.pk).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        homes = set(pool.map(sign_in, raters * 2))

    [home] = homes
    assert Rater.objects.get(account=ada).pk == home
    assert Rater.objects.filter(merged_into=home).count() == len(raters) - 1


@pytest.mark.django_db(transaction=True)
def test_one_rater_goes_to_one_of_two_accounts(ada):
    bea = User.objects.create(username="bea")
    for _ in range(5):
        rater = Rater.objects.create()

        def sign_in(account: User, pk: uuid.UUID = rater.pk) -> Rater | None:
            try:
                return link_rater(account=account, cookie_id=pk)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(sign_in, [ada, bea]))

        rater.refresh_from_db()
        assert (rater.account is None) != (rater.merged_into is None)
