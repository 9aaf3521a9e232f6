import io
import zipfile

import pytest
from django.urls import reverse

from arena.releases.models import Export
from arena.releases.services.exporting import run_export

FORM = {"kind": "human", "layout": "battles", "format": "jsonl", "title": "Mine", "licence": "CC0-1.0"}


@pytest.fixture
def signed_in(client, researcher):
    client.force_login(researcher)
    return client


@pytest.fixture
def made(signed_in, cast):
    """An export that is finished."""
    cast()
    signed_in.post(reverse("releases:export_new"), FORM)
    export = Export.objects.get()
    run_export(export_id=export.pk)
    export.refresh_from_db()
    return export


@pytest.mark.parametrize("name", ["exports", "export_new"])
def test_pages_are_for_those_who_may_export(client, db, researcher, name):
    url = reverse(f"releases:{name}")

    stranger = client.get(url)
    researcher.user_permissions.clear()
    client.force_login(researcher)
    without = client.get(url)

    assert (stranger.status_code, without.status_code) == (302, 403)
    assert "login" in stranger.url


def test_preview_counts_and_shows_first_battles(signed_in, cast):
    cast("tie")

    response = signed_in.post(
        reverse("releases:export_new"), {**FORM, "title": "", "preview": "1"}, headers={"HX-Request": "true"}
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in page
    assert "Why is the sky blue?" in page
    assert "<dd>1</dd>" in page
    assert not Export.objects.exists()


def test_preview_of_preferences_counts_ties_as_left_out(signed_in, cast):
    cast("tie")

    response = signed_in.post(reverse("releases:export_new"), {**FORM, "layout": "preferences", "preview": "1"})

    assert "a tie: neither answer was chosen" in response.content.decode()


def test_preview_takes_few_queries(signed_in, cast, django_assert_max_num_queries):
    for _ in range(3):
        cast()

    with django_assert_max_num_queries(12):
        signed_in.post(reverse("releases:export_new"), {**FORM, "preview": "1"}, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("licence", "", "This field is required"),
        ("since", "2026-13-01", "Enter a valid date"),
        ("study", "none", "Select a valid choice"),
        ("until", "2025-01-01", "The first day lies after the last one"),
    ],
)
def test_form_says_what_is_wrong(signed_in, arena, field, value, sentence):
    response = signed_in.post(reverse("releases:export_new"), {**FORM, "since": "2026-01-01", field: value})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Export.objects.exists()


def test_category_is_chosen_with_its_parts(signed_in, cast, arena):
    from arena.prompts.models import Category

    whole = Category.objects.create(slug="whole", name="Whole")
    Category.objects.filter(pk=arena.revision.prompt.category_id).update(parent=whole)

    signed_in.post(reverse("releases:export_new"), {**FORM, "categories": ["whole"]})

    assert Export.objects.get().filters["categories"] == sorted(["whole", arena.revision.prompt.category.slug])


def test_finished_export_is_downloaded_with_its_length_and_name(made, signed_in):
    response = signed_in.get(reverse("releases:download", args=[made.pk]))

    content = b"".join(response.streaming_content)
    assert response.headers["Content-Disposition"] == f'attachment; filename="parallax-export-{made.pk}.zip"'
    assert (int(response.headers["Content-Length"]), response.headers["Content-Type"]) == (
        len(content),
        "application/zip",
    )
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert (len(content), made.counts["exported"]) == (made.size, 1)


def test_unfinished_export_cannot_be_downloaded(signed_in, arena):
    signed_in.post(reverse("releases:export_new"), FORM)

    response = signed_in.get(reverse("releases:download", args=[Export.objects.get().pk]))

    assert response.status_code == 404


def test_page_of_an_export_shows_counts_and_polls_only_while_it_runs(made, signed_in):
    url = reverse("releases:export", args=[made.pk])
    done = signed_in.get(url).content.decode()
    Export.objects.filter(pk=made.pk).update(status="running")
    running = signed_in.get(url, headers={"HX-Request": "true"}).content.decode()

    assert (made.sha256 in done, "hx-trigger" in done) == (True, False)
    assert ("<html" in running, "every 1s" in running) == (False, True)


def test_file_can_be_deleted_and_the_record_stays(made, signed_in):
    signed_in.post(reverse("releases:export_step", args=[made.pk, "delete"]))

    made.refresh_from_db()
    assert (made.has_file, made.counts["exported"]) == (False, 1)
    assert signed_in.get(reverse("releases:download", args=[made.pk])).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("cancel", 302), ("explode", 404)])
def test_steps_are_those_that_are_known(made, signed_in, name, status):
    assert signed_in.post(reverse("releases:export_step", args=[made.pk, name])).status_code == status


def test_steps_are_not_taken_by_looking(made, signed_in):
    assert signed_in.get(reverse("releases:export_step", args=[made.pk, "delete"])).status_code == 405


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries_for_any_number(signed_in, researcher, number, django_assert_max_num_queries):
    for _ in range(number):
        Export.objects.create(title="One", licence="x", created_by=researcher)

    with django_assert_max_num_queries(7):
        response = signed_in.get(reverse("releases:exports"))

    assert response.content.decode().count('<th scope="row">') == number
