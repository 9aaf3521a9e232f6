import pytest

from ratings.file_source import LINES_AT_ONCE, FileFormatError, FileSource


def test_columns_go_by_either_name(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text("rater,model_a,b,winner\nv,x,y,a\n")

    source = FileSource(path)

    assert [source.column(name) for name in ("voter", "a", "b")] == ["rater", "model_a", "b"]
    assert source.optional("context") is None


def test_only_wanted_columns_and_the_mark_of_exclusion_are_read(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text("a,b,winner,excluded,note\nx,y,a,false,long\n")

    [batch] = FileSource(path).batches(["a", "b", "a"])

    assert batch.schema.names == ["a", "b", "excluded"]


def test_json_lines_come_in_batches_without_losing_the_last(tmp_path):
    path = tmp_path / "votes.jsonl"
    path.write_text('{"a": "x"}\n' * (LINES_AT_ONCE + 1))

    assert [len(batch) for batch in FileSource(path).batches(["a"])] == [LINES_AT_ONCE, 1]


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(FileFormatError, match=r"none of \.csv"):
        FileSource(tmp_path / "votes.xlsx")
