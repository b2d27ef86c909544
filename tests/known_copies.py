"""Small copies of known corpora, with names as the real ones have them."""

import wave
from pathlib import Path

import numpy as np

MELD_ROWS = """\
Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,StartTime,EndTime
1,"Well, it\x92s late.",Chandler,neutral,neutral,0,0,"00:16:16,059","00:16:21,731"
2,It is early!,The Interviewer,joy,positive,0,1,"00:16:21,940","00:16:23,442"
3,Late it is.,Chandler,sadness,negative,0,2,"00:16:23,442","00:16:26,389"
"""
MELD = {
    f"MELD.Raw/{name}": MELD_ROWS
    for name in ("train/train_sent_emo.csv", "dev_sent_emo.csv", "test_sent_emo.csv")
}
IEMOCAP_LINES = """\
% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]

[6.2901 - 8.2357]\tSes01F_impro01_F000\tneu\t[2.5000, 2.5000, 2.5000]
C-E2:\tNeutral;\t()
C-E3:\tNeutral;\t()
C-F1:\tNeutral;\t()
A-E3:\tval 3; act 2; dom  2;\t()

[10.0100 - 11.3925]\tSes01F_impro01_M000\tfru\t[2.5000, 2.5000, 2.5000]
C-E2:\tNeutral;\t()

[15.7400 - 18.0400]\tSes01F_impro01_M001\txxx\t[2.5000, 3.0000, 3.0000]
"""
IEMOCAP_SCRIPT = """\
[41.5800 - 43.9000]\tSes05M_script01_1b_F001\tsad\t[2.0000, 2.5000, 2.5000]
[52.0000 - 53.0000]\tSes05M_script01_1b_M032\tang\t[2.0000, 3.5000, 3.5000]
"""
IEMOCAP = {
    "IEMOCAP_full_release/Session1/dialog/EmoEvaluation/Ses01F_impro01.txt": IEMOCAP_LINES,
    "IEMOCAP_full_release/Session5/dialog/EmoEvaluation/Ses05M_script01_1b.txt": IEMOCAP_SCRIPT,
    "IEMOCAP_full_release/Session1/dialog/EmoEvaluation/Categorical/Ses01F_impro01_e2_cat.txt": (
        "Ses01F_impro01_F000 :Anger; ()\n"
    ),
}
ANNOTATIONS = {"meld": MELD, "iemocap": IEMOCAP}

