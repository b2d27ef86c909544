"""What MediaPipe would report is held back, whatever proxies there are."""

import os
import socket
import subprocess
import sys

import pytest

from emofold.face.reports import NOWHERE, hold_back_reports

EXTRACT = """
import sys, time
from pathlib import Path
from emofold.face.mediapipe_proxies import MediaPipeExtractor
from emofold.media.video import read_frames
from emofold.face.reports import hold_back_reports
with hold_back_reports():
    MediaPipeExtractor(Path(sys.argv[1])).extract(read_frames(Path(sys.argv[2])))
    time.sleep(2)
"""


def test_all_that_leaves_by_https_leads_nowhere_within_the_block_and_as_before_after_it(
    monkeypatch,
):
    monkeypatch.setenv("https_proxy", "http://proxy.example")
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    before = dict(os.environ)
    with hold_back_reports():
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            assert os.environ[name] == NOWHERE
        assert not {"NO_PROXY", "no_proxy"} & os.environ.keys()
    assert dict(os.environ) == before


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_a_proxy_hears_nothing_of_an_extraction(realdata, name):
    model, video = realdata / "models/face_landmarker.task", realdata / "faces/single_face.mp4"
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        others = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
        command = [sys.executable, "-c", EXTRACT, str(model), str(video)]
        subprocess.run(command, env=others | {name: address}, check=True, capture_output=True)
        proxy.settimeout(0.1)
        with pytest.raises(TimeoutError):
            proxy.accept()
