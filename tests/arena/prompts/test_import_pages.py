import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from arena.prompts.models import Prompt, PromptImport
from tests.arena.prompts.library import jsonl, make_category, make_curator, take_in, upload, work

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

IMPORTS = "/prompts/imports/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def curator(client) -> Client:
    client.force_login(make_curator())
    return client


@pytest.fixture
def form() -> dict[str, object]:
    file = SimpleUploadedFile("morning.csv", b"text\nWhy?\n\n\xff\n")
    return {"file": file, "put_into": "in_review", "category": make_category().pk, "language": "en"}


def test_upload_leads_to_its_page(curator, form):
    response = curator.post(IMPORTS, form)

    batch = PromptImport.objects.get()
    assert response.headers["Location"] == f"{IMPORTS}{batch.pk}/"
    assert (batch.file_name, batch.format, batch.status, batch.uploader_name) == (
        ("morning.csv", "csv", "checking", "ada")
    )
    assert bytes(batch.file.content) == b"text\nWhy?\n\n\xff\n"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [("prompts.xlsx", b"x", ".csv, .jsonl or .parquet"), ("prompts.csv", b"", "The file is empty.")],
)
def test_upload_of_something_else_is_refused(curator, form, name, content, sentence):
    response = curator.post(IMPORTS, {**form, "file": SimpleUploadedFile(name, content)})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not PromptImport.objects.exists()


def test_upload_that_is_too_large_is_refused(curator, form, monkeypatch):
    monkeypatch.setattr("arena.prompts.forms.MOST_MEGABYTES", 0)

    assert "larger than 0 MB" in curator.post(IMPORTS, form).content.decode()


def test_page_shows_progress_until_the_worker_is_done(curator, form):
    curator.post(IMPORTS, form)
    batch = PromptImport.objects.get()
    address = f"{IMPORTS}{batch.pk}/"

    before = curator.get(address, headers=HTMX).content.decode()
    work(batch)
    after = curator.get(address, headers=HTMX).content.decode()

    assert 'hx-trigger="every 1s"' in before
    assert "Nothing is changed yet" in before
    assert "hx-trigger" not in after
    assert "Import 1 row<" in after
    assert "is not in UTF-8" in after


def test_silent_worker_can_be_sent_the_work_again(curator, form):
    curator.post(IMPORTS, form)
    batch = PromptImport.objects.get()
    PromptImport.objects.update(progressed_at=timezone.now() - timedelta(minutes=5))

    page = curator.get(f"{IMPORTS}{batch.pk}/").content.decode()
    again = curator.post(f"{IMPORTS}{batch.pk}/resume/")

    assert "Send it the work again" in page
    assert again.headers["Location"] == f"{IMPORTS}{batch.pk}/"


def test_import_is_confirmed_and_undone_by_buttons(curator):
    batch = upload(jsonl({"text": "Why?"}))
    address = f"{IMPORTS}{batch.pk}/"

    curator.post(f"{address}confirm/")
    work(batch)
    there = Prompt.objects.count()
    done = curator.get(address).content.decode()
    curator.post(f"{address}undo/")
    work(batch)
    undone = curator.get(address).content.decode()

    assert (there, Prompt.objects.count()) == (1, 0)
    assert "Undo the whole import" in done
    assert "1 prompt was removed." in undone


def test_import_that_moved_on_is_not_confirmed_twice(curator):
    batch = take_in(jsonl({"text": "Why?"}))

    answer = curator.post(f"{IMPORTS}{batch.pk}/confirm/")

    assert answer.status_code == 409
    assert "has moved on" in answer.content.decode()


def test_same_file_again_is_said_so(curator):
    take_in(jsonl({"text": "Why?"}))
    again = upload(jsonl({"text": "Why?"}))

    page = curator.get(f"{IMPORTS}{again.pk}/").content.decode()

    assert "This very file was imported before" in page
    assert "nothing in this file that would change the library" in page


def test_rejected_rows_are_a_file_that_a_spreadsheet_only_reads(curator):
    batch = upload(jsonl({"text": "Why?"}, {"text": "=HYPERLINK(1)", "language": "not one"}, {"text": " "}))

    response = curator.get(f"{IMPORTS}{batch.pk}/rejected.csv")

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response.headers["Content-Disposition"].endswith(f'"import-{batch.pk}-rejected.csv"')
    assert rows[0] == ["line", "reason", "text"]
    assert [(row[0], row[2]) for row in rows[1:]] == [("2", "'=HYPERLINK(1)"), ("3", " ")]


def test_rows_are_shown_by_outcome_and_a_page_at_a_time(curator):
    batch = upload(jsonl(*({"text": f"Question {number}?"} for number in range(27)), {"text": ""}))
    address = f"{IMPORTS}{batch.pk}/"

    first = curator.get(address).content.decode()
    new = curator.get(address, {"rows": "new", "page": 2}).content.decode()

    assert "Rejected rows" in first
    assert "nothing to read" in first
    assert new.count("<tr>") == 3
    assert "?rows=new&amp;page=1" in new


def test_who_may_not_review_may_not_approve_at_once(client, form):
    from django.contrib.auth.models import Permission, User

    helper = User.objects.create(username="helper", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="import_prompts"))
    client.force_login(helper)

    page = client.get(IMPORTS).content.decode()
    answer = client.post(IMPORTS, {**form, "put_into": "approved"})

    assert "approved at once" not in page
    assert answer.status_code == 422


@pytest.mark.parametrize("imports", [1, 3])
def test_pages_take_few_queries(curator, imports, django_assert_max_num_queries):
    batches = [upload(jsonl(*({"text": f"{number} {row}?"} for row in range(imports)))) for number in range(imports)]

    with django_assert_max_num_queries(8):
        curator.get(IMPORTS)
    with django_assert_max_num_queries(9):
        curator.get(f"{IMPORTS}{batches[0].pk}/")


def test_steps_refuse_get_and_unknown_names(curator):
    batch = upload(jsonl({"text": "Why?"}))

    assert curator.get(f"{IMPORTS}{batch.pk}/confirm/").status_code == 405
    assert curator.post(f"{IMPORTS}{batch.pk}/explode/").status_code == 404
    assert curator.post(f"{IMPORTS}999999/confirm/").status_code == 404
