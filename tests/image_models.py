"""Small image models of random weights, in folders as the Hugging Face hub lays them out."""

import json

import torch
import transformers

SIZE, DEPTH = 32, 3
VISION = {
    "hidden_size": 32,
    "num_hidden_layers": DEPTH,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "image_size": SIZE,
    "patch_size": 8,
}
TEXT = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "vocab_size": 20,
    "max_position_embeddings": 8,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 1,
}
MODELS = {
    "vit": ("ViTConfig", "ViTForImageClassification"),
    "deit": ("DeiTConfig", "DeiTModel"),
    "dinov2": ("Dinov2Config", "Dinov2Model"),
    "dinov2_with_registers": ("Dinov2WithRegistersConfig", "Dinov2WithRegistersModel"),
    "clip": ("CLIPConfig", "CLIPModel"),
    "siglip": ("SiglipConfig", "SiglipModel"),
    "clip_vision_model": ("CLIPVisionConfig", "CLIPVisionModel"),
    "siglip_vision_model": ("SiglipVisionConfig", "SiglipVisionModel"),
}
PROCESSING = {
    "do_resize": True,
    "do_normalize": True,
    "image_mean": [0.5] * 3,
    "image_std": [0.25] * 3,
}
PROCESSORS = {  # as the hub has them, of various ages
    "vit": {"size": SIZE},
    "clip": {
        "feature_extractor_type": "CLIPFeatureExtractor",
        "do_center_crop": True,
        "crop_size": SIZE,
        "size": SIZE,
    },
    "dinov2": {
        "image_processor_type": "BitImageProcessor",
        "do_center_crop": True,
        "crop_size": {"height": SIZE, "width": SIZE},
        "size": {"shortest_edge": 40},
    },
    "siglip": {
        "image_processor_type": "SiglipImageProcessor",
        "size": {"height": SIZE, "width": SIZE},
    },
}
PROCESSORS |= {"deit": PROCESSORS["siglip"], "dinov2_with_registers": PROCESSORS["dinov2"]}
PROCESSORS |= {f"{name}_vision_model": PROCESSORS[name] for name in ("clip", "siglip")}


def make_image_model(folder, model_type):
    """Write a small model of random weights into a folder, and return the folder."""
    config_name, model_name = MODELS[model_type]
    has_towers = model_type in ("clip", "siglip")
    settings = {"vision_config": VISION, "text_config": TEXT} if has_towers else VISION
    torch.manual_seed(0)
    config = getattr(transformers, config_name)(**settings)
    getattr(transformers, model_name)(config).save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(
        json.dumps(PROCESSING | PROCESSORS[model_type]), encoding="utf-8"
    )
    return folder
