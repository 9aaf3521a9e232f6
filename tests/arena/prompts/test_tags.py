import pytest
from django.core.exceptions import ValidationError

from arena.prompts.tags import check_language, clean_tags, split_tags


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hans-CN", "gsw"])
def test_check_language_takes_language_tags(tag):
    check_language(tag)


@pytest.mark.parametrize("tag", ["", "english language", "e", "en_GB", "en-", "12"])
def test_check_language_refuses_anything_else(tag):
    with pytest.raises(ValidationError, match="language is a tag"):
        check_language(tag)


def test_split_tags_cleans_what_a_person_writes():
    assert split_tags(" Short, poem;;  two  words ,POEM") == ["poem", "short", "two words"]


@pytest.mark.parametrize(
    ("tags", "sentence"), [(["x" * 41], "40 characters"), ([str(n) for n in range(21)], "20 tags")]
)
def test_clean_tags_refuses_too_much(tags, sentence):
    with pytest.raises(ValidationError, match=sentence):
        clean_tags(tags)
