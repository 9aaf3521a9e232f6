import pytest
from django.contrib.auth.models import Group, Permission, User

from arena.config.roles import ensure_roles
from arena.prompts.models import Category, Prompt
from arena.prompts.services.revising import revise_prompt
from tests.arena.prompts.library import jsonl, make_category, make_prompt, take_in, text_of

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


LIST = "/admin/prompts/prompt/"


def act(client, action: str, *prompts: Prompt, **fields: object) -> list[str]:
    """Do something with many prompts, and return what the next page says."""
    chosen = {"action": action, "_selected_action": [prompt.pk for prompt in prompts], **fields}
    response = client.post(LIST, chosen, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_bulk_approval_counts_what_was_done_and_what_was_not_and_why(admin_client):
    prompts = [make_prompt(status, status=status) for status in ("in_review", "draft", "retired", "approved")]

    said = act(admin_client, "approve", *prompts, make_prompt("more"))

    assert said == [
        "2 prompts: approved. Left alone: 1 approved, 1 draft, 1 retired. Only prompts in review can be approved."
    ]
    assert sorted(Prompt.objects.values_list("status", flat=True)) == [
        "approved",
        "approved",
        "approved",
        "draft",
        "retired",
    ]


@pytest.mark.parametrize(("action", "status"), [("retire", "retired"), ("send_back", "draft")])
def test_bulk_refusal_asks_for_a_reason_first(admin_client, action, status):
    prompt = make_prompt("sky")
    chosen = {"action": action, "_selected_action": [prompt.pk]}

    asked = admin_client.post(LIST, chosen).content.decode()
    empty = admin_client.post(LIST, {**chosen, "confirmed": "1", "reason": ""}).content.decode()
    unchanged = Prompt.objects.get().status
    said = act(admin_client, action, prompt, confirmed="1", reason="Not clear.")

    assert "1 prompt is chosen." in asked
    assert 'name="reason"' in asked
    assert "This field is required" in empty
    assert (unchanged, Prompt.objects.get().status, Prompt.objects.get().reason) == ("in_review", status, "Not clear.")
    assert said[0].startswith("1 prompt:")


def test_bulk_choice_across_pages_is_not_carried_by_number(admin_client):
    prompts = [make_prompt(f"prompt-{number}") for number in range(3)]
    chosen = {"action": "retire", "_selected_action": [prompts[0].pk], "select_across": "1"}

    asked = admin_client.post(LIST, chosen).content.decode()
    said = act(admin_client, "retire", prompts[0], select_across="1", confirmed="1", reason="All of them.")

    assert "3 prompts are chosen." in asked
    assert asked.count('name="_selected_action"') == 1
    assert said == ["3 prompts: retired."]


def test_prompts_are_tagged_and_sorted_together(admin_client):
    first, second = make_prompt("first", tags=["old"]), make_prompt("second", tags=["new"])
    code = make_category("code")

    tagged = act(admin_client, "tag", first, second, confirmed="1", tags="New")
    sorted_in = act(admin_client, "sort", first, confirmed="1", category=code.pk)

    first.refresh_from_db()
    assert tagged == ["1 prompt changed. 1 had these tags already."]
    assert sorted_in == ["1 prompt changed."]
    assert (first.tags, first.category) == (["new", "old"], code)
    assert [event.action for event in first.events.order_by("pk")] == ["tagged", "sorted"]


def test_actions_are_for_those_who_may(client):
    helper = User.objects.create(username="helper", is_staff=True)
    codes = ["view_prompt", "change_prompt"]
    helper.user_permissions.add(*Permission.objects.filter(codename__in=codes))
    client.force_login(helper)
    prompt = make_prompt("sky")

    client.post(LIST, {"action": "approve", "_selected_action": [prompt.pk]})

    assert Prompt.objects.get().status == "in_review"
    assert "Approve" not in client.get(LIST).content.decode()


def test_text_changed_by_somebody_who_may_not_review_goes_back_to_review(client):
    helper = User.objects.create(username="helper", is_staff=True)
    helper.user_permissions.add(*Permission.objects.filter(codename__in=["view_prompt", "change_prompt"]))
    client.force_login(helper)
    prompt = make_prompt("sky", status="approved")
    fields = {
        "key": "sky", "category": prompt.category_id, "language": "en", "text": "Another?", "tags": "", "source": "",
        "licence": "", "revisions-TOTAL_FORMS": "0", "revisions-INITIAL_FORMS": "0", "events-TOTAL_FORMS": "0",
        "events-INITIAL_FORMS": "0",
    }  # fmt: skip

    client.post(f"{LIST}{prompt.pk}/change/", fields)

    prompt.refresh_from_db()
    assert (prompt.status, text_of("sky")) == ("in_review", "Another?")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("rainbow", ["rainbow"]),
        ("RAIN form", ["rainbow"]),
        ("rain dog", []),
        ("sky-", ["sky-key"]),
        ("彩虹", ["caihong"]),
        ("O'Hara & | ! ( :*", []),
        ("old text", ["sky-key"]),
    ],
)
def test_search_finds_words_by_their_beginning_and_parts_of_keys(admin_client, words, found):
    make_prompt("rainbow", "How does a rainbow form?")
    make_prompt("caihong", "请解释彩虹是怎么形成的。")
    revise_prompt(prompt=make_prompt("sky-key", "An old text."), text="A new one.")

    page = admin_client.get(LIST, {"q": words})

    assert [prompt.key for prompt in page.context["cl"].result_list] == found


def test_list_is_filtered_by_tree_tag_and_import(admin_client):
    code = make_category("code")
    make_prompt("loop", category=make_category("python", parent=code), tags=["short"])
    make_prompt("sky")
    batch = take_in(jsonl({"text": "Imported?", "key": "imported"}))

    def listed(**filters: object) -> list[str]:
        return [prompt.key for prompt in admin_client.get(LIST, filters).context["cl"].result_list]

    assert listed(category=code.pk) == ["loop"]
    assert listed(tag="short") == ["loop"]
    assert listed(**{"import": batch.pk}) == ["imported"]
    assert listed(category="x", **{"import": "y"}) == ["imported", "loop", "sky"]


def test_prompt_is_retired_never_deleted(admin_client):
    prompt = make_prompt("sky")

    assert admin_client.post(f"{LIST}{prompt.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin_client.get(LIST).content.decode()


@pytest.mark.parametrize("prompts", [1, 3])
def test_list_takes_few_queries_for_a_curator(client, prompts, django_assert_max_num_queries):
    ensure_roles()
    curator = User.objects.create(username="curator", is_staff=True)
    curator.groups.add(Group.objects.get(name="curator"))
    client.force_login(curator)
    for number in range(prompts):
        make_prompt(f"prompt-{number}", tags=[f"tag-{number}"])

    with django_assert_max_num_queries(12):
        client.get(LIST)
    with django_assert_max_num_queries(12):
        client.get(LIST, {"q": "what", "tag": "tag-0", "status__exact": "in_review"})