CLIPS: dict[str, dict[str, tuple[str, str]]] = {
    "emodb": {
        "wav/03a01Fa.wav": ("03", "happy"),
        "wav/03a01Wa.wav": ("03", "angry"),
        "wav/16b10Tb.wav": ("16", "sad"),
        "wav/08a02La.wav": ("08", "bored"),
    },
    "crema-d": {
        "AudioWAV/1001_DFA_ANG_XX.wav": ("1001", "angry"),
        "AudioWAV/1001_IEO_FEA_LO.wav": ("1001", "fearful"),
        "AudioWAV/1091_WSI_SAD_XX.wav": ("1091", "sad"),
        "AudioWAV/1040_ITH_SAD_X.wav": ("1040", "sad"),
    },
    "savee": {
        "AudioData/DC/a01.wav": ("DC", "angry"),
        "AudioData/DC/su15.wav": ("DC", "surprised"),
        "AudioData/KL/sa03.wav": ("KL", "sad"),
        "ALL/JE_n30.wav": ("JE", "neutral"),
    },
    "tess": {
        "OAF_Fear/OAF_back_fear.wav": ("OAF", "fearful"),
        "OAF_Pleasant_surprise/OAF_back_ps.wav": ("OAF", "surprised"),
        "OAF_neutral/OA_bite_neutral.wav": ("OAF", "neutral"),
        "YAF_pleasant_surprised/YAF_youth_ps.wav": ("YAF", "surprised"),
    },
    "ravdess": {
        "Actor_01/03-01-05-01-01-01-01.wav": ("01", "angry"),
        "Actor_01/03-01-02-02-02-01-01.wav": ("01", "calm"),
        "Actor_24/01-01-08-02-01-02-24.mp4": ("24", "surprised"),
        "Actor_02/02-01-01-01-01-01-02.mp4": ("02", "neutral"),
    },
    "ravdess-song": {
        "Actor_01/03-02-05-01-01-01-01.wav": ("01", "angry"),
        "Actor_24/01-02-06-02-01-02-24.mp4": ("24", "fearful"),
    },
    "emovo": {
        "EMOVO/f1/dis-f1-b1.wav": ("f1", "disgust"),
        "EMOVO/f1/gio-f1-n5.wav": ("f1", "happy"),
        "EMOVO/m3/tri-m3-l4.wav": ("m3", "sad"),
    },
    "cafe": {
        "Colère/Faible/01-C-1-1.wav": ("01", "angry"),
        "Surprise/Fort/12-S-2-6.aiff": ("12", "surprised"),
        "Neutre/12-N-0-6.wav": ("12", "neutral"),
    },
    "shemo": {
        "female/F21N05.wav": ("F21", "neutral"),
        "female/F01F02.wav": ("F01", "fearful"),
        "male/M56W100.wav": ("M56", "surprised"),
    },
    "subesco": {
        "F_02_MONIKA_S_1_HAPPY_1.wav": ("F_02", "happy"),
        "F_02_MONIKA_S_10_FEAR_5.wav": ("F_02", "fearful"),
        "M_10_RASEL_S_3_SURPRISE_2.wav": ("M_10", "surprised"),
    },
    "aesdd": {
        "anger/a01 (1).wav": ("1", "angry"),
        "fear/f10 (01).wav": ("1", "fearful"),
        "anger/a06 (5)b.wav": ("5", "angry"),
        "anger/a06 (5).wav": ("5", "angry"),
        "sadness/s20 (6).wav": ("6", "sad"),
    },
    "enterface05": {
        "subject 1/anger/sentence 1/s1_an_1.avi": ("1", "angry"),
        "subject 11/anger/sentence 1/s12_an_1.avi": ("11", "angry"),
        "subject 12/anger/sentence 1/s12_an_1.avi": ("12", "angry"),
        "subject 16/surprise/sentence 3/s16_su_3avi.avi": ("16", "surprised"),
        "subject 3/happiness/sentence 2/s_3_ha_2.avi": ("3", "happy"),
        "s44_fe_5.wav": ("44", "fearful"),
    },
    "meld": {
        "MELD.Raw/train/train_splits/dia0_utt0.mp4": ("Chandler", "neutral"),
        "MELD.Raw/train/train_splits/dia0_utt2.mp4": ("Chandler", "sad"),
        "MELD.Raw/dev_splits_complete/dia0_utt1.mp4": ("The Interviewer", "happy"),
        "MELD.Raw/output_repeated_splits_test/dia0_utt1.mp4": ("The Interviewer", "happy"),
    },
    "iemocap": {
        "IEMOCAP_full_release/Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav": (
            "01F",
            "neutral",
        ),
        "IEMOCAP_full_release/Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_M000.wav": (
            "01M",
            "frustrated",
        ),
        "IEMOCAP_full_release/Session5/sentences/wav/x/Ses05M_script01_1b_M032.wav": (
            "05M",
            "angry",
        ),
    },
    "urdu": {
        "Angry/SM1_F1_A01.wav": ("SM1", "angry"),
        "Angry/SM4_F48_A0100.wav": ("SM4", "angry"),
        "Sad/SF11_F12_S062.wav": ("SF11", "sad"),
    },
    "turev": {
        "Sound Source/Angry/1157_kz_acik.wav": ("1157", "angry"),
        "Sound Source/Calm/1984_sk_eger.wav": ("1984", "calm"),
        "Sound Source/Happy/1358_mt_acik.wav": ("1358", "happy"),
        "Sound Source/Sad/7895_hl_ogul1.wav": ("7895", "sad"),
    },
}


def make(folder: Path, name: str, with_sound: bool = False) -> Path:
    """Make a small copy of a corpus; of a noise for each clip, or of empty files."""
    for path, text in ANNOTATIONS.get(name, {}).items():
        add(folder, path).write_text(text, encoding="utf-8")
    add(folder, *CLIPS[name])
    if with_sound:
        for number, path in enumerate(CLIPS[name]):
            write_noise(folder / path, seed=number)
    return folder


def write_noise(path: Path, seed: int) -> None:
    """Write a quarter of a second of noise, as wav whatever the ending is."""
    noise = np.random.default_rng(seed).integers(-1000, 1000, 4_000, np.int16)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", None))
        file.writeframes(noise.tobytes())


def add(folder: Path, *paths: str) -> Path:
    """Add empty files, and return the last."""
    file = folder
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return file
