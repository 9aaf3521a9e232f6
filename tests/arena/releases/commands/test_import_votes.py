import io

import pytest
from django.core.management import CommandError, call_command

from arena.releases.models import VoteImport

STATED = ("--study", "Crowd", "--source", "A paper", "--licence", "CC0")

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "votes.csv"
    path.write_text("voter,context,a,b,winner\nann,1,cat,dog,a\nann,1,cat,cat,a\n")
    return path


def run(*arguments):
    out = io.StringIO()
    call_command("import_votes", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_command_checks_and_tells_what_it_found(file):
    said = run(file, *STATED)

    assert "1 votes of 1 voters on 2 models; 1 of 2 lines rejected." in said
    assert VoteImport.objects.get().status == "ready"
    assert file.exists()


def test_command_stores_when_told_so(file):
    run(file, *STATED, "--yes")

    vote_import = VoteImport.objects.get()
    assert (vote_import.status, vote_import.votes.count()) == ("done", 1)


def test_command_refuses_the_same_file_again(file):
    run(file, *STATED, "--yes")

    with pytest.raises(CommandError, match="imported before"):
        run(file, *STATED, "--yes")


def test_command_says_why_a_file_is_of_no_use(file):
    file.write_text("a,b\n")

    with pytest.raises(CommandError, match="columns are missing"):
        run(file, *STATED)


def test_command_names_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path / "none.csv", *STATED)
