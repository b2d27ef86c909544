"use strict";
// Values over time as a table: a row a moment, a column an emotion.
function valuesTable(label, emotions, times, values) {
  const MOST_ROWS = 300;
  const every = Math.max(1, Math.ceil(times.length / MOST_ROWS));

  function heading(scope, text) {
    const cell = document.createElement("th");
    cell.scope = scope;
    cell.textContent = text;
    return cell;
  }

  const table = document.createElement("table");
  table.createCaption().textContent = `${label}, in percent`
    + (every > 1 ? ` (one moment of ${every})` : "");
  table.createTHead().insertRow()
    .append(...["time", ...emotions].map((name) => heading("col", name)));
  const body = table.createTBody();
  for (let i = 0; i < times.length; i += every) {
    const shares = values.map((of) => of[i]);
    const row = body.insertRow();
    row.append(heading("row", times[i]));
    for (const share of shares) {
      const cell = row.insertCell();
      cell.textContent = Math.round(100 * share);
      cell.classList.toggle("leads", share === Math.max(...shares));
    }
  }
  return table;
}
