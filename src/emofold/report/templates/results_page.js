"use strict";
(async () => {
  const page = JSON.parse(document.getElementById("data").textContent);
  const find = (selector) => document.querySelector(selector);
  const findAll = (selector) => [...document.querySelectorAll(selector)];
  const { element, make } = tables;
  const emotions = page.emotions;
  const chosen = find("#chosen"), filters = find("#filters"), clipFilters = find("#clip-filters");
  const NAMED = 5;
  const NARROWEST = 240; // also of a frame that is not shown yet
  const known = new Map();
  let systems = [];
  let drawn = {};

  // What is known of a system: read once, when it is chosen.

  async function read(name) {
    if (!known.has(name)) {
      const held = page.answers.find((one) => one.system === name);
      const predicted = await packed.bytes(held.predicted);
      const confidence = packed.numbers(await packed.bytes(held.confidence)).map((n) => n / page.highest);
      const scores = held.scores && await packed.bytes(held.scores);
      known.set(name, { system: name, predicted, confidence, scores, counts: count(predicted) });
    }
    return known.get(name);
  }

  function count(predicted) {
    const counts = emotions.map(() => emotions.map(() => 0));
    page.clips.emotion.forEach((truth, clip) => { counts[truth][predicted[clip]] += 1; });
    return counts;
  }

  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const isRight = (of, clip) => of.predicted[clip] === page.clips.emotion[clip];

  function recallOf({ counts }) {
    const deviations = normalQuantile(0.5 + page.confidence / 2);
    return counts.map((row, truth) => {
      const n = sum(row), share = n ? row[truth] / n : 0;
      const half = n ? deviations * Math.sqrt((share * (1 - share)) / n) : 0;
      return {
        found: 100 * share, n, low: 100 * Math.max(0, share - half), high: 100 * Math.min(1, share + half),
      };
    });
  }

  // The quantile of the normal distribution, by bisection of its distribution function.
  function normalQuantile(share) {
    let low = 0, high = 10;
    for (let i = 0; i < 60; i += 1) {
      const middle = (low + high) / 2;
      if (normalShare(middle) < share) low = middle; else high = middle;
    }
    return low;
  }

  function normalShare(x) {
    let term = x, total = x;
    for (let n = 1; n < 200; n += 1) {
      term *= (x * x) / (2 * n + 1);
      total += term;
    }
    return 0.5 + (total * Math.exp(-x * x / 2)) / Math.sqrt(2 * Math.PI);
  }

  function speakersOf(of) {
    const totals = page.speakers.map((name) => ({ name, n: 0, right: 0 }));
    page.clips.speaker.forEach((speaker, clip) => {
      totals[speaker].n += 1;
      totals[speaker].right += isRight(of, clip);
    });
    return totals.map((one) => ({ ...one, accuracy: (100 * one.right) / one.n }));
  }

  // The table of systems.

  function filter() {
    const { modality, group, search } = filters.elements;
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const body of find("#systems-table").tBodies) {
      const rows = [...body.rows].slice(1);
      for (const row of rows) {
        row.hidden = Boolean(modality?.value && row.dataset.modality !== modality.value)
          || !row.dataset.system.toLowerCase().includes(wanted);
      }
      body.hidden = Boolean(group?.value && body.dataset.group !== group.value)
        || rows.every((row) => row.hidden);
      if (!body.hidden) shown += rows.filter((row) => !row.hidden).length;
    }
    find("#shown").textContent = `${shown} shown`;
  }

  // One system, or two.

  function matrixOf(of) {
    const table = element("table", {});
    table.createCaption().textContent = of.system;
    const head = table.createTHead().insertRow();
    head.append(element("td"), ...emotions.map((name) =>
      element("th", { scope: "col", title: name }, element("span", { text: name }))));
    const body = table.createTBody();
    of.counts.forEach((counts, truth) => {
      const all = sum(counts);
      const row = body.insertRow();
      row.append(element("th", { scope: "row", title: emotions[truth], text: emotions[truth] }));
      counts.forEach((clips, answer) => {
        const share = all ? clips / all : 0;
        const words = truth === answer ? "recognised" : `taken for ${emotions[answer]}`;
        const button = element("button", {
          type: "button", disabled: !clips, style: `--share: ${share.toFixed(3)}`,
          class: `${share > 0.92 ? "full" : ""} ${truth === answer ? "is-right" : ""}`,
          "aria-label": `${emotions[truth]} ${words}: ${clips} of ${all} clips`,
        });
        if (clips) button.append(String(Math.round(100 * share)), element("small", { text: clips }));
        button.addEventListener("click", () => open(of, truth, answer, button));
        row.insertCell().append(button);
      });
    });
    return element("div", { class: "matrix", style: `--cells: ${emotions.length}` }, table);
  }

  function open(of, truth, answer, button) {
    for (const cell of findAll("#confusion button")) cell.setAttribute("aria-pressed", String(cell === button));
    const { which, emotion, predicted, search } = clipFilters.elements;
    which.value = "";
    emotion.value = truth;
    predicted.value = answer;
    search.value = "";
    showClips(of);
    find("#clips-heading").focus({ preventScroll: true });
    find("#clips").scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  function showClips(judged = systems[0]) {
    const { which, emotion, predicted, search, order } = clipFilters.elements;
    const wanted = search.value.trim().toLowerCase();
    const [first, second] = systems;
    const kinds = {
      wrong: (clip) => !isRight(judged, clip),
      right: (clip) => isRight(judged, clip),
      first: (clip) => isRight(first, clip) && !isRight(second, clip),
      second: (clip) => !isRight(first, clip) && isRight(second, clip),
      neither: (clip) => !isRight(first, clip) && !isRight(second, clip),
    };
    const ofKind = kinds[which.value] ?? (() => true);
    const clips = page.clips.name.map((_, clip) => clip).filter((clip) =>
      ofKind(clip)
      && (emotion.value === "" || page.clips.emotion[clip] === Number(emotion.value))
      && (predicted.value === "" || judged.predicted[clip] === Number(predicted.value))
      && (page.clips.name[clip].toLowerCase().includes(wanted)
        || page.speakers[page.clips.speaker[clip]].toLowerCase() === wanted));
    const sign = order.value === "unsure" ? 1 : -1;
    if (order.value !== "name") clips.sort((a, b) => sign * (judged.confidence[a] - judged.confidence[b]));
    const shown = [judged, ...systems.filter((one) => one !== judged)];
    find("#clips-count").textContent = `${clips.length} of ${page.clips.name.length}`;
    clipList.show(page, find("#clip-list"), find("#more"), clips, shown);
  }

  const TESTS = [
    { name: "other system" }, { name: "this alone right", digits: 0 }, { name: "other alone right", digits: 0 },
    { name: "p", digits: 4 }, { name: "p (Holm)", digits: 4 },
  ];

  function testsOf(name) {
    return page.mcnemar
      .filter(([a, b]) => a === name || b === name)
      .map(([a, b, onlyA, onlyB, p, holm]) => (a === name ? [b, onlyA, onlyB, p, holm] : [a, onlyB, onlyA, p, holm]))
      .sort((one, other) => one[3] - other[3]);
  }

  const CHOICES = [
    { name: "candidate" }, { name: "fold", digits: 0 }, { name: "clips", digits: 0 },
    { name: "log loss", digits: 4 }, { name: "accuracy", digits: 2 }, { name: "chosen" },
  ];

  function showChoices(name) {
    const members = [name, ...(page.fusions[name] ?? [])].filter((one) => page.choices[one]);
    find("#choices").hidden = !members.length;
    find("#choices-tables").replaceChildren(...members.map((one) => {
      const rows = page.choices[one].map(([fold, candidate, n, loss, accuracy, isChosen]) =>
        [candidate, fold, n, loss, accuracy, isChosen ? "chosen" : ""]);
      const table = make(CHOICES, rows, { file: `choices-${one}` });
      const box = element("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": one }, table);
      const remarks = new Set(page.choices[one].map((row) => row.at(-1)).filter(Boolean));
      const said = [...remarks].map((remark) => element("p", { class: "small", text: `Of ${one}, ${remark}.` }));
      return element("details", {}, element("summary", { text: one }), ...said, box);
    }));
  }

  const CONTRIBUTIONS = [
    { name: "emotion" }, { name: "right" }, { name: "clips", digits: 0 }, { name: "fusion right", digits: 0 },
  ];

  function showContributions(name) {
    const rows = page.contributions[name] ?? [];
    find("#contributions").hidden = !rows.length;
    find("#contributions-table").replaceChildren(...rows.length ? [make(CONTRIBUTIONS, rows)] : []);
  }

  const SPEAKERS = [{ name: "speaker" }, { name: "clips", digits: 0 }, { name: "accuracy", digits: 1 }];

  function showSpeakers(all) {
    const rows = all[0].map(({ name, n, accuracy }, i) => [name, n, accuracy, ...all.slice(1).map((of) => of[i].accuracy)])
      .sort((a, b) => a[2] - b[2]);
    const columns = [...SPEAKERS, ...all.slice(1).map(() => ({ name: "of the other", digits: 1 }))];
    find("#speakers-table").replaceChildren(make(columns, rows));
    const named = (some) => some.map(([name, , accuracy]) => `${name}\u00a0(${accuracy.toFixed(0)}\u00a0%)`).join(", ");
    find("#extremes").textContent = rows.length > 2 * NAMED
      ? `Lowest: ${named(rows.slice(0, NAMED))}. Highest: ${named(rows.slice(-NAMED).reverse())}.`
      : `From the lowest: ${named(rows)}.`;
  }

  function draw() {
    const space = (name, most) => Math.max(NARROWEST, Math.min(most, find(`#${name}`).clientWidth));
    const bins = ({ system }) => (page.calibration[system] ?? []).map((bin) => bin.slice(1));
    drawn = {
      recall: figures.recall(emotions, systems.map(recallOf), space("recall", 560)),
      speakers: figures.speakers(systems.map(speakersOf), space("speakers", 560)),
      calibration: figures.calibration(systems.map(bins), space("calibration", 400)),
    };
    for (const [name, figure] of Object.entries(drawn)) find(`#${name}`).replaceChildren(figure);
  }

  function summarise() {
    const right = (of) => page.clips.name.filter((_, clip) => isRight(of, clip)).length;
    return systems.map((of) =>
      element("span", { class: "whole", text: `${of.system}: ${right(of)} of ${page.clips.name.length} clips` }));
  }

  async function choose(first, second = "") {
    const names = second && second !== first ? [first, second] : [first];
    systems = await Promise.all(names.map(read));
    chosen.elements.first.value = first;
    chosen.elements.second.value = names[1] ?? "";
    document.body.classList.toggle("two", names.length > 1);
    for (const row of findAll("#systems-table [data-system]")) {
      row.classList.toggle("is-first", row.dataset.system === first);
      row.classList.toggle("is-second", row.dataset.system === names[1]);
    }
    for (const option of findAll("[data-second]")) option.hidden = option.disabled = names.length < 2;
    if (clipFilters.elements.which.selectedOptions[0].disabled) clipFilters.elements.which.value = "wrong";
    draw();
    find("#confusion").replaceChildren(...systems.map(matrixOf));
    find("#summary").replaceChildren(...summarise().flatMap((one) => [one, " "]));
    find("#mcnemar").replaceChildren(make(TESTS, testsOf(first), { caption: first }));
    showSpeakers(systems.map(speakersOf));
    showChoices(first);
    showContributions(first);
    showClips();
  }

  // To keep.

  const headed = (columns, rows) => [columns.map(({ name }) => name), ...rows];
  const CSVS = {
    systems: () => {
      const rows = findAll("#systems-table tbody").flatMap((body) =>
        [...body.rows].slice(1).map((row) => [body.dataset.group, row.dataset.system,
          ...[...row.cells].slice(1).filter((cell) => !cell.classList.contains("bars")).map((cell) => cell.textContent.trim())]));
      return [["group", "system", "modality", "accuracy", "interval by speakers", "uar", "macro_f1", "ece", "n"], ...rows];
    },
    confusion: () => [["system", "emotion", "predicted", "clips"], ...systems.flatMap((of) =>
      of.counts.flatMap((row, truth) => row.map((clips, answer) => [of.system, emotions[truth], emotions[answer], clips])))],
    recall: () => [["system", "emotion", "n", "recall", "ci_low", "ci_high"], ...systems.flatMap((of) =>
      recallOf(of).map(({ found, n, low, high }, e) => [of.system, emotions[e], n, ...[found, low, high].map((v) => v.toFixed(3))]))],
    speakers: () => [["system", "speaker", "n", "accuracy"], ...systems.flatMap((of) =>
      speakersOf(of).map(({ name, n, accuracy }) => [of.system, name, n, accuracy.toFixed(3)]))],
    answers: () => [["system", "clip", "speaker", "fold", "emotion", "predicted", "confidence", ...emotions.map((name) => `percent_${name}`)],
      ...systems.flatMap((of) => page.clips.name.map((name, clip) => [of.system, name, page.speakers[page.clips.speaker[clip]],
        page.clips.fold[clip], emotions[page.clips.emotion[clip]], emotions[of.predicted[clip]], of.confidence[clip],
        ...emotions.map((_, e) => (of.scores ? of.scores[clip * emotions.length + e] : ""))]))],
    mcnemar: () => [["system", ...headed(TESTS, [])[0]], ...testsOf(systems[0].system).map((row) => [systems[0].system, ...row])],
  };

  function fileName(what, ending) {
    const name = what === "systems" ? page.name : `${page.name}-${systems.map((of) => of.system).join("-")}`;
    return `${name}-${what}.${ending}`.replace(/[^\w.+-]+/g, "_");
  }

  for (const button of findAll("[data-csv]")) {
    const what = button.dataset.csv;
    button.addEventListener("click", () => tables.save(fileName(what, "csv"), `\ufeff${tables.csv(CSVS[what]())}`, "text/csv"));
  }
  for (const button of findAll("[data-svg]")) {
    button.addEventListener("click", () => {
      const what = button.dataset.svg;
      const pictures = what === "confusion"
        ? systems.map((of) => figures.matrix(emotions, of.counts, of.system)) : [drawn[what]];
      pictures.forEach((box, i) => {
        if (!box.isConnected) find("#downloads").append(box);
        tables.save(fileName(pictures.length > 1 ? `${what}-${i + 1}` : what, "svg"), figures.asFile(box), "image/svg+xml");
        if (what === "confusion") box.remove();
      });
    });
  }

  filters.addEventListener("input", filter);
  clipFilters.addEventListener("input", () => {
    for (const cell of findAll("#confusion button")) cell.removeAttribute("aria-pressed");
    showClips();
  });
  chosen.addEventListener("input", () => choose(chosen.elements.first.value, chosen.elements.second.value));
  for (const form of [filters, clipFilters, chosen]) form.addEventListener("submit", (event) => event.preventDefault());
  find("#systems-table").addEventListener("click", ({ target }) => {
    const row = target.closest("button.name")?.closest("tr");
    if (!row) return;
    choose(row.dataset.system, chosen.elements.second.value);
    find("#system").scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  });

  for (const table of findAll("table.sortable")) tables.sortable(table);
  for (const name of ["clips", "mcnemar", "choices"]) page[name] = await packed.json(page[name]);
  filter();
  await choose(page.answers[0].system);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (width !== innerWidth) draw();
    width = innerWidth;
  });
  document.body.dataset.ready = "";
})();
