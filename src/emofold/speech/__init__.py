"""Speech to vectors: pretrained encoders and acoustic statistics, one vector a clip and layer."""
