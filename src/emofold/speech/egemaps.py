"""The extended Geneva minimalistic acoustic parameter set, by openSMILE."""

from collections.abc import Callable

import numpy as np

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE


def make_egemaps() -> Callable[[np.ndarray], np.ndarray]:
    """Return what computes the 88 functionals of eGeMAPS v02 [1]_ of 16 kHz samples.

    Raises
    ------
    InputError
        When the optional package opensmile is missing.

    References
    ----------
    .. [1] Eyben et al., The Geneva Minimalistic Acoustic Parameter Set (GeMAPS) for Voice Research
       and Affective Computing, IEEE Transactions on Affective Computing 7(2), 2016.
    """
    try:
        import opensmile  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise InputError(
            "an encoder of the kind `egemaps`, but no package opensmile",
            "this optional package, whose licence is not for commercial use",
            "where that suits you, run pip install 'emofold[egemaps]'; else use kind `acoustic`",
        ) from error
    smile = opensmile.Smile(
        feature_set=opensmile.FeatureSet.eGeMAPSv02,
        feature_level=opensmile.FeatureLevel.Functionals,
    )

    def features(samples: np.ndarray) -> np.ndarray:
        return smile.process_signal(samples, SAMPLE_RATE).to_numpy()[0]

    return features
