import io

import pyarrow.parquet as pq
import pytest

from arena.prompts.exporting import WRITERS, written
from arena.prompts.selectors.export import ExportFilter, count_export, export_rows
from tests.arena.prompts.library import make_category, make_curator, make_prompt, rows_of, text_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def file_of(file_format: str, **wanted: object) -> bytes:
    return b"".join(written(export_rows(ExportFilter(**wanted)), WRITERS[file_format]()))


def keys(**wanted: object) -> list[str]:
    return [row["key"] for rows in export_rows(ExportFilter(**wanted)) for row in rows]


@pytest.mark.parametrize("file_format", WRITERS)
def test_export_is_an_import_that_changes_nothing(file_format, monkeypatch):
    monkeypatch.setattr("arena.prompts.selectors.export.ROWS_AT_ONCE", 2)
    make_prompt("one", 'Say "so", or\nelse; ok?', tags=["a", "b c"], source="a, book", licence="CC0-1.0")
    make_prompt("two", "Wie heißt das?", language="de", status="approved")
    make_prompt("three")

    batch = upload(file_of(file_format), f"again.{file_format}", category=None, language="")

    assert [outcome for _, outcome, _ in rows_of(batch)] == ["unchanged"] * 3
    assert batch.ignored_columns == ["status", "revision"] or sorted(batch.ignored_columns) == ["revision", "status"]
    assert text_of("one") == 'Say "so", or\nelse; ok?'


@pytest.mark.parametrize("file_format", WRITERS)
def test_export_never_holds_holdout_prompts_and_counts_them(file_format):
    make_prompt("open", status="approved")
    make_prompt("kept", "The secret text?", status="approved", holdout=True)

    content = file_of(file_format)
    counts = count_export(ExportFilter())

    assert b"secret" not in content
    assert (counts.exported, counts.holdout) == (1, 1)


def test_export_is_filtered():
    code = make_category("code")
    python = make_category("python", parent=code)
    make_prompt("loop", category=python, status="approved")
    make_prompt("sky", language="en-GB")
    make_prompt("himmel", language="de", status="approved")

    assert keys(status="approved") == ["loop", "himmel"]
    assert keys(category=code.pk) == ["loop"]
    assert keys(language="en") == ["loop", "sky"]


@pytest.mark.parametrize("file_format", WRITERS)
def test_export_of_nothing_is_a_file_without_rows(file_format):
    content = file_of(file_format)

    if file_format == "parquet":
        assert pq.read_table(io.BytesIO(content)).num_rows == 0
    else:
        assert content.decode().count("\n") == (1 if file_format == "csv" else 0)


def test_page_counts_before_it_offers(client):
    client.force_login(make_curator())
    make_prompt("open", status="approved")
    make_prompt("kept", status="approved", holdout=True)
    make_prompt("other")

    page = client.get("/prompts/export/").content.decode()
    nothing = client.get("/prompts/export/", {"status": "retired"}).content.decode()

    assert "1 prompt is exported." in page
    assert "1 is left out because it is a holdout prompt." in page
    assert "/prompts/export/parquet/?status=approved" in page
    assert "0 prompts are exported." in nothing
    assert "/prompts/export/csv/" not in nothing


def test_file_is_downloaded(client):
    client.force_login(make_curator())
    make_prompt("open", status="approved")

    response = client.get("/prompts/export/jsonl/", {"status": "approved"})

    assert b"".join(response.streaming_content).startswith(b'{"key": "open"')
    assert response.headers["Content-Disposition"].startswith('attachment; filename="prompts-')
    assert client.get("/prompts/export/xlsx/").status_code == 404
    assert client.get("/prompts/export/csv/", {"status": "nonsense"}).status_code == 404


def test_file_is_sent_piece_by_piece(client, monkeypatch):
    monkeypatch.setattr("arena.prompts.selectors.export.ROWS_AT_ONCE", 1)
    client.force_login(make_curator())
    for key in ("one", "two"):
        make_prompt(key)

    response = client.get("/prompts/export/csv/")

    assert [piece.count(b"What is") for piece in response.streaming_content] == [1, 1]
