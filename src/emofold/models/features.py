"""Clip-level features: one row of numbers per clip, from any table with a column ``clip``."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from emofold.errors import InputError, counted, listing
from emofold.face.columns import choose_columns
from emofold.face.functionals import split_name
from emofold.tables import as_metadata, failures_of, open_parquet
from emofold.tables.failures import KEY

NOT_FEATURES = {"clip", "layer", "frames_used", "duration", "source_digest"}
LABELS = {"corpus", "speaker", "actor", "emotion", "label", "target", "fold", "split"}
LABELS |= {"intensity", "statement", "repetition", "media", "start", "end", "action_units"}
ROW_NUMBERS = "__index_level_"  # what pandas calls the index of a frame that it writes


def read_features(*paths: Path) -> pd.DataFrame:
    """Return the features of each clip, in the order of the tables; a user's own sorted by clip.

    Every column of numbers is a feature, and a column of fixed-size lists is one for each number in
    the list; a column without a single value is none. A table with a column ``layer`` has several
    rows per clip: they are laid side by side in the order of the layers. Features keep the names of
    their columns, but for those of lists.

    Parameters
    ----------
    paths
        Parquet tables: mean Action Units, a user's own, or the shards of embeddings.

    Returns
    -------
    pandas.DataFrame
        Indexed by clip; shape (clips, features), float64. Its ``attrs`` name the clips that the
        tables lack because they failed.

    Raises
    ------
    InputError
        When the table names no clips, names one twice, or holds something that is no finite number.
    """
    tables = {path: _read_table(path) for path in paths}
    filled = {path: features for path, features in tables.items() if len(features)}
    if not filled:
        raise InputError(
            f"no clip in {listing(paths)}", "clips with features", "see why all clips failed"
        )
    widths = {features.shape[1]: path for path, features in filled.items()}
    if len(widths) > 1:
        raise InputError(
            f"{listing(f'{width} features in {path}' for width, path in widths.items())}",
            "tables of one width",
            "delete these tables and run the workflow again, which makes them anew",
        )
    failed = as_metadata(failures_of(table.attrs for table in tables.values()))
    features = pd.concat(list(filled.values()))
    _check_clips(features.index, listing(paths, 1))
    features.attrs.update(failed)
    return features


def _read_table(path: Path) -> pd.DataFrame:
    table, metadata = open_parquet(path)
    features = to_features(table, path)
    if "table" not in metadata:  # a user's own, whose order of rows is nothing that decides
        features = features.sort_index()
    features.attrs.update({KEY: metadata.get(KEY, [])})
    return features


def to_features(table: pa.Table, source: Path | str) -> pd.DataFrame:
    """Return the features of the clips of one table, as :func:`read_features` does.

    Parameters
    ----------
    table
        A column ``clip``, columns of numbers, and perhaps ``layer``.
    source
        What errors call the table.

    Raises
    ------
    InputError
        As :func:`read_features` does.
    """
    if "clip" not in table.column_names:
        raise InputError(
            f"the columns {listing(table.column_names)} in {source}",
            "a feature table: a column `clip` and columns of numbers",
            "name another table as `features` of the model",
        )
    _check_no_labels(table.column_names, source)
    if not table.num_rows:
        return pd.DataFrame(index=pd.Index([], name="clip"))
    names = _feature_names(table)
    columns = [column for name in names for column in _as_columns(table, name, source)]
    features = pd.DataFrame(
        np.column_stack(columns) if columns else np.empty((table.num_rows, 0)),
        index=pd.Index(table["clip"].to_pylist(), name="clip"),
        columns=names if len(names) == len(columns) else None,
    )
    if "layer" in table.column_names:
        features = _side_by_side(features, table["layer"].to_pylist(), source)
    _check(features, source)
    return features


def _check_no_labels(names: Sequence[str], source: Path | str) -> None:
    labels = [name for name in names if name.lower() in LABELS or name.startswith("score_")]
    if labels:
        raise InputError(
            f"the column {listing(labels)} in the feature table {source}",
            "only features: a model must not see who speaks, what is felt or what another said",
            "remove the column from the table",
        )


def _feature_names(table: pa.Table) -> list[str]:
    """Return the columns that have a value and are no names or records."""
    return [
        name
        for name in table.column_names
        if name not in NOT_FEATURES and not name.startswith(ROW_NUMBERS)
        if table[name].null_count < table.num_rows
    ]


def _as_columns(table: pa.Table, name: str, source: Path | str) -> list[np.ndarray]:
    column = table[name].combine_chunks()
    is_list = pa.types.is_fixed_size_list(column.type)
    kind = column.type.value_type if is_list else column.type
    if not (pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind)):
        raise InputError(
            f"the column `{name}` of type {column.type} in the feature table {source}",
            "only numbers beside the column `clip`",
            "remove the column from the table",
        )
    if not is_list:
        return [column.to_numpy(zero_copy_only=False).astype("float64")]
    if column.null_count:
        raise InputError(
            f"clips without a value of `{name}` in {source}",
            "a list of numbers for every clip",
            "delete the file and run the workflow again, or complete its source",
        )
    values = column.flatten().to_numpy(zero_copy_only=False).astype("float64")
    return list(values.reshape(len(column), -1).T)


def _side_by_side(features: pd.DataFrame, layers: list[int], source: Path | str) -> pd.DataFrame:
    rows = pd.MultiIndex.from_arrays([features.index, layers])
    doubled = rows[rows.duplicated()].get_level_values(0).unique()
    if len(doubled):
        raise InputError(
            f"clips with the same layer twice in {source}: {listing(doubled)}",
            "each layer of a clip once",
            "remove the doubled rows from the source",
        )
    by_layer = {layer: features[np.equal(layers, layer)] for layer in sorted(set(layers))}
    wide = pd.concat(by_layer, axis="columns", names=["layer", "index"])
    return wide.loc[features.index.unique()]


def features_of_columns(
    features: pd.DataFrame,
    columns: str | Sequence[str] | None,
    pooling: str | Sequence[str] | None,
) -> pd.DataFrame:
    """Return some features of a table of faces.

    Parameters
    ----------
    features
        Columns with names, such as ``AU12_r`` or, of a table of functionals, ``AU12_r.rise``.
    columns
        As of :func:`emofold.face.columns.choose_columns`; None for all.
    pooling
        Which functionals of them, by the name of one or more; None for all that the table has.

    Raises
    ------
    InputError
        When the features lack a column or a functional.
    """
    if columns is None and pooling is None:
        return features
    parts = [split_name(str(name)) for name in features.columns]
    measured = dict.fromkeys(column for column, _ in parts)
    chosen = measured if columns is None else choose_columns([*measured], columns)
    known = dict.fromkeys(how for _, how in parts)
    pooled = known if pooling is None else [pooling] if isinstance(pooling, str) else pooling
    if lacking := [how for how in pooled if how not in known]:
        raise InputError(
            f"no {listing(lacking)} of what is measured of faces",
            f"one of {listing(known, len(known))}",
            "take a table of face/functionals/ as `features` of the model",
        )
    is_wanted = [column in chosen and how in pooled for column, how in parts]
    if all(is_wanted):
        return features
    values = np.ascontiguousarray(features.to_numpy()[:, is_wanted])
    return pd.DataFrame(values, features.index, features.columns[is_wanted])


def features_of_layers(features: pd.DataFrame, layers: str | int | Sequence[int]) -> pd.DataFrame:
    """Return the features of some layers: ``"all"``, or the number of one or more.

    Raises
    ------
    InputError
        When the features lack a layer, or are not those of layers at all.
    """
    if isinstance(layers, str):
        return features
    wanted = [layers] if isinstance(layers, int) else list(layers)
    has_layers = "layer" in features.columns.names
    present: list[int] = [*features.columns.unique("layer")] if has_layers else []
    missing = [str(layer) for layer in wanted if layer not in present]
    if missing:
        raise InputError(
            f"no layer {listing(missing)} in the features",
            f"one of {', '.join(map(str, present))}" if present else "the features of layers",
            "correct `layers` of the model, or of the encoder",
        )
    return features.loc[:, features.columns.get_level_values("layer").isin(wanted)]


def _check(features: pd.DataFrame, source: Path | str) -> None:
    unnamed = int(np.count_nonzero(features.index.isna()))
    if unnamed:
        raise InputError(
            f"{counted(unnamed, 'row')} without a clip in {source}",
            "the name of a clip in every row",
            "name the clips, or remove the rows",
        )
    _check_clips(features.index, str(source))
    broken = features.index[~np.isfinite(features.to_numpy()).all(axis=1)]
    if len(broken):
        raise InputError(
            f"{counted(len(broken), 'clip')} with features that are no finite numbers in {source}: "
            f"{listing(broken)}",
            "a number in every feature of every clip",
            "complete the source, or leave these clips out of the list of clips",
        )
    if not features.shape[1]:
        raise InputError(
            f"no column of numbers in {source}", "features", "name another table as `features`"
        )


def _check_clips(clips: pd.Index, where: str) -> None:
    doubled = clips[clips.duplicated()].unique()
    if len(doubled):
        raise InputError(
            f"{counted(len(doubled), 'clip')} more than once in {where}: {listing(doubled)}",
            "each clip once",
            "remove the doubled rows from the source",
        )
