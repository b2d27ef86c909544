"""A demo corpus of two speakers and 16 clips, and every kind of model on it, trained briefly."""

CONFIG = {
    "name": "mini",
    "corpus": "demo",
    "demo": {"speakers": 2, "takes": 1},
    "folds": [[1], [2]],
    "protocol": "paper",
    "sequence_models": [
        {"name": "bilstm", "extractor": "mediapipe", "hidden_size": 8, "epochs": 5},
    ],
    "finetuned_models": [
        {
            "name": "tiny",
            "untrained": {"hidden_size": 16, "layers": 1, "heads": 2},
            "epochs": 2,
            "gpu": 0,
        },
    ],
    "fusions": [
        {
            "name": "speech+face",
            "posteriors": ["acoustic-logistic", "tiny", "action-units-logistic", "bilstm"],
        },
    ],
    "evaluation": {"bootstrap_draws": 100, "reported": None},
}
