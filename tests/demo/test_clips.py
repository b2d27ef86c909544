"""Whole clips: what is in the file, and that a seed and a name decide it."""

import av
import numpy as np
import pytest
import torch

from emofold.demo.clips import FRAMES_PER_SECOND, make_clip
from emofold.demo.face import FRAME_SIDE
from emofold.demo.voice import RATE
from emofold.errors import InputError

HAPPY = "01-01-03-01-01-01-02"
SAD = "01-01-04-01-01-01-02"


@pytest.fixture(scope="module")
def happy(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "clip.mp4"
    make_clip(HAPPY, seed=1, path=path)
    return path


def test_a_clip_is_a_video_with_sound(happy):
    with av.open(str(happy)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height) == (FRAME_SIDE, FRAME_SIDE)
        assert video.average_rate == FRAMES_PER_SECOND
        assert (audio.rate, audio.channels) == (RATE, 1)
        assert 1.3 < float(video.duration * video.time_base) < 2.5


def test_sound_and_pictures_end_together(happy):
    with av.open(str(happy)) as container:
        ends = [float(stream.duration * stream.time_base) for stream in container.streams]
    assert ends[0] == pytest.approx(ends[1], abs=0.12)


def test_the_same_name_and_seed_give_the_same_file(happy, tmp_path):
    make_clip(SAD, seed=1, path=tmp_path / "other.mp4")
    threads = torch.get_num_threads()
    torch.set_num_threads(2 if threads == 1 else 1)
    try:
        threads_found = torch.get_num_threads()
        make_clip(HAPPY, seed=1, path=tmp_path / "again.mp4")
        assert torch.get_num_threads() == threads_found
    finally:
        torch.set_num_threads(threads)
    assert (tmp_path / "again.mp4").read_bytes() == happy.read_bytes()
    assert (tmp_path / "other.mp4").read_bytes() != happy.read_bytes()


def test_another_seed_gives_another_take(happy, tmp_path):
    make_clip(HAPPY, seed=2, path=tmp_path / "clip.mp4")
    assert (tmp_path / "clip.mp4").read_bytes() != happy.read_bytes()


def test_a_clip_lands_anywhere_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "Gesichter, 表情: 100%" / "clip.mp4"
    make_clip(SAD, seed=0, path=path)
    assert [found.name for found in path.parent.iterdir()] == ["clip.mp4"]
    with av.open(str(path)) as container:
        pictures = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
    assert np.std(pictures[len(pictures) // 2]) > 20


def test_who_is_not_in_the_cast_cannot_act(tmp_path):
    with pytest.raises(InputError, match=r"speaker 9 .*a speaker from 1 to 8"):
        make_clip("01-01-03-01-01-01-09", seed=0, path=tmp_path / "clip.mp4")
    assert not list(tmp_path.iterdir())
