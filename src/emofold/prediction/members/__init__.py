"""The models of a bundle: kept without pickle, read again, and asked for scores."""
