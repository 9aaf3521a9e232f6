import pytest

from arena.studies.consent_texts import read_consent_text
from arena.studies.models import ConsentRevision, Protocol, Purpose, Study
from arena.studies.services.installing import install_open_arena

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def states() -> dict[str, str]:
    return {row.purpose: row.state for row in ConsentRevision.objects.all()}


def test_install_open_arena_makes_the_default_study_with_its_texts():
    study = install_open_arena()

    terms = ConsentRevision.objects.get(purpose="terms")
    content = read_consent_text(Purpose.TERMS)
    assert (study.slug, study.is_default, study.protocol.kind) == ("open-arena", True, Protocol.Kind.PAIRWISE)
    assert (terms.number, terms.summary, terms.text) == (1, content.summary, content.text)
    assert states() == {
        "terms": "published",
        "research": "published",
        "profile": "published",
        "publication": "published",
        "privacy": "published",
    }


def test_install_open_arena_asks_for_research_apart_from_taking_part():
    install_open_arena()

    assert not ConsentRevision.objects.get(purpose="terms").covers_research


def test_install_open_arena_publishes_nothing_for_an_existing_study():
    protocol = Protocol.objects.create(slug="pairwise")
    study = Study.objects.create(slug="pilot", name="Pilot", protocol=protocol, is_default=True)

    installed = install_open_arena()

    assert installed == study
    assert set(states().values()) == {"draft"}


def test_install_open_arena_adds_nothing_the_second_time():
    install_open_arena()
    before = list(ConsentRevision.objects.values_list("pk", "text"))

    install_open_arena()

    assert list(ConsentRevision.objects.values_list("pk", "text")) == before
