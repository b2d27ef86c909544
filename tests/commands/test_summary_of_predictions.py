"""What the command says when it has predicted: a line for a remark, of however many clips."""

import pandas as pd

from emofold.commands.predict import summarise
from emofold.prediction.answers import Answer
from emofold.prediction.requests import Request


def answer(clip, remarks):
    row = {"modality": "speech", "is_answer": True, "predicted": "sad", "confidence": 0.4}
    return Answer(Request(clip, None), 2.0, pd.DataFrame([row]), remarks=remarks)


def test_a_remark_on_many_clips_is_one_line_with_their_number():
    answers = [answer(f"c{number}", ["It is new."]) for number in range(398)]
    answers += [answer(f"d{number}", []) for number in range(56)]
    *_, empty, last = summarise(answers).splitlines()
    assert (empty, last) == ("", "398 of 454 clips: It is new.")


def test_a_remark_on_few_clips_names_them():
    answers = [answer("a", ["It is new.", "It is long."]), answer("b", ["It is new."])]
    assert summarise(answers).splitlines()[-2:] == ["a, b: It is new.", "a: It is long."]


def test_clips_without_an_answer_are_not_counted():
    failed = Answer(Request("broken", None))
    answers = [*(answer(f"c{number}", ["It is new."]) for number in range(5)), failed]
    assert summarise(answers).splitlines()[-1] == "5 of 5 clips: It is new."
