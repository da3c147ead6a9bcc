// Narrow the table to the rows that hold every word typed. Without scripts all rows are shown.
(() => {
  const box = document.getElementById("filter");
  const rows = [...document.querySelectorAll("#reports tbody tr")];
  const count = document.getElementById("count");
  const texts = rows.map((row) => row.textContent.toLowerCase());
  box.closest(".search").hidden = false;
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !words.every((word) => texts[i].includes(word));
      if (!row.hidden) shown += 1;
    });
    count.textContent = words.length ? `${shown} of ${rows.length}` : "";
  });
})();
