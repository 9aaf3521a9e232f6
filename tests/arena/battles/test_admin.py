import pytest

from arena.battles.models import Exclusion, Vote
from arena.battles.services.voting import cast_vote
from tests.factories import make_arena, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

ADD = "/admin/battles/exclusion/add/"


@pytest.fixture
def vote() -> Vote:
    return cast_vote(battle_id=make_ready_battle(make_arena()).pk, winner="model_a")


def test_exclusion_is_added_in_the_name_of_its_author(admin_client, admin_user, vote):
    response = admin_client.post(ADD, {"vote": vote.pk, "reason": "Cast by a script."})

    exclusion = Exclusion.objects.get()
    assert response.status_code == 302
    assert (exclusion.vote, exclusion.reason, exclusion.created_by) == (vote, "Cast by a script.", admin_user)


def test_exclusion_wants_a_reason(admin_client, vote):
    response = admin_client.post(ADD, {"vote": vote.pk, "reason": ""})

    assert response.context["adminform"].form.errors.keys() == {"reason"}
    assert not Exclusion.objects.exists()


def test_exclusion_is_never_changed_or_taken_back(admin_client, vote):
    admin_client.post(ADD, {"vote": vote.pk, "reason": "Cast by a script."})
    exclusion = Exclusion.objects.get()
    page = f"/admin/battles/exclusion/{exclusion.pk}"

    answers = [
        admin_client.post(f"{page}/change/", {"vote": vote.pk, "reason": "Other."}).status_code,
        admin_client.post(f"{page}/delete/", {"post": "yes"}).status_code,
    ]

    exclusion.refresh_from_db()
    assert answers == [403, 403]
    assert exclusion.reason == "Cast by a script."
