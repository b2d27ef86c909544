"""How long a recording lasts by the times of its packets, which are read and not decoded.

What records as it goes, as browsers do, cannot say in the header how long it will be.
"""

from pathlib import Path

from emofold.media.containers import MAX_DURATION, open_media


def measure_duration(path: Path, longest: float) -> float:
    """Return how many seconds the longest track of a file lasts.

    Times may go back, as in files that were joined, or leap: what follows is then counted on.

    Parameters
    ----------
    path
        The file.
    longest
        How many seconds to read; of a file that lasts longer, somewhat more than this is returned.

    Returns
    -------
    float
        0 where the packets do not tell.

    Raises
    ------
    InputError
        When the file is missing, empty, or no media file.
    """
    lengths: dict[int, float] = {}
    before: dict[int, tuple[float | None, float]] = {}  # when the packet began, how long it lasts
    with open_media(path) as container:
        for packet in container.demux(*container.streams.video, *container.streams.audio):
            if packet.time_base is None or not packet.size:
                continue
            start = None if packet.dts is None else float(packet.dts * packet.time_base)
            track, duration = packet.stream_index, float((packet.duration or 0) * packet.time_base)
            previous, shown = before.get(track, (start, 0.0))
            step = -1.0 if start is None or previous is None else start - previous
            lengths[track] = lengths.get(track, 0.0) + (
                step if 0 <= step <= MAX_DURATION else shown
            )
            before[track] = start, duration
            if lengths[track] > longest:
                break
    return max((length + before[track][1] for track, length in lengths.items()), default=0.0)
