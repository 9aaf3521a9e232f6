import uuid

import pytest
from django.db import IntegrityError

from arena.battles.copy_in import copy_in, reserve_keys
from arena.profiles.models import AnswerValue
from arena.raters.models import ErasureReceipt, Rater

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def test_copy_in_stores_what_is_given_and_else_the_defaults():
    ids = [uuid.uuid4() for _ in range(3)]

    copy_in(Rater(kind=Rater.Kind.SIMULATED), ["id"], ((rater_id,) for rater_id in ids))

    assert {*Rater.objects.values_list("pk", "kind", "account")} == {(rater_id, "simulated", None) for rater_id in ids}
    assert all(rater.created_at is not None for rater in Rater.objects.all())


def test_copy_in_stores_documents():
    copy_in(ErasureReceipt(counts={"votes": 2}), ["id"], [(uuid.uuid4(),)])

    assert ErasureReceipt.objects.get().counts == {"votes": 2}


def test_copy_in_is_held_to_the_constraints_of_the_table():
    rater_id = uuid.uuid4()

    with pytest.raises(IntegrityError):
        copy_in(Rater(), ["id"], [(rater_id,), (rater_id,)])


def test_reserved_keys_ascend_and_belong_to_nobody_else():
    first, second = reserve_keys(AnswerValue, 3), reserve_keys(AnswerValue, 2)

    assert sorted(first + second) == first + second
    assert len({*first, *second}) == 5
