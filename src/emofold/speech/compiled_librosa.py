"""librosa, imported by one process at a time.

librosa compiles some of its functions when it is first imported, and numba keeps them for the next
process. Of two processes that compile at once, each keeps a part, and what fits no longer together
crashes every process after them. The first jobs of a run are such processes.

Where neither the folder of librosa nor the home folder can be written to, as in some containers,
numba would refuse to compile: there a process keeps what it compiles for itself.
"""

import atexit
import importlib.util
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from numba import config
from numba.misc.appdirs import user_cache_dir

from emofold.runtime.locks import locked_where_possible

spec = importlib.util.find_spec("librosa")
assert spec is not None and spec.origin is not None


def find_cache(usual: Iterable[Path]) -> Path | None:
    """Return a folder of this process alone where none of the usual folders can be written to."""
    if any(map(_can_keep_files, usual)):
        return None
    folder = Path(tempfile.mkdtemp(prefix="emofold-numba-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _can_keep_files(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


if not config.CACHE_DIR:
    beside = Path(spec.origin).with_name("__pycache__")
    config.CACHE_DIR = str(find_cache([beside, Path(user_cache_dir("numba"))]) or "")

with locked_where_possible(Path(spec.origin)):
    import librosa
    import librosa.core.pitch
    import librosa.feature.spectral

__all__ = ["librosa"]
