// Sorting and filtering of the tables. Without it the page is whole, and only longer.
"use strict";
(() => {
  const form = document.getElementById("controls");
  const [filter, family, client, missing, told] =
    ["filter", "family", "client", "missing", "told"].map((id) => document.getElementById(id));
  const tables = [...document.querySelectorAll("details")].map((details) => ({
    details,
    open: details.open,
    shown: details.querySelector(".shown"),
    whole: details.querySelector(".shown").textContent,
    // What a row is filtered by, read once.
    rows: [...details.querySelectorAll("tbody tr")].map((row) => ({
      row,
      text: [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase(),
      family: row.dataset.family,
      count: Number(row.dataset.count),
      clients: (row.dataset.clients ?? "").split(" "),
    })),
  }));

  function apply() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [tag, by, idle] = [family.value, client.value, missing.checked];
    const filtered = words.length > 0 || tag !== "" || by !== "" || idle;
    let all = 0;
    for (const table of tables) {
      let found = 0;
      for (const it of table.rows) {
        // Who looks for what a client has not exercised wants the rows without that client.
        const ofAll = by === "" || table.details.id === "families";
        const exercised = ofAll ? it.count > 0 : it.clients.includes(by);
        const wanted = idle ? !exercised : by === "" || exercised;
        const show = wanted && (tag === "" || it.family === tag) &&
          words.every((word) => it.text.includes(word));
        it.row.hidden = !show;
        found += show ? 1 : 0;
      }
      table.shown.textContent = filtered ? `${found} of ${table.rows.length} shown` : table.whole;
      all += found;
      // What was opened for its matches closes again, unless it was open before.
      if (words.length > 0) table.details.open = found > 0;
      else if (!filtered) table.details.open = table.open;
    }
    told.textContent = filtered ? `${all} rows` : "";
    remember(filtered);
  }

  function remember(filtered) {
    const parts = new URLSearchParams();
    if (filter.value) parts.set("filter", filter.value);
    if (family.value) parts.set("family", family.value);
    if (client.value) parts.set("client", client.selectedOptions[0].textContent);
    if (missing.checked) parts.set("missing", "");
    const fragment = filtered ? `#${parts}` : location.pathname + location.search;
    // A page from a file may not be allowed to; the filter works all the same.
    try { history.replaceState(null, "", fragment); } catch { /* nothing is lost */ }
  }

  function recall() {
    const fragment = location.hash.slice(1);
    const named = fragment && document.getElementById(fragment);
    if (named?.tagName === "DETAILS") {
      named.open = true;
      named.scrollIntoView();
      return;
    }
    const parts = new URLSearchParams(fragment);
    filter.value = parts.get("filter") ?? "";
    family.value = parts.get("family") ?? "";
    const wanted = [...client.options].find((it) => it.textContent === parts.get("client"));
    client.value = wanted?.value ?? "";
    if (family.selectedIndex < 0) family.value = "";
    missing.checked = parts.has("missing");
    apply();
  }

  function value(row, column) {
    const cell = row.cells[column];
    return cell.dataset.sort === undefined ? cell.textContent : Number(cell.dataset.sort);
  }

  function sort(head, table, column) {
    const body = table.tBodies[0];
    const numbers = body.rows[0]?.cells[column]?.dataset.sort !== undefined;
    // Numbers begin with the largest.
    const first = numbers ? "descending" : "ascending";
    const other = numbers ? "ascending" : "descending";
    const order = head.getAttribute("aria-sort") === first ? other : first;
    for (const it of table.tHead.rows[0].cells) it.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const compare = numbers ? (a, b) => a - b : (a, b) => a.localeCompare(b, "en", { numeric: true });
    const rows = [...body.rows].map((row) => [value(row, column), row]);
    rows.sort(([a], [b]) => sign * compare(a, b));
    body.append(...rows.map(([, row]) => row));
  }

  for (const table of document.querySelectorAll("table")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sort(head, table, column));
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
    });
  }
  for (const table of tables) {
    // Only a person's opening and closing is remembered.
    table.details.querySelector("summary").addEventListener("click", () => {
      table.open = !table.details.open;
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    // Here rather than by the browser, which does it only after this.
    event.preventDefault();
    [filter.value, family.value, client.value, missing.checked] = ["", "", "", false];
    apply();
  });
  form.addEventListener("input", apply);
  addEventListener("hashchange", recall);
  form.hidden = false;
  recall();
})();
