"""The demo corpus: synthetic talking faces, so that the workflow runs with no download of data.

Nobody acted these clips and nobody felt anything in them: the faces are one photograph, bent by
rules, and the voices are made of pulses, noise and resonances. What a model scores on them says
that the workflow works, and nothing about people or about recognising their emotions.

The photograph is the astronaut that scikit-image ships (``skimage.data.astronaut``; NASA, public
domain).
"""
