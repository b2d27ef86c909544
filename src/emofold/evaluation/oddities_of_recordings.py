"""What is odd about the recordings of a corpus: their length, their sound, their pictures."""

from collections.abc import Callable, Iterator

import pandas as pd

from emofold.evaluation.clip_facts import face_columns
from emofold.evaluation.oddity import MIN_CLIPS, Oddity, of_all
from emofold.evaluation.schemas import FACE_SHARE

MOST = 0.5  # of the clips: what as many have in common is told
SHORT, LONG = 0.5, 20.0  # seconds
SILENT, FAINT = -70.0, -50.0  # dBFS
CLIPPED = 0.0002  # of the samples
SAME_PEAK = 0.5  # decibels
NORMALISED = 0.8  # of the clips
EXPLAINED = 0.3  # of the variance
LOUDER, NEARER = 6.0, 10.0  # decibels between the medians of emotions, and of speakers
LOWEST_SAMPLE_RATE = 16_000
SLOWEST_FRAME_RATE = 15.0
FEW_FACES = 0.5  # of the frames

Finder = Callable[[pd.DataFrame], Iterator[Oddity]]


def find_odd_durations(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield what is odd about how long the clips last."""
    known = facts.dropna(subset="duration")
    in_milliseconds = known["duration"].round(3)
    commonest = in_milliseconds.mode()
    if len(known) >= MIN_CLIPS:
        alike = known[in_milliseconds == commonest.iloc[0]]
        if len(alike) >= MOST * len(known):
            what = (
                f"{of_all(len(alike), len(known))} last exactly {commonest.iloc[0]:.3f} s: they "
                "were cut or filled up to one length, so that words may lack their end."
            )
            yield Oddity.of("one length", what, alike["clip"])
    for kind, is_odd, limit in (
        ("short", known["duration"] < SHORT, f"less than {SHORT:g} s"),
        ("long", known["duration"] > LONG, f"more than {LONG:g} s"),
    ):
        if is_odd.any():
            last = "lasts" if is_odd.sum() == 1 else "last"
            what = f"{of_all(is_odd.sum(), len(known))} {last} {limit}."
            yield Oddity.of(kind, what, known.loc[is_odd, "clip"])


def find_odd_sound(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield what is odd about how loud the clips are."""
    heard = facts.dropna(subset="level")
    is_silent = heard["level"] < SILENT
    if is_silent.any():
        are = "is" if is_silent.sum() == 1 else "are"
        what = f"{of_all(is_silent.sum(), len(heard))} {are} silent."
        yield Oddity.of("silent", what, heard.loc[is_silent, "clip"])
    heard = heard[~is_silent]
    is_clipped = heard["clipped"] >= CLIPPED
    if is_clipped.any():
        are = "is" if is_clipped.sum() == 1 else "are"
        what = (
            f"{of_all(is_clipped.sum(), len(heard))} {are} clipped: cut off where full scale "
            "ends, which sounds harsh and hides how loud it was."
        )
        yield Oddity.of("clipped", what, heard.loc[is_clipped, "clip"])
    is_faint = heard["level"] < FAINT
    if is_faint.any():
        are = "is" if is_faint.sum() == 1 else "are"
        what = (
            f"{of_all(is_faint.sum(), len(heard))} {are} very faint, below {FAINT:g} dBFS; the "
            f"median of all is {heard['level'].median():.0f} dBFS."
        )
        yield Oddity.of("faint", what, heard.loc[is_faint, "clip"])
    has_common_peak = (heard["peak"] - heard["peak"].median()).abs() <= SAME_PEAK
    if len(heard) >= MIN_CLIPS and has_common_peak.mean() >= NORMALISED:
        what = (
            f"{of_all(has_common_peak.sum(), len(heard))} have the same peak within {SAME_PEAK:g} "
            f"dB ({heard['peak'].median():z.1f} dBFS): each was brought to it, so that how loud "
            "people spoke is lost."
        )
        yield Oddity.of("one peak", what, heard.loc[has_common_peak, "clip"])


def find_telling_levels(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield what the level of a clip alone gives away."""
    heard = facts[facts["level"] >= SILENT]
    for by, least, means in (
        ("emotion", LOUDER, "a model that leans on it may fail with another microphone"),
        ("speaker", NEARER, "they were not recorded alike"),
    ):
        medians = heard.groupby(by)["level"].median().sort_values()
        if len(medians) > 1 and medians.iloc[-1] - medians.iloc[0] >= least:
            explained = explained_variance(heard["level"], heard[by])
            if explained >= EXPLAINED:
                what = (
                    f"How loud a clip is tells {by}s apart: from {medians.iloc[0]:.0f} dBFS "
                    f"({medians.index[0]}) to {medians.iloc[-1]:.0f} dBFS ({medians.index[-1]}) in "
                    f"the median, {100 * explained:.0f} % of all variance; {means}."
                )
                yield Oddity(f"level by {by}", what, len(heard), "")


def find_odd_rates(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield what is odd about how often the sources were sampled."""
    sampled = facts.dropna(subset="sample_rate")
    if (different := _list_rates(sampled["sample_rate"], "Hz")) is not None:
        what = f"The sources have different sampling rates: {different}."
        yield Oddity("sampling rates", what, len(sampled), "")
    is_low = sampled["sample_rate"] < LOWEST_SAMPLE_RATE
    if is_low.any():
        what = (
            f"{of_all(int(is_low.sum()), len(sampled))} come from sound below "
            f"{LOWEST_SAMPLE_RATE} Hz, as of telephones: they lack the high sounds that others "
            "have."
        )
        yield Oddity.of("low sampling rate", what, sampled.loc[is_low, "clip"])
    seen = facts.dropna(subset="frame_rate")
    if (different := _list_rates(seen["frame_rate"].round(), "frames a second")) is not None:
        what = f"The sources have different frame rates: {different}."
        yield Oddity("frame rates", what, len(seen), "")
    is_slow = seen["frame_rate"] < SLOWEST_FRAME_RATE
    if is_slow.any():
        have = "has" if is_slow.sum() == 1 else "have"
        what = (
            f"{of_all(int(is_slow.sum()), len(seen))} {have} fewer than {SLOWEST_FRAME_RATE:g} "
            "frames a second: quick movements of the face are not seen."
        )
        yield Oddity.of("low frame rate", what, seen.loc[is_slow, "clip"])


def find_missing_faces(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield in how many clips a face is seldom found, by extractor."""
    for column in face_columns(facts):
        seen = facts.dropna(subset=column)
        is_odd = seen[column] < FEW_FACES
        if is_odd.any():
            what = (
                f"In {of_all(is_odd.sum(), len(seen)).replace('All', 'all')} a face is found well "
                f"enough in fewer than half of the frames ({column.removeprefix(FACE_SHARE)})."
            )
            yield Oddity.of("few faces", what, seen.loc[is_odd, "clip"])


def find_doubled_sound(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield which clips have the very sound of another one; silence is no sound."""
    heard = facts[facts["level"] >= SILENT]
    doubled = heard[heard.duplicated("wav_digest", keep=False)]
    if len(doubled):
        in_pairs = doubled.sort_values(["wav_digest", "clip"], kind="stable")
        what = f"{of_all(len(doubled), len(heard))} have the very sound of another clip"
        told = doubled.groupby("wav_digest")[["speaker", "emotion"]].nunique().max()
        if told["speaker"] > 1:
            what += ", some of another speaker: a model may be tested on what it learned"
        if told["emotion"] > 1:
            what += ", some with another emotion"
        yield Oddity.of("same sound", f"{what}.", in_pairs["clip"])


def explained_variance(values: pd.Series, groups: pd.Series) -> float:
    """Return the share of the variance that groups explain, adjusted for how many they are.

    The adjustment keeps many small groups from explaining by chance; see epsilon squared.

    Examples
    --------
    >>> values = pd.Series([1.0, 1.0, 2.0, 2.0])
    >>> explained_variance(values, pd.Series(list("aabb")))
    1.0
    """
    freedom = len(values) - groups.nunique()
    total = ((values - values.mean()) ** 2).sum()
    if freedom < 1 or not total:
        return 0.0
    within = ((values - values.groupby(groups.to_numpy()).transform("mean")) ** 2).sum()
    return float(1 - within / total * (len(values) - 1) / freedom)


def _list_rates(rates: pd.Series, unit: str) -> str | None:
    """Return the rates with the clips of each, the commonest first; None unless they differ."""
    clips = rates.value_counts()
    if len(clips) < 2:
        return None
    return ", ".join(f"{rate:g} {unit} ({number})" for rate, number in clips.items())


OF_RECORDINGS: tuple[Finder, ...] = (
    find_odd_durations,
    find_odd_sound,
    find_doubled_sound,
    find_missing_faces,
    find_telling_levels,
    find_odd_rates,
)
