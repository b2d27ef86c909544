"""The report is one page that needs nothing else, and a browser shows it."""

import os
import re
import shutil
import subprocess

import pytest

from chromium import started

pytestmark = pytest.mark.workflow

QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-quic"]
QUIET += ["--enable-logging=stderr", "--virtual-time-budget=10000"]


@pytest.fixture(scope="module")
def report(finished_once):
    """The report as the run left it."""
    return finished_once.folder / "results/mini/report.html"


def test_the_report_loads_nothing_from_elsewhere(report):
    page = report.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=.?https?:", page)


def test_the_report_has_every_figure_and_table_with_its_caption(report):
    page = report.read_text(encoding="utf-8")
    for name in [
        "accuracies.svg",
        "recall.svg",
        "speakers.svg",
        "results.html",
        "data.html",
    ]:
        assert name in page
    assert "Thick lines are Wald intervals" in page


def test_a_browser_shows_the_front_page(report, tmp_path):
    chromium = shutil.which("chromium")
    if chromium is None and "CI" not in os.environ:
        pytest.skip("no chromium to open the report with")
    assert chromium, "continuous integration installs chromium"
    browser = subprocess.run(
        [chromium, *QUIET, f"--user-data-dir={tmp_path}", "--dump-dom", report.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    shown = re.sub(r"<script.*?</script>", "", browser.stdout, flags=re.DOTALL)
    assert "emofold: mini" in shown
    assert "96 clips of 6 speakers, 8 emotions, 3 folds by speaker" in shown
    assert "CONSOLE" not in browser.stderr or "Error" not in browser.stderr


def test_the_report_goes_from_the_results_to_the_data_and_opens_them(report, tmp_path):
    with started(tmp_path / "profile") as browser:
        browser.open(report)
        browser.wait_for("document.querySelectorAll('nav li').length > 5")
        items = "[...document.querySelectorAll('nav li')].map(e => e.textContent.trim())"
        categories = [item for item in browser.value(items) if item[:1].isdigit()]
        assert categories == ["1 Results", "2 Errors", "3 Clips", "4 Data"]
        links = "[...document.querySelectorAll('nav a')]"
        browser.value(f"{links}.find(e => e.textContent.trim() === '1 Results').click()")
        browser.wait_for("document.querySelector('nav td a')")
        assert "a page of all systems" in browser.text("nav td")
        browser.value("document.querySelector('nav td a').click()")
        browser.wait_for("document.querySelector('iframe')?.src.startsWith('data:text/html')")


COVERED = """[...document.querySelectorAll('.document h1, .document li')].filter(text => {
  text.scrollIntoView({block: 'center'});
  const {left, right, top} = text.getBoundingClientRect();
  const found = document.elementFromPoint(left + 3, top + 3);
  return left < 0 || right > innerWidth || !(text.contains(found) || found.contains(text));
}).map(text => text.textContent.slice(0, 40))"""


# Cells whose words are broken are narrower than these; a table scrolls in its own frame.
BROKEN_OR_WIDE = """[...document.querySelectorAll('.document table')].flatMap(table => {
  const cells = [...table.querySelectorAll('td, th')].filter(cell => {
    const word = document.createElement('span');
    word.style.whiteSpace = 'nowrap';
    word.textContent = cell.textContent.trim().split(/\\s+/).reduce(
      (one, other) => other.length > one.length ? other : one, '');
    cell.append(word);
    const width = word.getBoundingClientRect().width;
    word.remove();
    return width > cell.getBoundingClientRect().width + 1;
  });
  const isWide = table.getBoundingClientRect().right > innerWidth + 1;
  return [...cells.map(cell => cell.textContent), ...(isWide ? ['too wide'] : [])];
})"""


def test_in_the_dark_the_front_page_is_dark_and_what_is_dark_itself_stays_so(report, tmp_path):
    with started(tmp_path / "profile") as browser:
        turned = "getComputedStyle(document.querySelector('#app > div > nav + div')).filter"
        for scheme, filters in (("light", "none"), ("dark", "invert(1) hue-rotate(180deg)")):
            browser.open(report, scheme=scheme)
            browser.wait_for("document.querySelectorAll('.document li').length > 5")
            assert browser.value(turned) == filters


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_of_the_front_page_is_cut_or_covered(report, tmp_path, width):
    with started(tmp_path / "profile") as browser:
        browser.open(report, width=width)
        browser.wait_for("document.querySelectorAll('.document li').length > 5")
        assert browser.value(COVERED) == []
        assert browser.value(BROKEN_OR_WIDE) == []
        # Snakemake's own page warns of the style sheet that it is made with
        assert [line for line in browser.complaints if "tailwindcss" not in line] == []
