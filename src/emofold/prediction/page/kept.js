"use strict";
// What the page draws, as rows to keep: csv for spreadsheets, or all in one as json.
const kept = (() => {
  function share(emotions, values) {
    const best = values.indexOf(Math.max(...values));
    return { predicted: emotions[best], confidence: values[best],
      ...Object.fromEntries(emotions.map((name, e) => [`score_${name}`, values[e]])) };
  }

  function answers({ emotions, systems }) {
    return systems.map(({ modality, scores, expected }, place) =>
      ({ modality, is_answer: !place, ...share(emotions, scores), expected }));
  }

  function timeline({ emotions, systems }) {
    return systems.flatMap(({ modality, timeline: over }) => (over?.from ?? []).map((start, i) =>
      ({ modality, start, end: over.to[i], ...share(emotions, over.values.map((of) => of[i])) })));
  }

  function face({ units, attention }) {
    return (units?.from ?? []).map((start, i) => {
      const at = attention ? segments.at(attention, (start + units.to[i]) / 2) : null;
      const measured = Object.entries(units.values).map(([unit, values]) => [`${unit}_r`, values[i]]);
      return { start, end: units.to[i], ...Object.fromEntries(measured),
        ...(attention && { attention_times_even: at === null ? null : attention.values[at] }) };
    });
  }

  const TABLES = { answers, timeline, face };

  function csv(what, data) {
    const rows = TABLES[what](data);
    return `\ufeff${tables.csv([Object.keys(rows[0]), ...rows.map((row) => Object.values(row))])}`;
  }

  function json(data) {
    const all = Object.entries(TABLES).map(([name, rows]) => [name, rows(data)]);
    return JSON.stringify({ ...data.about, ...Object.fromEntries(all) }, null, 1);
  }

  function save(what, data) {
    const name = data.about.recording.replace(/[^\p{L}\p{M}\p{N}.+-]+/gu, "_");
    if (what === "all") tables.save(`${name}.json`, json(data), "application/json");
    else tables.save(`${name}-${what}.csv`, csv(what, data), "text/csv");
  }

  return { save };
})();
