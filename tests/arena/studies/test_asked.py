"""What can be asked beside a choice: words that stay, and new ones that take their place."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from arena.studies.models import Attribute, AttributeRevision, Protocol, Reason, ReasonRevision
from arena.studies.selectors import asked_attributes, asked_reasons
from arena.studies.services.installing_asked import install_asked
from arena.studies.services.wording import add_wording

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def safety() -> Attribute:
    install_asked()
    return Attribute.objects.get(key="safety")


def newest(attribute: Attribute) -> AttributeRevision:
    return asked_attributes([attribute.key])[0]


def test_install_asked_brings_prism_s_attributes_in_its_order(safety):
    words = asked_attributes(
        ["helpfulness", "values", "fluency", "factuality", "safety", "diversity", "creativity", "unknown"]
    )

    keys = [row.attribute.key for row in words]
    assert keys == ["values", "fluency", "factuality", "safety", "diversity", "creativity", "helpfulness"]
    assert all(row.label and row.performance and row.choice for row in words)


def test_install_asked_leaves_what_is_there(safety):
    add_wording(revision=AttributeRevision(attribute=safety, label="Harm", performance="It is safe.", choice="safety"))
    before = list(AttributeRevision.objects.order_by("pk")), list(ReasonRevision.objects.order_by("pk"))

    install_asked()

    assert (list(AttributeRevision.objects.order_by("pk")), list(ReasonRevision.objects.order_by("pk"))) == before
    assert newest(safety).label == "Harm"


def test_words_in_force_are_in_the_reader_s_language_or_in_english(safety):
    german = {"label": "Sicherheit", "performance": "Niemandem schadet es.", "choice": "dass es niemandem schadet"}
    words = {"label": "Harm", "performance": "It is safe.", "choice": "safety"}
    add_wording(revision=AttributeRevision(attribute=safety, translations={"de": german}, **words))

    told = [newest(safety).words(language) for language in ("de", "de-AT", "fr")]

    assert told == [german, german, words]


def test_words_of_a_translation_are_complete(safety):
    revision = ReasonRevision(
        reason=Reason.objects.get(key="correct"), text="Right", translations={"de": {"label": "Richtig"}}
    )

    with pytest.raises(ValidationError, match='"text"'):
        add_wording(revision=revision)


def test_what_is_retired_is_asked_no_more(safety):
    Reason.objects.filter(key="wrong").update(is_active=False)

    asked = asked_reasons(["correct", "wrong"])

    assert [row.reason.key for row in asked] == ["correct"]


@pytest.mark.parametrize("model", [AttributeRevision, ReasonRevision])
def test_words_that_were_asked_never_change(safety, model):
    row = model.objects.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=row.pk).update(number=9)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()


def test_admin_stores_new_words_as_a_revision_and_nothing_without_a_change(admin_client, safety):
    page, first = f"/admin/studies/attribute/{safety.pk}/change/", newest(safety)
    form = {
        "scale": "quality", "position": "4", "is_active": "on",
        "revisions-TOTAL_FORMS": "2", "revisions-INITIAL_FORMS": "1", "revisions-0-id": first.pk,
        "revisions-0-attribute": safety.pk, "revisions-0-label": "Changed", "revisions-1-attribute": safety.pk,
        "revisions-1-label": first.label, "revisions-1-performance": first.performance,
        "revisions-1-choice": first.choice, "revisions-1-translations": "{}",
        "initial-revisions-1-translations": "{}",
    }  # fmt: skip

    same = admin_client.post(page, form)
    numbers = [safety.revisions.count()]
    changed = admin_client.post(page, form | {"revisions-1-label": "Harmless"})

    assert (same.status_code, changed.status_code) == (302, 302)
    assert [*numbers, *safety.revisions.order_by("number").values_list("number", "label")] == [
        1,
        (1, first.label),
        (2, "Harmless"),
    ]
    assert f'value="{newest(safety).label}"' in admin_client.get(page).content.decode()


def test_admin_adds_something_to_ask_with_its_words_only(admin_client):
    form = {
        "key": "wit", "sign": "good", "position": "1", "is_active": "on",
        "revisions-TOTAL_FORMS": "1", "revisions-INITIAL_FORMS": "0", "revisions-0-translations": "{}",
    }  # fmt: skip

    without = admin_client.post("/admin/studies/reason/add/", form)
    made_without = Reason.objects.count()
    made = admin_client.post("/admin/studies/reason/add/", form | {"revisions-0-text": "Witty"})

    assert (without.status_code, made_without, made.status_code) == (200, 0, 302)
    assert [row.text for row in asked_reasons(["wit"])] == ["Witty"]


def test_admin_makes_a_protocol_that_asks_more(admin_client, safety):
    form = {
        "slug": "pairwise", "revision": 2, "kind": "pairwise", "options": "{}",
        "reasons": ["correct", "wrong"], "attributes": ["safety"], "asks_strength": "on",
    }  # fmt: skip

    admin_client.post("/admin/studies/protocol/add/", form)

    protocol = Protocol.objects.get()
    assert (protocol.reasons, protocol.attributes) == (["correct", "wrong"], ["safety"])
    assert (protocol.asks_strength, protocol.asks_justification, protocol.asks_more) == (True, False, True)
