"""Speech to vectors: pretrained encoders and acoustic statistics, one vector per clip and layer."""
