import zipfile

import pytest

from arena.releases.packing import packed


def test_packed_follows_a_file_that_grows(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()

    with packed(folder, tmp_path / "out.zip", "data.csv"):
        for number in range(3):
            with (folder / "data.csv").open("a") as file:
                file.write(f"{number}\n" * 200_000)
        (folder / "about.txt").write_text("two columns")

    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.read("data.csv") == (folder / "data.csv").read_bytes()
        assert archive.read("about.txt") == b"two columns"


def test_packed_leaves_no_archive_of_what_failed(tmp_path):
    def write_half():
        (tmp_path / "data.csv").write_text("half of")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"), packed(tmp_path, tmp_path / "out.zip", "data.csv"):
        write_half()

    assert not (tmp_path / "out.zip").exists()
