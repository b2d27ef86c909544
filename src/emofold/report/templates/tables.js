"use strict";
// Tables: made from rows, sorted by a click on a heading, and written as csv.
const tables = (() => {
  function element(name, { text, ...attributes } = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
    }
    if (text !== undefined) made.textContent = text;
    made.append(...children);
    return made;
  }

  // Columns are {name, digits}; with digits, cells are numbers. The first column names the row.
  function make(columns, rows, { caption, file } = {}) {
    const table = element("table", { class: "sortable", "data-file": file });
    if (caption) table.createCaption().textContent = caption;
    table.createTHead().insertRow().append(...columns.map(({ name, digits }) =>
      element("th", { scope: "col", class: digits !== undefined && "number", text: name })));
    const body = table.createTBody();
    for (const values of rows) {
      body.insertRow().append(...columns.map(({ digits }, i) => {
        const value = values[i];
        const shown = digits === undefined || value === null ? value ?? "" : written(value, digits);
        return element(i ? "td" : "th", {
          scope: !i && "row", title: !i && shown, class: digits !== undefined && "number", text: shown,
          "data-value": digits === undefined ? undefined : value ?? "",
        });
      }));
    }
    sortable(table);
    return table;
  }

  function written(value, digits) {
    const smallest = 10 ** -digits;
    if (digits > 3 && value < smallest) return `<${smallest.toFixed(digits)}`;
    return value.toFixed(digits);
  }

  function valueOf(cell) {
    return cell.dataset.value ?? cell.textContent.trim();
  }

  function compare(one, other) {
    if (one === "" || other === "") return (one === "") - (other === "");
    const difference = Number(one) - Number(other);
    return Number.isNaN(difference) ? one.localeCompare(other, "en", { numeric: true }) : difference;
  }

  // Rows are sorted within the bodies of a table, which keep their order.
  function sortBy(table, heading) {
    const index = heading.cellIndex;
    const first = heading.classList.contains("number") ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = heading.ariaSort === first ? other : first;
    for (const one of table.tHead.rows[0].cells) one.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    for (const body of table.tBodies) {
      const rows = [...body.rows].filter((row) => !row.classList.contains("group"));
      rows.sort((a, b) => {
        const [one, another] = [a, b].map((row) => valueOf(row.cells[index]));
        return one === "" || another === "" ? compare(one, another) : sign * compare(one, another);
      });
      body.append(...rows);
    }
  }

  function sortable(table) {
    for (const heading of table.tHead.rows[0].cells) {
      if (heading.dataset.plain !== undefined) continue;
      const button = element("button", { type: "button", text: heading.textContent });
      button.addEventListener("click", () => sortBy(table, heading));
      heading.replaceChildren(button);
    }
  }

  function csv(rows) {
    // A text that a spreadsheet would take for a formula is kept a text.
    const cell = (value) => {
      const given = String(value ?? "");
      const isFormula = /^\s*[=+@-]/.test(given) && !Number.isFinite(Number(given));
      const text = isFormula ? `'${given}` : given;
      return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    return `${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
  }

  function save(name, text, type) {
    const link = element("a", { download: name });
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  return { csv, element, make, save, sortable };
})();
