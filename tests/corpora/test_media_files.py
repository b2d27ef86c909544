"""Media files are told from all others."""

import os

import pytest

from emofold.corpora.media_files import find_media
from emofold.errors import InputError


def test_files_are_found_at_any_depth_through_links_and_hidden_ones_are_not(tmp_path):
    folder, elsewhere = tmp_path / "Größe & Videos", tmp_path / "elsewhere"
    media = ["b/c/two words.MP4", "a.mkv", "b/ä.wav"]
    for name in [*media, "._a.mkv", ".git/x.mp4", "notes.txt", "b/Thumbs.db"]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    elsewhere.mkdir()
    (elsewhere / "linked.mp4").touch()
    (folder / "link").symlink_to(elsewhere, target_is_directory=True)
    (folder / "b" / "round").symlink_to(folder, target_is_directory=True)
    found = find_media(folder)
    expected = ["a.mkv", "b/c/two words.MP4", "b/ä.wav", "link/linked.mp4"]
    assert [path.as_posix() for path in found.media] == expected
    assert [path.as_posix() for path in found.others] == ["b/Thumbs.db", "notes.txt"]


def test_a_folder_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    look_into = os.scandir

    def scandir(folder):
        if str(folder).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(folder))
        return look_into(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(InputError, match=r"closed, which cannot be read \(Permission denied\)"):
        find_media(tmp_path)
