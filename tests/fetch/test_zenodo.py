"""A record of Zenodo says what its files are; one that does not is no error."""

import json

import pytest

from emofold.fetch.download import Content
from emofold.fetch.zenodo import list_files
from faulty_server import serving

RECORD = "api/records/1"
MD5 = "bc696df654c87fed845eb13823edef8a"


@pytest.fixture
def listed(retry):
    """Return what is known of the files of a record, from a server that follows a plan."""

    def listed(body, *plan):
        with serving({RECORD: body}) as server:
            server.plans[RECORD] = [*plan]
            return list_files(f"{server.url}/{RECORD}", retry)

    return listed


def record(*files):
    return json.dumps({"id": 1, "files": [*files]}).encode()


def test_sizes_and_checksums_are_taken_by_the_names_of_files(listed):
    other = {"key": "b c.txt", "size": 2, "checksum": f"md5:{MD5.upper()}", "links": {}}
    body = record({"key": "a.zip", "size": 1, "checksum": f"md5:{MD5}"}, other)
    assert listed(body) == {"a.zip": Content(MD5, "md5", 1), "b c.txt": Content(MD5, "md5", 2)}


def test_passing_trouble_is_waited_out(listed):
    assert listed(record({"key": "a.zip", "size": 1}), 429, 503).keys() == {"a.zip"}


@pytest.mark.parametrize(
    ("entry", "known"),
    [
        ({}, Content()),
        ({"size": 5, "checksum": None}, Content(size=5)),
        ({"size": "5", "checksum": "crc32:1234"}, Content()),
        ({"size": 0, "checksum": "md5:"}, Content(algorithm="md5")),
    ],
)
def test_what_cannot_be_used_is_not_known(listed, entry, known):
    assert listed(record({"key": "a.zip", **entry})) == {"a.zip": known}


@pytest.mark.parametrize(
    ("body", "plan"),
    [
        (b"<html>a page</html>", []),
        (b"{}", []),
        (b"[]", []),
        (b'{"files": [{"size": 1}]}', []),
        (b'{"files": null}', []),
        (b'{"files": ["a.zip"]}', []),
        (record(), [404]),
        (record(), [(302, {"Location": "/elsewhere"})]),
        (record(), [503] * 6),
    ],
)
def test_a_record_that_says_nothing_is_warned_of(listed, body, plan, caplog):
    assert listed(body, *plan) == {}
    assert caplog.messages[-1].startswith("no list of files at http://127.0.0.1:")
    assert caplog.records[-1].levelname == "WARNING"


def test_a_server_that_is_not_there_is_warned_of(retry, caplog):
    assert list_files("http://127.0.0.1:1/x", retry) == {}
    assert "no list of files at http://127.0.0.1:1/x" in caplog.messages[-1]
