import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from arena.prompts.importing.cells import UnreadableFileError
from arena.prompts.importing.reading import format_of, read_file


def parquet(**columns: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def read(content: bytes, file_format: str) -> list[tuple[int, dict, str]]:
    return [(row.line, row.values, row.problem) for row in read_file(content, file_format).rows]


@pytest.mark.parametrize(
    ("name", "form"), [("a.CSV", "csv"), ("b.tsv", "csv"), ("c.jsonl", "jsonl"), ("d.x.parquet", "parquet")]
)
def test_format_of_goes_by_the_ending(name, form):
    assert format_of(name) == form


@pytest.mark.parametrize("name", ["prompts.xlsx", "prompts", ""])
def test_format_of_refuses_other_files_and_says_which_it_takes(name):
    with pytest.raises(UnreadableFileError, match=r"\.csv, \.jsonl or \.parquet"):
        format_of(name)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_rows_keep_the_line_on_which_they_begin(separator):
    lines = ["Prompt|Language", '"one\nand a half?"|en', "", "two?|de"]
    content = "\r\n".join(lines).replace("|", separator).encode("utf-8-sig")

    assert read(content, "csv") == [
        (2, {"text": "one\nand a half?", "language": "en"}, ""),
        (5, {"text": "two?", "language": "de"}, ""),
    ]


def test_csv_rows_with_too_few_or_too_many_cells_are_named():
    rows = read(b"text,language\nWhy?\nHow?,en,extra\nWho?,en\n", "csv")

    assert [(line, problem) for line, _, problem in rows] == [
        (2, "This line has 1 cell where the header has 2."),
        (3, "This line has 3 cells where the header has 2."),
        (4, ""),
    ]


def test_lines_in_another_encoding_are_named_and_the_rest_is_read():
    content = b"text,source\nWhy?,a book\nWarum f\xe4llt Schnee?,ein Buch\n"

    rows = read(content, "csv")

    assert [(line, problem) for line, _, problem in rows] == [
        (2, ""),
        (3, "“text” is not in UTF-8. Please save the file as UTF-8 and upload it again."),
    ]


def test_utf_16_with_its_mark_is_read():
    assert read("text\nWhy?\n".encode("utf-16"), "csv") == [(2, {"text": "Why?"}, "")]


def test_jsonl_lines_that_are_no_objects_are_named():
    content = b'{"prompt": "Why?", "tags": ["a"]}\n\nnonsense\n[1]\n{"text": "How?"}'

    rows = read(content, "jsonl")

    assert [(line, values) for line, values, problem in rows if not problem] == [
        (1, {"text": "Why?", "tags": ["a"]}),
        (5, {"text": "How?"}),
    ]
    assert [(line, problem.split(":")[0]) for line, _, problem in rows if problem] == [
        (3, "This line is no JSON"),
        (4, "This line is JSON, but no object with names and values."),
    ]


def test_parquet_rows_are_numbered_from_one():
    content = parquet(text=["Why?", None], tags=[["a"], []], score=[1.0, 2.0])

    raw = read_file(content, "parquet")

    assert [(row.line, row.values) for row in raw.rows] == [
        (1, {"text": "Why?", "tags": ["a"]}),
        (2, {"text": None, "tags": []}),
    ]
    assert raw.ignored == ["score"]


@pytest.mark.parametrize(
    ("content", "form", "sentence"),
    [
        (b"", "csv", "The file is empty"),
        (b"question,answer\nWhy?,So.\n", "csv", "no column “text”.*“question”, “answer”"),
        (b"text,Text\nWhy?,How?\n", "csv", "more than once"),
        (b"text\n", "csv", "has no rows"),
        (b"\x89PNG\r\n\x1a\n\x00", "jsonl", "No line of the file is a JSON object"),
        (b'{"question": "Why?"}', "jsonl", "no column “text”.*“question”"),
        (b"PAR1 and nothing else", "parquet", "cannot be read as Parquet"),
        (parquet(question=["Why?"]), "parquet", "no column “text”.*“question”"),
    ],
)
def test_files_that_cannot_be_read_say_what_is_wrong(content, form, sentence):
    with pytest.raises(UnreadableFileError, match=sentence):
        read_file(content, form)


def test_files_with_too_many_rows_are_refused(monkeypatch):
    for module in ("text_files", "parquet_files"):
        monkeypatch.setattr(f"arena.prompts.importing.{module}.MOST_ROWS", 2)

    for content, form in ((b"text\na\nb\nc\n", "csv"), (parquet(text=["a", "b", "c"]), "parquet")):
        with pytest.raises(UnreadableFileError, match="more than"):
            read_file(content, form)


def test_parquet_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr("arena.prompts.importing.parquet_files.MOST_BYTES", 10)

    with pytest.raises(UnreadableFileError, match="unpacks to more"):
        read_file(parquet(text=["Why is the sky blue?"]), "parquet")
