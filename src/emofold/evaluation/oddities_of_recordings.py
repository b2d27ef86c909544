"""What is odd about the recordings of a corpus: their length, their sound, their pictures."""

from collections.abc import Callable, Iterator

import pandas as pd

from emofold.errors import listing
from emofold.evaluation.clip_facts import face_columns
from emofold.evaluation.oddity import MIN_CLIPS, Oddity, agree, of_all
from emofold.evaluation.schemas import FACE_SHARE

MOST = 0.5  # of the clips: what as many have in common is told
SHORT, LONG = 0.5, 20.0  # seconds
SILENT, FAINT = -70.0, -50.0  # dBFS
CLIPPED = 0.0002  # of the samples
SAME_PEAK = 0.5  # decibels
NORMALISED = 0.8  # of the clips
EXPLAINED = 0.3  # of the variance
LONGER = 1.25  # the longest median duration of an emotion for the shortest
LOUDER, NEARER = 6.0, 10.0  # decibels between the medians of emotions, and of speakers
LOWEST_SAMPLE_RATE = 16_000
SLOWEST_FRAME_RATE = 15.0
MOST_RATES = 4
FEW_FACES = 0.5  # of the frames

Finder = Callable[[pd.DataFrame], Iterator[Oddity]]


def find_odd_durations(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield what is odd about how long the clips last."""
    known = facts.dropna(subset="duration")
    whole = len(known)
    in_milliseconds = known["duration"].round(3)
    if whole >= MIN_CLIPS:
        commonest = in_milliseconds.mode().iloc[0]
        alike = known.loc[in_milliseconds == commonest, "clip"]
        if len(alike) >= MOST * whole:
            what = f"{of_all(len(alike), whole)} last exactly {commonest:.3f} s"
            meaning = "they were cut or filled up to one length, so that they may lack their end"
            yield Oddity.of("one length", what, meaning, alike)
    short = known.loc[known["duration"] < SHORT, "clip"]
    if len(short):
        lasts = f"{agree(len(short), 'last')} less than {SHORT:g} s"
        meaning = "there is little to go by"
        yield Oddity.of("short", f"{of_all(len(short), whole)} {lasts}", meaning, short)
    long = known.loc[known["duration"] > LONG, "clip"]
    if len(long):
        lasts = f"{agree(len(long), 'last')} more than {LONG:g} s"
        meaning = "one emotion may not hold for so long"
        yield Oddity.of("long", f"{of_all(len(long), whole)} {lasts}", meaning, long)


def find_odd_sound(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield what is odd about how loud the clips are."""
    heard = facts.dropna(subset="level")
    whole = len(heard)
    silent = heard.loc[heard["level"] < SILENT, "clip"]
    if len(silent):
        what = f"{of_all(len(silent), whole)} {agree(len(silent), 'are')} silent"
        yield Oddity.of("silent", what, "", silent)
    heard = heard[heard["level"] >= SILENT]
    clipped = heard.loc[heard["clipped"] >= CLIPPED, "clip"]
    if len(clipped):
        what = f"{of_all(len(clipped), whole)} {agree(len(clipped), 'are')} clipped"
        meaning = "cut off where full scale ends, which sounds harsh and hides how loud they were"
        yield Oddity.of("clipped", what, meaning, clipped)
    faint = heard.loc[heard["level"] < FAINT, "clip"]
    if len(faint):
        what = f"{of_all(len(faint), whole)} {agree(len(faint), 'are')} below {FAINT:g} dBFS"
        meaning = f"very faint; the median of all is {heard['level'].median():.0f} dBFS"
        yield Oddity.of("faint", what, meaning, faint)
    alike = heard.loc[(heard["peak"] - heard["peak"].median()).abs() <= SAME_PEAK, "clip"]
    if len(heard) >= MIN_CLIPS and len(alike) >= NORMALISED * len(heard):
        peak = f"{heard['peak'].median():z.1f} dBFS"
        what = f"{of_all(len(alike), whole)} have one peak, {peak} within {SAME_PEAK:g} dB"
        meaning = "as if each had been brought to it; how loud people spoke is then lost"
        yield Oddity.of("one peak", what, meaning, alike)


def find_telling_levels(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield what the level of a clip alone gives away."""
    heard = facts[facts["level"] >= SILENT]
    for by, least, meaning in (
        ("emotion", LOUDER, "a model that leans on it may fail with another microphone"),
        ("speaker", NEARER, "they were not recorded alike"),
    ):
        medians = heard.groupby(by)["level"].median().sort_values()
        if len(medians) > 1 and medians.iloc[-1] - medians.iloc[0] >= least:
            explained = explained_variance(heard["level"], heard[by])
            if explained >= EXPLAINED:
                what = (
                    f"how loud a clip is tells {by}s apart, from {medians.iloc[0]:.0f} dBFS "
                    f"({medians.index[0]}) to {medians.iloc[-1]:.0f} dBFS ({medians.index[-1]}) in "
                    f"the median, {100 * explained:.0f} % of all variance"
                )
                yield Oddity(f"level by {by}", what, meaning, len(heard))


def find_telling_durations(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield whether the duration of a clip alone gives its emotion away."""
    known = facts.dropna(subset="duration")
    medians = known.groupby("emotion")["duration"].median().sort_values()
    if len(medians) > 1 and medians.iloc[-1] >= LONGER * medians.iloc[0]:
        explained = explained_variance(known["duration"], known["emotion"])
        if explained >= EXPLAINED:
            what = (
                f"how long a clip lasts tells emotions apart, from {medians.iloc[0]:.2f} s "
                f"({medians.index[0]}) to {medians.iloc[-1]:.2f} s ({medians.index[-1]}) in the "
                f"median, {100 * explained:.0f} % of all variance"
            )
            meaning = "a model that leans on it may fail on other sentences"
            yield Oddity("duration by emotion", what, meaning, len(known))


def find_odd_rates(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield what is odd about how often the sources were sampled."""
    sampled = facts.dropna(subset="sample_rate")
    if sampled["sample_rate"].nunique() > 1:
        what = f"the sources have different sampling rates: {_list(sampled['sample_rate'], 'Hz')}"
        explained = explained_variance(sampled["sample_rate"].astype("float64"), sampled["emotion"])
        meaning = (
            "by emotion, so that a model may learn the source" if explained > EXPLAINED else ""
        )
        yield Oddity("sampling rates", what, meaning, len(sampled))
    low = sampled.loc[sampled["sample_rate"] < LOWEST_SAMPLE_RATE, "clip"]
    if len(low):
        rate = f"a sampling rate below {LOWEST_SAMPLE_RATE} Hz"
        what = f"{of_all(len(low), len(sampled))} {agree(len(low), 'have')} {rate}"
        meaning = "as on the telephone; high sounds are missing"
        yield Oddity.of("low sampling rate", what, meaning, low)
    seen = facts.dropna(subset="frame_rate")
    rates = seen["frame_rate"].round()
    if rates.nunique() > 1:
        what = f"the sources have different frame rates: {_list(rates, 'a second')}"
        yield Oddity("frame rates", what, "", len(seen))
    slow = seen.loc[seen["frame_rate"] < SLOWEST_FRAME_RATE, "clip"]
    if len(slow):
        rate = f"fewer than {SLOWEST_FRAME_RATE:g} frames a second"
        what = f"{of_all(len(slow), len(seen))} {agree(len(slow), 'have')} {rate}"
        yield Oddity.of("low frame rate", what, "quick movements of the face are not seen", slow)


def find_missing_faces(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield in how many clips a face is seldom found, by extractor."""
    for column in face_columns(facts):
        seen = facts.dropna(subset=column)
        odd = seen.loc[seen[column] < FEW_FACES, "clip"]
        if len(odd):
            who = f"{of_all(len(odd), len(seen))} {agree(len(odd), 'show')}"
            extractor = column.removeprefix(FACE_SHARE)
            what = f"{who} a face in fewer than half of the frames ({extractor})"
            yield Oddity.of("few faces", what, "frames without a face do not count", odd)


def find_doubled_sound(facts: pd.DataFrame) -> Iterator[Oddity]:
    """Yield which clips have the very sound of another one; silence is no sound."""
    heard = facts[facts["level"] >= SILENT]
    doubled = heard[heard.duplicated("wav_digest", keep=False)]
    if len(doubled):
        in_pairs = doubled.sort_values(["wav_digest", "clip"], kind="stable")
        what = f"{of_all(len(doubled), len(heard))} have the very sound of another clip"
        told = doubled.groupby("wav_digest")[["speaker", "emotion"]].nunique().max()
        what += ", some of another speaker" if told["speaker"] > 1 else ""
        what += ", some with another emotion" if told["emotion"] > 1 else ""
        meaning = (
            "a model may be tested on what it learned"
            if told["speaker"] > 1
            else "what is counted twice is no more evidence"
        )
        yield Oddity.of("same sound", what, meaning, in_pairs["clip"])


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


def _list(rates: pd.Series, unit: str) -> str:
    """Return the rates with the clips of each, the commonest first."""
    by_rate = rates.value_counts().items()
    return listing((f"{rate:g} {unit} ({number})" for rate, number in by_rate), MOST_RATES)


OF_RECORDINGS: tuple[Finder, ...] = (
    find_odd_durations,
    find_odd_sound,
    find_doubled_sound,
    find_missing_faces,
    find_telling_levels,
    find_telling_durations,
    find_odd_rates,
)
