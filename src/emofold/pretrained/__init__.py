"""Pretrained models of Hugging Face's layout, whatever they hear or see."""
