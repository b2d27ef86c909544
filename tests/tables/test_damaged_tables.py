"""A table that is not as it was written is never believed, wherever the damage is."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emofold.errors import InputError
from emofold.face.schemas import FRAMES, MEANS
from emofold.models.schemas import posteriors_schema
from emofold.pretrained.schemas import embeddings_schema
from emofold.speech.schemas import AUDIO
from emofold.tables import (
    TableSchema,
    embedding_size,
    open_parquet,
    read_given_table,
    read_metadata,
    read_table,
    write_table,
)
from emofold.tables.seal import BLANK, KEY, seal

EMBEDDINGS = embeddings_schema(8)
POSTERIORS = posteriors_schema(["calm", "happy"])
KINDS = {kind.name: kind for kind in (AUDIO, EMBEDDINGS, FRAMES, MEANS, POSTERIORS)}
SAID = {
    **{"scale": "logit", "kind": "model", "modality": "face"},
    **{"protocol": "paper", "normalised_by": "none"},
}
READERS = [open_parquet, read_metadata]


def made_up(schema: TableSchema, clips: int = 20) -> pd.DataFrame:
    """Return rows that a schema allows."""
    generator = np.random.default_rng(1)
    rows = {}
    for column in schema.columns:
        if column.name == "clip":
            rows["clip"] = [f"clip-{number:03d}" for number in range(clips)]
        elif column.name in schema.allowed:
            rows[column.name] = [schema.allowed[column.name][0]] * clips
        elif pa.types.is_string(column.type):
            rows[column.name] = [
                f"{number:064x}" for number in generator.integers(9**9, size=clips)
            ]
        elif pa.types.is_fixed_size_list(column.type):
            rows[column.name] = list(generator.random((clips, column.type.list_size), "float32"))
        else:
            values = pd.Series(generator.random(clips))
            rows[column.name] = values.astype(column.type.to_pandas_dtype())
    return pd.DataFrame(rows)


@pytest.fixture(params=KINDS)
def schema(request):
    return KINDS[request.param]


@pytest.fixture
def table(schema, tmp_path):
    """A table of some kind, made by a rule."""
    path = tmp_path / "table.parquet"
    write_table(made_up(schema), path, schema, SAID, {"rule": "make_it"})
    return path


def places(content, number):
    """Return some places in a content, each once."""
    return np.random.default_rng(1).permutation(len(content))[:number].tolist()


def refusal(read, *arguments):
    with pytest.raises(InputError) as refused:
        read(*arguments)
    return refused.value


def test_no_flipped_byte_is_believed_and_the_rule_is_named(table, schema):
    whole = table.read_bytes()
    names_rule = 0
    for place in places(whole, 150):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        table.write_bytes(damaged)
        error = refusal(read_table, table, schema)
        assert str(table) in error.found
        assert "delete the file" in error.remedy
        names_rule += "its rule `make_it`" in error.remedy
    assert names_rule > 140


def test_no_byte_of_the_footer_is_believed_when_it_is_another(tmp_path):
    path = tmp_path / "table.parquet"
    write_table(made_up(AUDIO), path, AUDIO, provenance={"rule": "make_it"})
    whole = path.read_bytes()
    (size,) = np.frombuffer(whole[-8:-4], "<u4")
    for place in range(len(whole) - size - 8, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        for read in READERS:
            refusal(read, path)


@pytest.mark.parametrize("change", ["lost", "doubled", "appended"])
def test_a_table_of_another_length_is_not_believed(table, change):
    whole = table.read_bytes()
    half = len(whole) // 2
    changed = {"lost": whole[half:], "doubled": whole + whole, "appended": whole + b"\n"}
    table.write_bytes(changed[change])
    for read in READERS:
        refusal(read, table)


def test_a_damaged_table_of_others_is_explained(tmp_path):
    path = tmp_path / "own.parquet"
    made_up(MEANS).to_parquet(path)
    whole = path.read_bytes()
    for place in places(whole, 300):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        try:
            read_given_table(path, MEANS)
        except InputError as error:
            assert str(path) in error.found


def test_a_page_that_others_wrote_with_a_checksum_is_compared_with_it(tmp_path):
    path = tmp_path / "own.parquet"
    values = pa.table({"x": np.arange(5000) * 1.5})
    pq.write_table(values, path, write_page_checksum=True, compression=None, use_dictionary=False)
    whole = path.read_bytes()
    path.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    assert "CRC" in refusal(open_parquet, path).found


@pytest.mark.parametrize("said", [b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_metadata_that_are_no_object_are_a_damaged_table(tmp_path, said):
    path = tmp_path / "table.parquet"
    table = pa.table({"x": [1]}).replace_schema_metadata({b"emofold": said})
    with pq.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({KEY: BLANK})
    seal(path)
    assert "no json object" in refusal(open_parquet, path).found


def test_a_table_without_its_checksum_is_not_believed(table, schema):
    stored = pq.read_table(table)
    pq.write_table(stored, table)
    assert "without its checksum" in refusal(read_table, table, schema).found


def test_the_width_of_embeddings_is_that_of_a_whole_table(tmp_path):
    path = tmp_path / "table.parquet"
    assert embedding_size(path) is None
    write_table(made_up(EMBEDDINGS), path, EMBEDDINGS)
    assert embedding_size(path) == 8
    path.write_bytes(path.read_bytes().replace(b"embedding", b"embeddinG"))
    assert embedding_size(path) is None
