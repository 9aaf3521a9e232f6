from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from arena.prompts.errors import UnusableTextError
from arena.prompts.models import Category, Prompt, PromptRevision
from arena.prompts.services.revising import revise_prompt
from arena.prompts.services.starter import install_starter_library
from arena.prompts.starter import read_prompts

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def prompt() -> Prompt:
    category = Category.objects.create(slug="explain", name="Explain")
    return Prompt.objects.create(key="sky", category=category, language="en")


def texts(prompt: Prompt) -> list[tuple[int, str, str]]:
    return list(prompt.revisions.order_by("number").values_list("number", "text", "author"))


def test_revise_prompt_keeps_earlier_texts(prompt):
    revise_prompt(prompt=prompt, text="Why is the sky blue?", author="ada")
    revise_prompt(prompt=prompt, text=" Why is the sky red\r\nat night? ", author="ben")

    assert texts(prompt) == [(1, "Why is the sky blue?", "ada"), (2, "Why is the sky red\nat night?", "ben")]


def test_revise_prompt_returns_the_newest_when_the_text_is_the_same(prompt):
    first = revise_prompt(prompt=prompt, text="Why?", author="ada")

    again = revise_prompt(prompt=prompt, text="Why? ", author="ben")

    assert again == first
    assert texts(prompt) == [(1, "Why?", "ada")]


def test_revise_prompt_takes_an_earlier_text_as_a_new_revision(prompt):
    for text in ("one", "two", "one"):
        revise_prompt(prompt=prompt, text=text)

    assert texts(prompt) == [(1, "one", ""), (2, "two", ""), (3, "one", "")]


def test_revise_prompt_refuses_an_unusable_text(prompt):
    with pytest.raises(UnusableTextError, match="nothing to read"):
        revise_prompt(prompt=prompt, text=" \n")

    assert texts(prompt) == []


@pytest.mark.django_db(transaction=True)
def test_revise_prompt_numbers_simultaneous_revisions_one_by_one(prompt):
    def revise(number: int) -> None:
        revise_prompt(prompt=prompt, text=f"text {number}")
        connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(revise, range(6)))

    assert sorted(number for number, _, _ in texts(prompt)) == [1, 2, 3, 4, 5, 6]


def test_install_starter_library_adds_every_prompt_approved():
    added = install_starter_library()

    stored = PromptRevision.objects.select_related("prompt__category").order_by("prompt__pk")
    expected = read_prompts()
    assert added == len(expected)
    assert [
        (row.prompt.key, row.prompt.category.slug, row.prompt.language, row.text, row.number, row.prompt.status)
        for row in stored
    ] == [(row.key, row.category, row.language, row.text, 1, "approved") for row in expected]


def test_install_starter_library_leaves_edits_alone(django_assert_num_queries):
    install_starter_library()
    edited = Prompt.objects.get(key="rainbow")
    Prompt.objects.filter(pk=edited.pk).update(status=Prompt.Status.RETIRED, reason="A test.")
    revise_prompt(prompt=edited, text="How does a double rainbow form?")

    # A savepoint and its release besides the one query.
    with django_assert_num_queries(3):
        added = install_starter_library()

    edited.refresh_from_db()
    assert added == 0
    assert edited.status == Prompt.Status.RETIRED
    assert edited.revisions.count() == 2


def test_install_starter_library_restores_what_is_missing():
    install_starter_library()
    PromptRevision.objects.filter(prompt__key="rainbow").delete()
    Prompt.objects.get(key="rainbow").delete()

    assert install_starter_library() == 1
