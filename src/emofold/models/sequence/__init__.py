"""The bi-LSTM on the Action Units of each frame."""
