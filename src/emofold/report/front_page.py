"""The first page of the report: in a few lines, what was run and what came out.

The page is reStructuredText, which Snakemake renders as a Jinja template once more, without a
sandbox. Whatever a user may have named is therefore escaped for both.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from emofold.errors import counted, listing
from emofold.evaluation.metrics import MEAN_OF_CORPORA, means_with_intervals, rank_systems
from emofold.evaluation.schemas import ANSWER
from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT, MODALITIES

KINDS = {
    "published": "published model",
    "static": "static model",
    "sequence": "sequence model",
    "finetuned": "fine-tuned encoder",
    "fused": "fusion",
}
SEEN = {  # beside the clip that is decided on
    "none": "",
    "speaker": " that see all clips of a speaker (transductive)",
    "corpus": " that see all clips of a tested fold (transductive)",
}
CROSS_FITTED = " that are cross-fitted"
SHORT = {  # what a system is, in the table
    SEEN["none"]: "inductive",
    SEEN["speaker"]: "transductive, by speaker",
    SEEN["corpus"]: "transductive, by corpus",
    CROSS_FITTED: "cross-fitted",
}
MEASURES = ("accuracy", "uar", "macro_f1")
MOST_FAILED_NAMED = 20
MOST_ODDITIES_SAID = 5
MOST_SYSTEMS_LISTED = 30
TEMPLATE = "front_page.rst"  # a line that is indented by two spaces continues the one before
CONTINUED_LINE = re.compile(r"\n {2}(?=\S)")
NOT_PLAIN = re.compile(r"[^\w\s.,;=+/()-]|_")
BREAKS = {"Cc", "Zl", "Zp"}


def front_page(
    run: Mapping[str, Any],
    clips: pd.DataFrame,
    metrics: pd.DataFrame,
    comparison: pd.DataFrame,
    *,
    oddities: pd.DataFrame,
    failures: pd.DataFrame,
    others: Mapping[str, pd.DataFrame],
) -> str:
    """Return the front page in reStructuredText.

    Parameters
    ----------
    run
        The config's name, emotions, folds, protocol and seed, the `confidence` of the intervals,
        how many systems were `published`, `static`, `sequence`, `finetuned` and `fused`, a `note`
        on the corpus, and whose numbers were `reported`: empty when the comparison holds none.
    clips, metrics, comparison, oddities
        The tables of those names.
    failures
        The table of clips that failed.
    others
        The metrics of the bundle on other corpora, by their names.
    """
    environment = Environment(  # noqa: S701 - `finalize` escapes what html's escaping would not
        loader=PackageLoader("emofold.report"),
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    best, *best_of_others = _best_of_each_kind(metrics)
    failed = sorted(failures["clip"].unique())
    page = environment.get_template(TEMPLATE).render(
        run=run,
        underline="=" * len(f"emofold: {escaped(run['name'])}"),
        clips=len(clips),
        speakers=clips["speaker"].nunique(),
        systems=[counted(run[kind], noun) for kind, noun in KINDS.items() if run[kind]],
        best=best,
        best_of_others=best_of_others,
        listed=[*_list_systems(metrics)][:MOST_SYSTEMS_LISTED],
        unlisted=max(0, metrics["system"].nunique() - MOST_SYSTEMS_LISTED),
        modalities=[*_best_of_each_modality(metrics)],
        chance=rank_systems(metrics).query("kind == 'baseline'")["accuracy"].iloc[0],
        left_out=_best_of_left_out_corpora(metrics),
        comparison=_agreement(comparison),
        transductive=_systems(metrics[metrics["normalised_by"] != "none"]),
        cross_fitted=_systems(metrics[metrics["protocol"] == "cross-fitted"]),
        oddities=_say_what_is_odd(oddities),
        failed=failed,
        failed_clips=counted(len(failed), "clip"),
        failed_listed=listing(failed, MOST_FAILED_NAMED),
        others=[_describe_other(name, metrics) for name, metrics in others.items()],
    )
    return CONTINUED_LINE.sub(" ", page)


def escaped(value: object) -> str:
    r"""Return a value as text that neither reStructuredText nor Jinja takes for markup.

    Control characters and breaks of lines become spaces.

    Examples
    --------
    >>> print(escaped("{{ 7 * 7 }} _a_"))
    \{\{ 7 \* 7 \}\} \_a\_
    """
    in_one_line = (" " if unicodedata.category(sign) in BREAKS else sign for sign in str(value))
    return NOT_PLAIN.sub(r"\\\g<0>", "".join(in_one_line))


def _best_of_each_kind(metrics: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the best system of each kind that can be compared, with its intervals."""
    by_speakers = _intervals_by_speakers(metrics)
    for kind, rows in _kinds(metrics).items():
        best = rows.iloc[0]
        yield {
            **{name: best[name] for name in ("system", "modality", *MEASURES)},
            "of": kind,
            "rivals": (rows["kind"] != "baseline").sum(),
            "by_clips": (best["ci_low"], best["ci_high"]),
            "by_speakers": by_speakers[best["system"]],
        }


