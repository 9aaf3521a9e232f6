import pytest

from arena.prompts.models import Category, Prompt, PromptRevision
from arena.prompts.selectors import draw_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def add(key: str, *, language: str = "en", status: str = Prompt.Status.APPROVED, revisions: int = 1) -> Prompt:
    category, _ = Category.objects.get_or_create(slug="facts", name="Facts")
    prompt = Prompt.objects.create(key=key, category=category, language=language, status=status, reason="A test.")
    for number in range(1, revisions + 1):
        PromptRevision.objects.create(prompt=prompt, number=number, text=f"{key} {number}")
    return prompt


def drawn(times: int = 20, **arguments) -> set[str | None]:
    revisions = [draw_prompt(**arguments) for _ in range(times)]
    return {revision and revision.text for revision in revisions}


def test_draw_prompt_returns_the_newest_revision():
    add("sky", revisions=3)

    assert drawn(languages=["en"]) == {"sky 3"}


def test_draw_prompt_takes_approved_prompts_only():
    for status in (Prompt.Status.DRAFT, Prompt.Status.IN_REVIEW, Prompt.Status.RETIRED):
        add(f"not-{status}", status=status)

    assert drawn(languages=["en"]) == {None}


def test_draw_prompt_takes_languages_that_are_known_with_their_regions():
    add("english")
    add("british", language="en-GB")
    add("german", language="de")
    add("enga", language="enq")

    assert drawn(60, languages=["en"]) == {"english 1", "british 1"}
    assert drawn(languages=["en-GB"]) == {"british 1"}
    assert drawn(languages=[]) == {None}


def test_draw_prompt_varies():
    for number in range(5):
        add(f"prompt-{number}")

    assert len(drawn(60, languages=["en"])) > 1


def test_draw_prompt_prefers_prompts_that_were_not_seen():
    seen, fresh = add("seen"), add("fresh")

    assert drawn(languages=["en"], exclude_prompts=[seen.pk]) == {"fresh 1"}
    assert drawn(60, languages=["en"], exclude_prompts=[seen.pk, fresh.pk]) == {"seen 1", "fresh 1"}


def test_draw_prompt_reads_the_category_in_the_same_query(django_assert_num_queries):
    add("sky")

    with django_assert_num_queries(1):
        revision = draw_prompt(languages=["en"])

        assert revision is not None
        assert revision.prompt.category.slug == "facts"
