"""A bundle: models trained on all speakers and all that is needed to predict with them, on disk.

A folder with ``manifest.json`` and the files that it names, none of which runs code when it is
read: safetensors, skops, json. The manifest says what the models are, how they were made, what can
be expected of them, and the SHA-256 of every file.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any, Self

from emofold.errors import InputError, listing
from emofold.files import check_sha256, sha256
from emofold.prediction.members import MEMBERS, Member
from emofold.prediction.sklearn_files import load_pipeline, save_pipeline
from emofold.prediction.systems import System

FORMAT = 3
MANIFEST = "manifest.json"
NOT_OF_THE_BUNDLE = {MANIFEST, ".snakemake_timestamp", ".DS_Store"}  # the last by macOS
REGRESSION = "systems/{modality}.skops"
RECORDED_PACKAGES = ("emofold", "numpy", "pandas", "scikit-learn", "skops", "torch", "transformers")
EXPECTED = "the folder of a bundle, such as results/<name>/model"
ANEW = "take the whole folder anew from where it was made, or run the workflow again"


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
        The `kind`, `layers` and `pooling` of each speech encoder by its name; `folder`, below the
        bundle's, is where its weights are, or None.
    extractors
        The `kind` and `min_confidence` of each extractor of Action Units by its name; `file` is
        the face landmarker of MediaPipe, below the bundle's folder, or None.
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
            When the folder holds no bundle, or one of another format, or a file of it is missing
            or is not the one that was written.
        """
        manifest = _read_manifest(folder)
        try:
            _check_files(folder, manifest["sha256"])
            _check_version(manifest["versions"]["scikit-learn"], folder)
            members = {
                name: MEMBERS[row["kind"]].load(_below(folder, f"models/{name}"), row)
                for name, row in manifest["models"].items()
            }
            systems = {row["modality"]: _load_system(row, folder) for row in manifest["systems"]}
            _check_models(systems, members, manifest["expected"])
            for row in (*manifest["encoders"].values(), *manifest["extractors"].values()):
                _below(folder, row.get("folder") or row.get("file") or "")
            return cls(
                manifest["name"],
                tuple(manifest["emotions"]),
                members,
                systems,
                manifest["encoders"],
                manifest["extractors"],
                manifest["expected"],
                {**manifest["facts"], "versions": manifest["versions"]},
                folder,
            )
        except (AttributeError, KeyError, TypeError) as error:
            raise InputError(
                f"{folder / MANIFEST}, which lacks {error}", "a whole manifest", ANEW
            ) from error


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(
            f"no {MANIFEST} in {folder}",
            EXPECTED,
            "name the folder of a bundle as --model; `make demo` makes results/demo/model",
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"{path} is no json ({error})", "a whole manifest", ANEW) from error
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found == 1:
        raise InputError(
            f"a bundle of format 1 in {folder}",
            f"format {FORMAT}, in which names and columns are others",
            "train it again with this version of emofold: run the workflow again",
        )
    if found != FORMAT:
        raise InputError(
            f"a bundle of format {found} in {folder}",
            f"format {FORMAT}",
            f"use the emofold that made it, or make it anew with emofold {version('emofold')}",
        )
    return dict(manifest)


def _below(folder: Path, file: str) -> Path:
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts:
        raise InputError(
            f"the file {file} in the manifest of {folder}", "files below that folder", ANEW
        )
    return folder / path


def _describe_system(system: System) -> dict[str, Any]:
    row = asdict(system)
    del row["regression"]
    return row


def _load_system(row: Mapping[str, Any], folder: Path) -> System:
    regression = None
    if row["method"] == "logistic_regression":
        regression = load_pipeline(_below(folder, _regression(row["modality"])))
    return System(**{**row, "models": tuple(row["models"])}, regression=regression)


def _regression(modality: str) -> str:
    return REGRESSION.format(modality=modality)


def _check_files(folder: Path, digests: Mapping[str, str]) -> None:
    for file, digest in digests.items():
        check_sha256(_below(folder, file), digest, ANEW)
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    unknown = sorted(files - digests.keys() - NOT_OF_THE_BUNDLE)
    if unknown:
        raise InputError(
            f"files in {folder} that its manifest does not know: {listing(unknown)}",
            "the files of the bundle alone",
            "move them elsewhere",
        )


def _check_version(made_with: str, folder: Path) -> None:
    here = version("scikit-learn")
    if made_with.split(".")[:2] != here.split(".")[:2]:
        raise InputError(
            f"a bundle in {folder} that was made with scikit-learn {made_with}; here is {here}",
            "the same minor version, of which the models are known to be read rightly",
            "make the bundle anew here, or use the environment that made it",
        )


def _check_models(
    systems: Mapping[str, System], members: Mapping[str, Member], expected: Mapping[str, Any]
) -> None:
    named = [model for system in systems.values() for model in system.models]
    missing = sorted({*named} - members.keys()) + sorted(systems.keys() - expected.keys())
    if missing or not named:
        raise InputError(
            f"a manifest without {listing(missing) or 'systems'}",
            "systems, their models, and what to expect of them",
            ANEW,
        )
