import pytest

from arena.prompts.models import Category, Prompt
from arena.prompts.services.revising import revise_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def form() -> dict[str, object]:
    category = Category.objects.create(slug="explain", name="Explain")
    return {
        "key": "sky",
        "category": category.pk,
        "language": "en",
        "text": "Why is the sky blue?",
        "source": "",
        "licence": "",
        "tags": "",
        "revisions-TOTAL_FORMS": "0",
        "revisions-INITIAL_FORMS": "0",
        "events-TOTAL_FORMS": "0",
        "events-INITIAL_FORMS": "0",
    }


def texts() -> list[tuple[int, str, str]]:
    return list(Prompt.objects.get().revisions.order_by("number").values_list("number", "text", "author"))


def test_prompt_is_added_with_its_first_revision(admin_client, form):
    response = admin_client.post("/admin/prompts/prompt/add/", form)

    assert response.status_code == 302
    assert texts() == [(1, "Why is the sky blue?", "admin")]


def test_prompt_gets_another_revision_for_another_text_only(admin_client, form):
    admin_client.post("/admin/prompts/prompt/add/", form)
    page = f"/admin/prompts/prompt/{Prompt.objects.get().pk}/change/"

    admin_client.post(page, {**form, "source": "a book"})
    admin_client.post(page, {**form, "text": "Why is the sky red at night?"})

    assert texts() == [(1, "Why is the sky blue?", "admin"), (2, "Why is the sky red at night?", "admin")]


def test_prompt_page_shows_the_newest_text_for_editing(admin_client, form):
    admin_client.post("/admin/prompts/prompt/add/", form)
    prompt = Prompt.objects.get()
    revise_prompt(prompt=prompt, text="The newest text?")

    response = admin_client.get(f"/admin/prompts/prompt/{prompt.pk}/change/")

    assert response.context["adminform"].form["text"].value() == "The newest text?"


@pytest.mark.parametrize(("text", "error"), [("", "required"), ("\u200b", "nothing to read"), ("x" * 4001, "4000")])
def test_prompt_with_an_unusable_text_is_refused(admin_client, form, text, error):
    response = admin_client.post("/admin/prompts/prompt/add/", {**form, "text": text})

    assert response.status_code == 200
    assert error in str(response.context["adminform"].form.errors["text"])
    assert not Prompt.objects.exists()
