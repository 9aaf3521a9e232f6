import pytest

from arena.profiles.margins.tables import MarginsError, read_margin_tables

FIELDS = {"age", "gender"}


def read(*lines):
    return read_margin_tables("\n".join(lines), FIELDS)


def test_read_margin_tables_reads_one_table_of_two_fields():
    [table] = read("# A remark.", "age,gender,count", "young,female,30", "", "young,male|other,20", "old,female,50")

    assert table.fields == ("age", "gender")
    assert table.total == 100
    assert table.cell_of({"age": "young", "gender": "other"}) == 1
    assert table.cell_of({"age": "old", "gender": "male"}) is None
    assert table.cell_of({"age": "young"}) is None


def test_read_margin_tables_reads_a_table_for_each_set_of_filled_fields():
    tables = read("age,gender,share", "young,,0.3", "old,,0.7", ",female,0.505", ",male,0.5")

    assert [(table.fields, len(table.cells)) for table in tables] == [(("age",), 2), (("gender",), 2)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "last column of the first line"),
        (["age,gender", "young,female"], "last column of the first line"),
        (["count", "3"], "names one to 6 fields"),
        (["age,age,count", "young,old,3"], "each once"),
        (["age,income,count", "young,high,3"], "Nobody is asked for: income"),
        (["age,count"], "no rows"),
        (["age,count", "young,3,4"], "Row 2 does not have as many cells"),
        (["age,count", "young,3", ",4"], "Row 3 names no group"),
        (["age,count", "young,many"], "Row 2: “many” is not a number above 0"),
        (["age,count", "young,0"], "not a number above 0"),
        (["age,count", "young,nan"], "not a number above 0"),
        (["age,count", "young,3", "young|old,4"], "Row 3 is about people whom a row above"),
        (["age,count", "young,3"], "only one group"),
        (["age,gender,count", "young,male,3", "young|old,female,4"], "“age”: young is in several groups"),
        (["age,share", "young,0.3", "old,0.5"], "add up to 0.800 instead of 1"),
        (["age,count", *(f"a{number},1" for number in range(401))], "more than 400 cells"),
        (["x" * 100_001], "too long"),
    ],
)
def test_read_margin_tables_says_what_is_wrong(lines, said):
    with pytest.raises(MarginsError, match=said):
        read(*lines)


def test_margin_table_of_one_field_adds_up_the_others():
    [table] = read("age,gender,count", "young,female,30", "young,male|other,20", "old,female,50")

    assert table.by_field() == {
        "age": {("young",): 50, ("old",): 50},
        "gender": {("female",): 80, ("male", "other"): 20},
    }
