"""How a copy of a known corpus differs from the corpus as it was published."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from emofold.config.known_corpora import KnownCorpus
from emofold.errors import counted, listing
from emofold.media.contents import read_duration

FEWEST_OF_ONE_LENGTH = 10
MILLISECOND = 1e-3


def find_deviations(
    corpus: KnownCorpus, folder: Path, fields: Mapping[Path, Mapping[str, str]]
) -> Iterator[str]:
    """Yield what is missing, what there is too much of, and whether all clips are of one length.

    Parameters
    ----------
    corpus
        The corpus.
    folder
        The folder of the copy.
    fields
        What is said of each of its clips.
    """
    expected = corpus.counts
    if len(fields) != expected.clips:
        yield f"{counted(len(fields), 'clip')} instead of {expected.clips}"
    yield from _compare_speakers(corpus, Counter(told["speaker"] for told in fields.values()))
    emotions = Counter(told["emotion"] for told in fields.values())
    differing = [
        f"{emotions[word]} instead of {count} {word}"
        for word, count in expected.emotions.items()
        if emotions[word] != count
    ]
    if differing:
        yield f"by emotion, {listing(differing, len(differing))}"
    duration = _find_one_duration([folder / path for path in fields])
    if duration:
        yield (
            f"all {len(fields)} clips last exactly {duration:.3f} s: a copy cut or padded to one "
            "length, whose results are not those of the corpus"
        )


def _compare_speakers(corpus: KnownCorpus, clips: Counter[str]) -> Iterator[str]:
    """Yield which speakers are missing or surplus, and of whom there are more or fewer clips."""
    expected = corpus.counts
    there = {code.casefold() for code in clips}
    missing = [code for code in expected.codes_of_speakers if code.casefold() not in there]
    known = {code.casefold() for code in expected.codes_of_speakers}
    surplus = sorted(code for code in clips if known and code.casefold() not in known)
    if missing:
        yield f"no clip of the {_speakers(missing)}"
    if surplus:
        yield f"clips of the {_speakers(surplus)}, which the corpus has not"
    if not known and expected.speakers and len(clips) != expected.speakers:
        yield f"{counted(len(clips), 'speaker')} instead of {expected.speakers}"
    count = expected.clips_per_speaker
    differing = [f"{clips[code]} of {code}" for code in sorted(clips) if clips[code] != count]
    if count and differing:
        yield f"{listing(differing)}, instead of {count} clips of each speaker"


def _speakers(codes: list[str]) -> str:
    noun = "speaker" if len(codes) == 1 else "speakers"
    return f"{noun} {listing(codes, 10)}"


def _find_one_duration(paths: list[Path]) -> float | None:
    """Return how long all files last, if that is the same; None if it is not, or is not known."""
    if len(paths) < FEWEST_OF_ONE_LENGTH:
        return None
    first = read_duration(paths[0])
    same = first and all(abs(read_duration(path) - first) < MILLISECOND for path in paths[1:])
    return first if same else None