def _intervals_by_speakers(metrics: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the interval of each system's accuracy by the bootstrap over speakers."""
    rows = means_with_intervals(metrics, "speaker_bootstrap")
    bounds = zip(rows["ci_low"], rows["ci_high"], strict=True)
    return dict(zip(rows["system"], bounds, strict=True))


def _kinds(metrics: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the systems that can be compared with one another, the best first, by what they are.

    Those of the first kind have seen the least; a kind without a system is left out.
    """
    means = rank_systems(metrics)
    is_weaker = means["protocol"] == "cross-fitted"
    is_baseline = means["kind"] == "baseline"
    kinds = {
        kind: means[(means["normalised_by"] == normalised_by) & ~is_weaker]
        for normalised_by, kind in SEEN.items()
    }
    kinds[CROSS_FITTED] = means[is_weaker & ~is_baseline]
    if (kinds[""]["kind"] == "baseline").all():
        del kinds[""]
    return {kind: rows for kind, rows in kinds.items() if len(rows)}


def _list_systems(metrics: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield all systems, those that have seen the least first, the baseline last."""
    by_speakers = _intervals_by_speakers(metrics)
    ranked = [(SHORT[kind], rows) for kind, rows in _kinds(metrics).items()]
    models = [(kind, row) for kind, rows in ranked for _, row in rows.iterrows()]
    for kind, row in sorted(models, key=lambda one: one[1]["kind"] == "baseline"):
        is_baseline = row["kind"] == "baseline"
        yield {
            **{name: row[name] for name in ("system", *MEASURES)},
            "modality": "" if is_baseline else row["modality"],
            "of": "always guessing one emotion" if is_baseline else kind,
            "by_speakers": by_speakers[row["system"]],
        }


def _best_of_each_modality(metrics: pd.DataFrame) -> Iterator[pd.Series]:
    first = next(iter(_kinds(metrics).values()))
    for modality in MODALITIES:
        rows = first[first["modality"] == modality]
        if len(rows):
            yield rows.iloc[0]


def _say_what_is_odd(oddities: pd.DataFrame) -> list[str]:
    """Return the first of what is odd about the data; failures have a line of their own."""
    others = oddities[oddities["kind"] != "failed"]
    corpora = others["corpus"].map("{}: ".format, na_action="ignore").fillna("")
    said = [corpus + what for corpus, what in zip(corpora, others["what"], strict=True)]
    more = len(said) - MOST_ODDITIES_SAID
    return said[:MOST_ODDITIES_SAID] + ([f"and {more} more"] if more > 0 else [])


def _describe_other(name: str, metrics: pd.DataFrame) -> dict[str, Any]:
    """Return how the bundle answers for another corpus, in each setting."""
    answers = metrics[metrics["judged_by"] == ANSWER].drop_duplicates("setting")
    return {"name": name, "settings": answers.to_dict("records")}


def _best_of_left_out_corpora(metrics: pd.DataFrame) -> pd.Series | None:
    """Return the best system in the mean of the corpora, where each is left out in turn."""
    is_left_out = metrics["protocol"] == LEAVE_ONE_CORPUS_OUT
    is_mean = (metrics["corpus"] == MEAN_OF_CORPORA) & (metrics["ci_method"] == "wald")
    rows = metrics[is_left_out & is_mean & (metrics["kind"] != "baseline")]
    return rows.sort_values("accuracy", ascending=False).iloc[0] if len(rows) else None


def _agreement(comparison: pd.DataFrame) -> dict[str, Any]:
    """Say how many numbers are compared, and which of them differs the most."""
    if comparison.empty:
        return {"compared": 0}
    worst = comparison.sort_values("difference", key=abs, ascending=False).iloc[0]
    return {
        "compared": len(comparison),
        "largest": worst["difference"],
        "system": worst["system"],
    }


def _systems(metrics: pd.DataFrame) -> list[str]:
    return sorted(set(metrics["system"]))
