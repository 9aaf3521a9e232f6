import pytest

from arena.studies.consent_texts import read_consent_text
from arena.studies.models import Purpose


@pytest.mark.parametrize("purpose", Purpose)
def test_consent_text_is_short_enough_to_be_read(purpose):
    content = read_consent_text(purpose)

    assert len(content.text.split()) <= 320
    assert len(content.summary.split()) <= 40


def test_terms_say_what_matters():
    text = read_consent_text(Purpose.TERMS).text

    for phrase in ("prompts", "answers", "votes", "cookie", "IP address", "e-mail", "personal details", "erase"):
        assert phrase in text


def test_research_text_names_the_licence():
    assert "CC BY 4.0" in read_consent_text(Purpose.RESEARCH).text


def test_consent_text_is_read_apart_from_its_sentence():
    content = read_consent_text(Purpose.PUBLICATION)

    assert content.summary.startswith("My comparisons may be shown")
    assert content.text.startswith("# Examples on this site")
