"""Encoders with a single view, and what they say of clips."""

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE
from emofold.speech.encoders import make_encoder

VIEW = "the only one"


def encoder_of(settings, threads=1, batch_duration=None):
    """Return an encoder with one view; where a size of batches is asked for, with batches."""
    encoder = make_encoder({VIEW: settings}, threads)
    if batch_duration is not None:
        encoder.batch_duration = batch_duration
    return encoder


def embedded(encoder, sounds, rate=SAMPLE_RATE):
    """Return the vectors of each clip by layer, or why it has none."""
    return {
        clip: vectors if isinstance(vectors, InputError) else vectors[VIEW]
        for clip, vectors in encoder.embed(sounds, rate)
    }
