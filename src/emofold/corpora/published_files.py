"""The files that the authors of the paper published: which they are, and how they are read.

Luna-Jiménez et al. 2021, doi 10.3390/app12010327, and the repository of the same authors.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from emofold.corpora import ravdess
from emofold.corpora.folds import assign_folds
from emofold.errors import InputError, counted, listing

CLIPS_FILE = "ravdess_videos.csv"
MEANS_FILE = "trainingData/avg_MLP80_AUs/data_AUs_avg/df_average_AUs_total.csv"
SPLITS = ("train", "test")


@dataclass(frozen=True)
class Manifest:
    """The files at one commit of the authors' repository.

    Attributes
    ----------
    commit
        The pinned commit.
    base_url
        Where the files are below.
    sha256
        The checksum of each file, by its path below `base_url`.
    """

    commit: str
    base_url: str
    sha256: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a manifest such as ``workflow/resources/published.yaml``."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls(content["commit"], content["base_url"], dict(content["sha256"]))
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"no manifest in {path} ({error!r})",
                "a yaml file with `commit`, `base_url` and the `sha256` of each file",
                "correct `published: manifest` in the config",
            ) from error

    def checksums(self, files: Collection[str]) -> dict[str, str]:
        """Return the checksums of some of the files.

        Raises
        ------
        InputError
            When the manifest does not have a file.
        """
        unknown = [file for file in files if file not in self.sha256]
        if unknown:
            raise InputError(
                f"{counted(len(unknown), 'file')} that the manifest lacks: {listing(unknown)}",
                "files of the five folds that the authors published",
                "correct `folds` or `published` in the config",
            )
        return {file: self.sha256[file] for file in files}


@dataclass(frozen=True)
class PublishedPosteriors:
    """How one model's posteriors were published.

    Attributes
    ----------
    modality
        ``speech`` or ``face``: what the model sees.
    scale
        What its scores are.
    class_order
        The emotions in the order of the scores.
    file
        The path of one fold and split; ``{fold}`` counts from 0, ``{number}`` from 1.
    split_names
        What the path calls the training and the test clips.
    clip_column
        The column that names the clip.
    separator
        What separates the columns.
    """

    modality: str
    scale: str
    class_order: Sequence[str]
    file: str
    split_names: Mapping[str, str]
    clip_column: str
    separator: str

    def path(self, fold: int, folds: int, split: str) -> str:
        """Return the path of one fold's ``train`` or ``test`` posteriors."""
        name = self.split_names[split]
        return self.file.format(fold=fold, number=fold + 1, folds=folds, split=name)


POSTERIORS = {
    "wav2vec2-finetuned": PublishedPosteriors(
        modality="speech",
        scale="logit",
        class_order=sorted(ravdess.EMOTIONS),
        file="posteriors/wav2Vec/posteriors/20211020_094500/fold{fold}/posteriors_{split}.csv",
        split_names={"train": "train", "test": "test"},
        clip_column="name",
        separator=";",
    ),
    "bilstm": PublishedPosteriors(
        modality="face",
        scale="logit",
        class_order=sorted(ravdess.EMOTIONS),
        file=(
            "posteriors/AUs_biLSTM_6213/posteriorsv2/"
            "RAVDESS_AUs-{split}--fold_{number}_outof_{folds}.csv"
        ),
        split_names={"train": "train", "test": "val"},
        clip_column="tag",
        separator="\t",
    ),
    "mlp-80-published": PublishedPosteriors(
        modality="face",
        scale="probability",
        class_order=ravdess.EMOTIONS,
        file="posteriors/avg_MLP80_AUs/posteriors/{split}_fold{fold}.csv",
        split_names={"train": "train", "test": "test"},
        clip_column="video_name",
        separator=";",
    ),
}


def list_needed_files(models: Iterable[str], folds: int) -> list[str]:
    """Return the files that hold the clips, the mean Action Units and some models' posteriors."""
    return [
        CLIPS_FILE,
        MEANS_FILE,
        *(
            POSTERIORS[model].path(fold, folds, split)
            for model in models
            for split in SPLITS
            for fold in range(folds)
        ),
    ]


def find_copies(files: Iterable[str], folder: Path) -> dict[str, Path]:
    """Return where a local copy has the files.

    Raises
    ------
    InputError
        When it lacks one.
    """
    paths = {file: folder / file for file in files}
    missing = [file for file, path in paths.items() if not path.is_file()]
    if missing:
        raise InputError(
            f"{len(missing)} of {len(paths)} files missing in {folder}: {listing(missing)}",
            "a copy of the `data` folder of the authors' repository, with the same relative paths",
            "correct `published: source` in the config, or leave it out to download the files",
        )
    return paths


def read_clips(path: Path, folds: Sequence[Sequence[str | int]]) -> pd.DataFrame:
    """Return the clips that the authors used, in the order of their list, with their folds."""
    names = path.read_text(encoding="utf-8").split()
    clips = pd.DataFrame([ravdess.describe_clip(name) for name in names])
    clips["fold"] = assign_folds(clips["speaker"], folds)
    empty = ("media", "start", "end", "action_units", "corpus")
    return clips.assign(**dict.fromkeys(empty))


def read_published_csv(path: Path, separator: str, columns: list[str]) -> pd.DataFrame:
    """Return some columns of a published csv file."""
    with explain_unreadable(path):
        rows = pd.read_csv(path, sep=separator, usecols=lambda name: name in columns)
        missing = [column for column in columns if column not in rows]
        if missing:
            raise ValueError(f"no column {listing(missing)}")
    return rows


@contextmanager
def explain_unreadable(path: Path) -> Iterator[None]:
    """Name the file that the block cannot read, in an :class:`InputError`."""
    try:
        yield
    except ValueError as error:
        raise InputError(
            f"{path} that cannot be read ({error})",
            "a file as the authors published it",
            "take the file anew from where it was published",
        ) from error
