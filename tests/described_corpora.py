"""Tables of facts of made-up corpora: each with nothing odd about it until a test makes it odd."""

import numpy as np
import pandas as pd

EMOTIONS = ["calm", "happy", "sad"]
NO_FAILURES = pd.DataFrame({"clip": []})
SPEAKERS = 6
TAKES = 4


def facts_of(corpus="mine", *, heard=True, seen=True, seed=0):
    """72 clips of six speakers in three emotions, recorded well."""
    rng = np.random.default_rng(seed)
    rows = [
        {"clip": f"{corpus}-{s}-{e}-{t}", "corpus": corpus, "speaker": f"s{s}", "emotion": e}
        for s in range(1, SPEAKERS + 1)
        for e in EMOTIONS
        for t in range(TAKES)
    ]
    facts, number = pd.DataFrame(rows), len(rows)
    facts["duration"] = rng.uniform(1, 4, number) if heard or seen else np.nan
    facts["sample_rate"] = pd.array([16_000 if heard else None] * number, dtype="Int64")
    facts["frame_rate"] = 25.0 if seen else np.nan
    facts["level"] = rng.normal(-25, 3, number) if heard else np.nan
    facts["peak"] = facts["level"] + rng.uniform(9, 15, number)
    facts["clipped"] = 0.0 if heard else np.nan
    facts["wav_digest"] = [f"{corpus}{index}" if heard else None for index in range(number)]
    if seen:
        facts["face_share_mediapipe"] = rng.uniform(0.9, 1, number)
    return facts
