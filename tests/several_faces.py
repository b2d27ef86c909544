"""Clips in which several people are seen, composed of clips of one person each."""

import itertools

import numpy as np
from PIL import Image

from emofold.media.video import read_frames

HEIGHT, WIDTH = 360, 640
GREY = 90


def read_pictures(path, count, size):
    """Return the middles of the first pictures of a video, as squares of so many pixels."""
    pictures = []
    for _, picture in itertools.islice(read_frames(path), count):
        height, width, _ = picture.shape
        left = (width - height) // 2
        square = Image.fromarray(picture[:, left : left + height])
        pictures.append(np.asarray(square.resize((size, size), Image.Resampling.BICUBIC)))
    return pictures


def compose(*parts, count):
    """Return pictures with their times, 25 a second.

    Each part is what is seen of one person, where its left edge is, and from which picture on, up
    to which one.
    """
    composed = []
    for number in range(count):
        canvas = np.full((HEIGHT, WIDTH, 3), GREY, np.uint8)
        for pictures, left, start, stop in parts:
            if start <= number < stop:
                picture = pictures[(number - start) % len(pictures)][:HEIGHT, : WIDTH - left]
                canvas[: picture.shape[0], left : left + picture.shape[1]] = picture
        composed.append((number / 25, canvas))
    return composed
