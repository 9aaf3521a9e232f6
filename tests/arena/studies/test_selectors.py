import pytest
from django.utils import translation

from arena.studies.models import ConsentRevision, Study
from arena.studies.selectors import consent_in_force, default_study
from arena.studies.services.installing import install_open_arena
from arena.studies.services.texts import publish_consent, save_consent_draft
from tests.factories import make_study

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def add_text(study: Study, text: str, *, language: str = "en", published: bool = True) -> None:
    revision = ConsentRevision(study=study, language=language, summary="In short.", text=text)
    save_consent_draft(revision=revision)
    if published:
        publish_consent(revision=revision)


def test_default_study_comes_with_its_protocol(django_assert_num_queries):
    install_open_arena()

    with django_assert_num_queries(1):
        study = default_study()

        assert study.protocol.slug == "pairwise"


def test_default_study_is_missing_before_preparation():
    with pytest.raises(Study.DoesNotExist):
        default_study()


def test_consent_in_force_is_the_newest_published_one():
    study = install_open_arena()
    add_text(study, "Second.")
    add_text(study, "Third, a draft.", published=False)

    assert consent_in_force(study=study).text == "Second."


def test_consent_in_force_is_in_the_language_asked_or_else_in_english():
    study = install_open_arena()
    add_text(study, "Kurz gesagt.", language="de")

    with translation.override("de"):
        german = consent_in_force(study=study)
    with translation.override("fr"):
        french = consent_in_force(study=study)

    assert (german.text, french.language) == ("Kurz gesagt.", "en")


def test_consent_in_force_is_missing_without_a_published_text():
    study = make_study()
    add_text(study, "A draft.", published=False)

    with pytest.raises(ConsentRevision.DoesNotExist):
        consent_in_force(study=study)
