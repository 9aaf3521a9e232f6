import pytest
from django.forms import model_to_dict

from models_registry.models import Contestant, LanguageModel
from models_registry.services import snapshot_contestant
from tests.factories import make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

INLINES = {f"snapshots-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}


@pytest.fixture
def contestant() -> Contestant:
    return make_contestant(name="Zephyrine")


def submit(admin_client, contestant: Contestant, **changes: object):
    form = {**model_to_dict(contestant, exclude=["retired_on"]), **INLINES, **changes}
    return admin_client.post(f"/admin/models_registry/contestant/{contestant.pk}/change/", form)


def test_contestant_can_be_edited_before_its_first_battle(admin_client, contestant):
    response = submit(admin_client, contestant, system_prompt="You are terse.", temperature=0.2)

    contestant.refresh_from_db()
    assert response.status_code == 302
    assert (contestant.system_prompt, contestant.temperature) == ("You are terse.", 0.2)


def test_contestant_keeps_its_identity_after_its_first_battle(admin_client, contestant):
    snapshot = snapshot_contestant(contestant=contestant)

    response = submit(
        admin_client,
        contestant,
        system_prompt="You are terse.",
        temperature=0.2,
        slug="other",
        name="Renamed",
        weight=0.5,
    )

    contestant.refresh_from_db()
    assert response.status_code == 302
    assert (contestant.name, contestant.weight) == ("Renamed", 0.5)
    assert contestant.payload() == snapshot.payload
    assert contestant.slug == "zephyrine-neutral"


def test_contestant_can_be_copied_and_the_copy_edited(admin_client, contestant):
    snapshot_contestant(contestant=contestant)

    for _ in range(2):
        admin_client.post(
            "/admin/models_registry/contestant/",
            {"action": "copy_as_draft", "_selected_action": [str(contestant.pk)]},
        )
    copy = Contestant.objects.get(slug="zephyrine-neutral-copy-1")
    submit(admin_client, copy, temperature=0.2)

    copy.refresh_from_db()
    assert (copy.status, copy.temperature, copy.system_prompt) == ("draft", 0.2, contestant.system_prompt)
    assert sorted(Contestant.objects.values_list("slug", flat=True)) == [
        "zephyrine-neutral",
        "zephyrine-neutral-copy-1",
        "zephyrine-neutral-copy-2",
    ]


def test_contestants_are_put_in_and_taken_out_of_the_draw(admin_client, contestant):
    def act(action: str) -> str:
        chosen = {"action": action, "_selected_action": [str(contestant.pk)]}
        admin_client.post("/admin/models_registry/contestant/", chosen)
        contestant.refresh_from_db()
        return contestant.status

    assert [act("take_out_of_draw"), act("put_in_draw")] == ["draining", "active"]


@pytest.mark.parametrize(("used", "revision"), [(False, "other"), (True, "original")])
def test_language_model_keeps_its_revision_once_it_was_compared(admin_client, contestant, used, revision):
    weights = contestant.language_model
    LanguageModel.objects.filter(pk=weights.pk).update(revision="original")
    if used:
        snapshot_contestant(contestant=contestant)
    form = {**model_to_dict(weights), "languages": "en,de", "aliases": "", "revision": "other"}

    response = admin_client.post(f"/admin/models_registry/languagemodel/{weights.pk}/change/", form)

    weights.refresh_from_db()
    assert response.status_code == 302
    assert (weights.revision, weights.languages) == (revision, ["en", "de"])
