from arena.studies.consent_texts import read_consent_text


def test_consent_text_is_short_enough_to_be_read():
    content = read_consent_text()

    assert len(content.text.split()) <= 320
    assert len(content.summary.split()) <= 40


def test_consent_text_says_what_matters():
    text = read_consent_text().text

    for phrase in ("prompts", "answers", "votes", "cookie", "IP address", "CC BY 4.0", "personal details", "erase"):
        assert phrase in text
