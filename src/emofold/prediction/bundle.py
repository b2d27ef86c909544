"""A bundle: models trained on all speakers and all that is needed to predict with them, on disk.

A folder with ``manifest.json`` and the files that it names, none of which runs code when it is
read: safetensors, skops, json. The manifest says what the models are, how they were made, what can
be expected of them, and the SHA-256 of every file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from emofold.errors import InputError
from emofold.files import sha256
from emofold.prediction.checked_files import check_files
from emofold.prediction.manifest import (
    FORMAT,
    LOGISTIC_REGRESSION,
    MANIFEST,
    check_manifest,
    read_manifest,
)
from emofold.prediction.members.kinds import MEMBERS
from emofold.prediction.members.member import Member
from emofold.prediction.sklearn_files import check_width, load_pipeline, save_pipeline
from emofold.prediction.systems import System

REGRESSION = "systems/{modality}.skops"
RECORDED_PACKAGES = ("emofold", "numpy", "pandas", "scikit-learn", "skops", "torch", "transformers")


@dataclass(frozen=True)
class Bundle:
    """A bundle in memory.

    Attributes
    ----------
    name
        The run that it comes from.
    emotions
        The emotions, in the order of all probabilities.
    members
        The models, by their name.
    systems
        What decides, by its modality; the first one is what was asked for, the others each
        of its modalities alone.
    encoders
        The `kind`, `layers` and `pooling` of each encoder by its name, of the kind `image` those of
        faces; `folder`, below the bundle's, is where its weights are, or None.
    extractors
        The `kind`, `min_confidence` and `which` of each extractor of Action Units by its name;
        `file` is the face landmarker of MediaPipe, below the bundle's folder, or None.
    expected
        What can be expected of each system, see :mod:`emofold.prediction.expectations`.
    facts
        On what and how the models were trained.
    folder
        Where the bundle lies.
    """

    name: str
    emotions: tuple[str, ...]
    members: Mapping[str, Member]
    systems: Mapping[str, System]
    encoders: Mapping[str, Mapping[str, Any]]
    extractors: Mapping[str, Mapping[str, Any]]
    expected: Mapping[str, Mapping[str, Any]]
    facts: Mapping[str, Any]
    folder: Path = field(default=Path())

    def save(self, folder: Path, provenance: Mapping[str, Any]) -> None:
        """Write the models and the manifest into a folder, which has the other files already.

        Parameters
        ----------
        folder
            The folder; files of encoders and extractors lie there.
        provenance
            How the bundle is made, see :meth:`emofold.runtime.job.Job.provenance`.
        """
        rows = {}
        for name, member in self.members.items():
            (own := folder / "models" / name).mkdir(parents=True)
            common = {"kind": member.kind, "modality": member.modality, "source": member.source}
            rows[name] = {**common, **member.save(own)}
        for system in self.systems.values():
            if system.regression is not None:
                (target := folder / _regression(system.modality)).parent.mkdir(exist_ok=True)
                save_pipeline(system.regression, target)
        manifest = {
            "format": FORMAT,
            "name": self.name,
            "emotions": list(self.emotions),
            "models": rows,
            "systems": [_describe_system(one) for one in self.systems.values()],
            "encoders": dict(self.encoders),
            "extractors": dict(self.extractors),
            "expected": dict(self.expected),
            "facts": dict(self.facts),
            "versions": {package: version(package) for package in RECORDED_PACKAGES},
            "provenance": dict(provenance),
            "sha256": {
                file.relative_to(folder).as_posix(): sha256(file)
                for file in sorted(filter(Path.is_file, folder.rglob("*")))
            },
        }
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        check_manifest(json.loads(text), folder / MANIFEST)
        (folder / MANIFEST).write_text(text, encoding="utf-8")

    def describe(self) -> dict[str, Any]:
        """Return what the bundle is, as json has it, for whoever reads its predictions."""
        return {
            "name": self.name,
            "models": list(self.members),
            "encoders": {name: row["kind"] for name, row in self.encoders.items()},
            "extractors": {name: row["kind"] for name, row in self.extractors.items()},
            "expected": {modality: dict(row) for modality, row in self.expected.items()},
            "facts": dict(self.facts),
        }

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read a bundle, if it is whole.

        Raises
        ------
        InputError
            When the folder holds no bundle, or one of another format; a file of it is missing, is
            not the one that was written, or is not known; or the models are not what the manifest
            says.
        """
        manifest = read_manifest(folder)
        check_files(folder, manifest["sha256"])
        _check_version(manifest["versions"]["scikit-learn"], folder)
        emotions = tuple(manifest["emotions"])
        members = {
            name: MEMBERS[row["kind"]].load(folder / "models" / name, row, emotions)
            for name, row in manifest["models"].items()
        }
        return cls(
            manifest["name"],
            emotions,
            members,
            {row["modality"]: _load_system(row, folder, emotions) for row in manifest["systems"]},
            manifest["encoders"],
            manifest["extractors"],
            manifest["expected"],
            {**manifest["facts"], "versions": manifest["versions"]},
            folder,
        )


def _describe_system(system: System) -> dict[str, Any]:
    row = asdict(system)
    del row["regression"]
    return row


def _load_system(row: Mapping[str, Any], folder: Path, emotions: Sequence[str]) -> System:
    regression = None
    if row["method"] == LOGISTIC_REGRESSION:
        path = folder / _regression(row["modality"])
        regression = load_pipeline(path, classes=len(emotions))
        check_width(regression, len(row["models"]) * len(emotions), path)
    return System(**{**row, "models": tuple(row["models"])}, regression=regression)


def _regression(modality: str) -> str:
    return REGRESSION.format(modality=modality)


def _check_version(made_with: str, folder: Path) -> None:
    here = version("scikit-learn")
    if made_with.split(".")[:2] != here.split(".")[:2]:
        raise InputError(
            f"a bundle in {folder} that was made with scikit-learn {made_with}; here is {here}",
            "the same minor version, of which the models are known to be read rightly",
            "make the bundle anew here, or use the environment that made it",
        )
