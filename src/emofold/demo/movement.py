"""How a face moves through a clip: into the expression and out of it, blinking and speaking."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from emofold.demo.acting import Expression
from emofold.demo.face import Motion, Track
from emofold.demo.muscles import ACTIONS
from emofold.demo.voice import STEPS_PER_SECOND

ONSET, APEX, OFFSET = (0.05, 0.35), 0.5, (0.72, 1.0)
LEFT_AT_END = 0.35
WHEN_SPEAKING = {"jaw drop": 0.42, "lips part": 0.5}
WIDEST = 1.3
BLINKS_PER_SECOND, BLINK_DURATION = 0.45, 0.13
HEAD_DURATION = 0.35
HEAD_SPREAD = (1.5, 1.1, 0.018)
EYE_CLOSURE = "eye closure"


def move(
    expression: Expression, opening: Track, frames_per_second: int, rng: np.random.Generator
) -> Motion:
    """Return how a face acts and speaks, strongest in the middle of the clip.

    Parameters
    ----------
    expression
        How far each Action Unit goes, and ``"eye closure"``.
    opening
        How far the mouth opens for the words, at the steps of :func:`emofold.demo.voice.speak`.
    frames_per_second
        Of the clip.
    rng
        Where the blinks and the movements of the head come from.
    """
    duration = len(opening) / STEPS_PER_SECOND
    times = (np.arange(int(duration * frames_per_second)) + 0.5) / frames_per_second
    acted = _shape_expression(times / duration)
    spoken = np.interp(times, np.arange(len(opening)) / STEPS_PER_SECOND, opening)
    actions = {name: expression.get(name, 0.0) * acted for name in ACTIONS}
    for name, movement in WHEN_SPEAKING.items():
        actions[name] = np.minimum(actions[name] + movement * spoken, WIDEST)
    lids = np.maximum(expression.get(EYE_CLOSURE, 0.0) * acted, _blink(times, duration, rng))
    return Motion(actions, lids, _move_head(len(times), frames_per_second, rng))


def _shape_expression(share: Track) -> Track:
    """Return how far the expression has come at each share of the clip: onset, apex, offset."""
    rise = np.clip((share - ONSET[0]) / (ONSET[1] - ONSET[0]), 0, 1)
    fall = np.clip((share - OFFSET[0]) / (OFFSET[1] - OFFSET[0]), 0, 1)
    return _ease(rise) * (1 - (1 - LEFT_AT_END) * _ease(fall))


def _ease(share: Track) -> Track:
    return share**2 * (3 - 2 * share)


def _blink(times: Track, duration: float, rng: np.random.Generator) -> Track:
    """Return how far blinks close the eyes; none falls on the apex."""
    closed = np.zeros(len(times))
    for at in rng.uniform(0, duration, rng.poisson(BLINKS_PER_SECOND * duration)):
        if abs(at - APEX * duration) > 2 * BLINK_DURATION:
            closed = np.maximum(closed, np.exp(-(((times - at) / (BLINK_DURATION / 2)) ** 4)))
    return closed


def _move_head(frames: int, frames_per_second: int, rng: np.random.Generator) -> Track:
    """Return the head's shifts and tilt, slow and small; shape (frames, 3)."""
    restless = rng.standard_normal((frames, len(HEAD_SPREAD)))
    slow = gaussian_filter1d(restless, HEAD_DURATION * frames_per_second, axis=0, mode="wrap")
    pose = rng.standard_normal(len(HEAD_SPREAD)) * 0.6
    return (pose + 0.7 * slow / slow.std(axis=0)) * HEAD_SPREAD
