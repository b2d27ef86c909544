"""librosa, imported by one process at a time.

librosa compiles some of its functions when it is first imported, and numba keeps them for the next
process. Of two processes that compile at once, each keeps a part, and what fits no longer together
crashes every process after them. The first jobs of a run are such processes.
"""

import importlib.util
from pathlib import Path

from emofold.runtime.locks import locked_where_possible

spec = importlib.util.find_spec("librosa")
assert spec is not None and spec.origin is not None

with locked_where_possible(Path(spec.origin)):
    import librosa
    import librosa.core.pitch
    import librosa.feature.spectral

__all__ = ["librosa"]
