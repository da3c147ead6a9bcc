// What a page adds where scripts run: it is complete without them.
(() => {
  "use strict";
  const root = document.documentElement;

  // Light or dark, as the reader chooses; the system's choice until then.
  const button = document.querySelector(".theme");
  if (button) {
    const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    const name = () => { button.textContent = dark() ? "Light colors" : "Dark colors"; };
    button.hidden = false;
    name();
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      try { localStorage.setItem("sectorlib-theme", root.dataset.theme); } catch { /* a file may have no storage */ }
      name();
    });
  }

  // Mark the chapter being read in the contents.
  const links = [...document.querySelectorAll(".contents a")];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const mark = () => {
    const passed = headings.filter((heading) => heading && heading.getBoundingClientRect().top < 120).length;
    links.forEach((link, i) => {
      if (i === passed - 1) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  };
  addEventListener("scroll", mark, {passive: true});
  mark();

  // Sort a table by the column whose heading is pressed: numbers by their value, words by the alphabet, blanks last.
  const key = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
    const text = cell.textContent.trim();
    return text === "\u2013" || cell.classList.contains("withheld") ? null : cell.classList.contains("number") && /^[-\u2212+]?[\d,.]+%?$/.test(text) ? Number(text.replace(/[,%+]/g, "").replace("\u2212", "-")) : text;
  };
  const columnOf = (table, heading) => {
    const grid = [];
    [...table.tHead.rows].forEach((row, r) => {
      grid[r] = grid[r] || [];
      [...row.cells].forEach((cell) => {
        let c = 0;
        while (grid[r][c]) c += 1;
        for (let i = 0; i < cell.rowSpan; i += 1) {
          grid[r + i] = grid[r + i] || [];
          for (let j = 0; j < cell.colSpan; j += 1) grid[r + i][c + j] = cell;
        }
      });
    });
    return grid[grid.length - 1].indexOf(heading);
  };
  document.querySelectorAll("table.sortable").forEach((table) => {
    if (table.tBodies[0].rows.length < 3) return;
    table.querySelectorAll("thead th:not([scope=colgroup])").forEach((heading) => {
      const column = columnOf(table, heading);
      const press = document.createElement("button");
      press.type = "button";
      press.className = "sort";
      press.append(...heading.childNodes);
      heading.append(press);
      press.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "descending" || (heading.getAttribute("aria-sort") === null && !heading.classList.contains("number"));
        table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", down ? "ascending" : "descending");
        const rows = [...table.tBodies[0].rows];
        const sorted = rows.map((row) => [key(row, column), row]).sort(([a], [b]) => {
          if (a === null || b === null) return (a === null) - (b === null);
          const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
          return down ? order : -order;
        });
        const kept = rows.filter((row) => !row.classList.contains("extra")).length;
        const some = rows.some((row) => row.classList.contains("extra"));
        sorted.forEach(([, row], i) => {
          if (some) row.classList.toggle("extra", i >= kept);
          table.tBodies[0].append(row);
        });
      });
    });
  });

  // Tooltips of charts, for a pointer and for a finger; without scripts the browser shows the title of a mark.
  const tip = document.createElement("div");
  tip.className = "tooltip";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  document.body.append(tip);
  const show = (event) => {
    const mark = event.target.closest && event.target.closest(".tip");
    if (!mark) { tip.hidden = true; return; }
    const title = mark.querySelector("title");
    if (title) title.remove(); // or the browser shows it a second time
    tip.textContent = mark.dataset.tip;
    tip.hidden = false;
    const x = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const y = event.clientY + 18 + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18;
    tip.style.left = `${Math.max(x, 8)}px`;
    tip.style.top = `${y}px`;
  };
  document.addEventListener("pointermove", show);
  document.addEventListener("pointerdown", show);
  addEventListener("scroll", () => { tip.hidden = true; }, {passive: true});
  addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

  // Paper shows everything that a screen keeps closed, but the data behind charts.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not(.data):not([open])")];
    opened.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((part) => { part.open = false; }));
})();
