"""Completion: the script of a shell, tried in a real bash, and what it costs who never asks."""

import shlex
import subprocess
import sys

import pytest

from emofold.__main__ import COMMANDS, main
from emofold.config.known_corpora import list_known_corpora

COMPLETE = """
source ./emofold.bash
COMP_WORDS=({words})
COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
read -r _ _ _ _ function _ <<< "$(complete -p emofold)"
"$function"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def script(shell, capsys):
    """Return what the command prints for a shell."""
    with pytest.raises(SystemExit) as end:
        main(["--print-completion", shell])
    assert end.value.code == 0
    return capsys.readouterr().out


@pytest.fixture
def completed(tmp_path, capsys):
    """Return what bash makes of words, in a folder with a video, a table and another folder."""
    (tmp_path / "emofold.bash").write_text(script("bash", capsys), encoding="utf-8")
    for name in ("my video.mp4", "metrics.parquet"):
        (tmp_path / name).touch()
    (tmp_path / "results").mkdir()

    def completed(*words):
        text = COMPLETE.format(words=" ".join(map(shlex.quote, ("emofold", *words))))
        shell = ["bash", "--norc", "-c", text]
        done = subprocess.run(shell, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        return {line for line in done.stdout.splitlines() if line}

    return completed


def test_commands_and_options_are_completed(completed):
    assert completed("") == {command.__name__.rpartition(".")[2] for command in COMMANDS}
    assert completed("ev") == {"evaluate"}
    assert completed("init", "--f") == {"--folds", "--force"}


def test_choices_are_completed(completed):
    assert completed("--print-completion", "") == {"bash", "zsh", "tcsh"}
    assert completed("predict", "a.mp4", "--extractor", "") == {"pyfaceau"}
    assert completed("init", "own", "--corpus", "") == {*list_known_corpora()}


def test_files_are_completed_and_folders_where_nothing_else_will_do(completed):
    assert completed("show", "m") == {"metrics.parquet", "my video.mp4"}
    assert completed("predict", "my video.mp4", "res") == {"results"}
    for words in (["predict", "a.mp4", "--model"], ["compare"], ["verify"], ["init"]):
        assert completed(*words, "") == {"results"}


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_have_a_script_too(shell, capsys):
    text = script(shell, capsys)
    assert "evaluate" in text
    assert "allow-failed-clips" in text


def test_a_shell_that_is_not_known_is_refused(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--print-completion", "fish"])
    assert end.value.code == 2
    assert "fish" in capsys.readouterr().err


def test_who_does_not_ask_for_it_does_not_wait_for_it():
    asked = (
        "import sys; from emofold.__main__ import make_parser; make_parser(); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert {"shtab", "tqdm", "pandas", "yaml"}.isdisjoint(done.stdout.split())
