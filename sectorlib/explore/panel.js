// A panel that explores a study: map, bubbles, trend, table, ranking. It draws SVG by itself and asks no network.
// `source` answers with figures: Python behind a widget (liveSource), or what was worked out for a page (keptSource).

const MINUS = "\u2212", TIERS = { low: "#e69f00", middle: "#8da0ad", high: "#0072b2", "": "#b9c2ca" };
const TITLES = { employment: "Jobs", location_quotient: "LQ", percent_change: "Change, %", average_annual_pay: "Pay, USD" };
const FORMS = { employment: ",.0f", location_quotient: ".2f", percent_change: ".1f", average_annual_pay: ",.0f" };

const esc = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function written(value, form) {
  if (value === null || value === undefined) return "";
  const digits = Number(form.replace(/[^0-9]/g, ""));
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: form.startsWith(",") };
  return value.toLocaleString("en-US", options).replace("-", MINUS);
}

// A figure, what it can be where it is withheld, or the word; never zero for what is not known.
function figureOf([value, low, high], form) {
  if (value !== null) return written(value, form);
  if (low !== null && high !== null) return `<i>${written(low, form)} to ${written(high, form)}</i>`;
  if (low > 0) return `<i>${written(low, form)} or more</i>`;
  return "<i>withheld</i>";
}

function liveSource(model) {
  const waiting = new Map();
  let number = 0;
  model.on("msg:custom", (answer) => {
    const done = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (done) done(answer);
  });
  const ask = (message) =>
    new Promise((done) => {
      const id = ++number;
      waiting.set(id, done);
      model.send({ id, ...message });
    });
  return {
    setup: model.get("setup"), choices: model.get("choices"), first: model.get("first"),
    view: (choices, drawn) => ask({ kind: "view", choices, drawn }),
    ranking: (weights) => ask({ kind: "ranking", weights }),
    code: () => ask({ kind: "code" }),
    csv: () => ask({ kind: "csv" }),
  };
}

function keptSource(data) {
  const parts = (c) => ({
    map: data.maps[`${c.sector} ${c.measure}`], sectors: data.sectors[c.region],
    trend: data.trends[`${c.region} ${c.sector} ${c.measure}`], title: data.titles[`${c.sector} ${c.measure}`],
  });
  let now = data.choices;
  return {
    setup: data.setup, choices: now, first: parts(now),
    view: async (choices) => { now = choices; return { parts: parts(choices), choices }; },
    csv: async () => {
      const names = Object.keys(FORMS);
      const rows = data.sectors[now.region].rows.map((r) =>
        [r.code, r.title, ...names.flatMap((n) => r[n] || [null, null, null])].map((v) => v === null ? "" : `"${String(v).replace(/"/g, '""')}"`).join(","));
      return { csv: [["industry", "industry_title", ...names.flatMap((n) => [n, `${n}_low`, `${n}_high`])].join(","), ...rows].join("\n") + "\n" };
    },
  };
}

// Work that is done one call at a time; of the calls that come meanwhile, only the last. `isLast` tells whether none waits.
function latest(work) {
  let busy = false, waiting = null;
  return async (...given) => {
    waiting = given;
    if (busy) return;
    busy = true;
    try {
      while (waiting) {
        const now = waiting;
        waiting = null;
        await work(() => waiting === null, ...now);
      }
    } finally {
      busy = false;
    }
  };
}

function sectorlibPanel(el, source) {
  let setup = source.setup, choices = { ...source.choices }, parts = source.first, weights = null, drawn = 0;
  let asked = { ...choices }, ground = null, shapes = {}, offered = "", ranked = false;
  const own = `p${Math.random().toString(36).slice(2, 9)}`;
  el.innerHTML = `<div class="sectorlib-panel"><div class="choices"></div><div class="small notice"></div>
    <div class="grid"><div><h4 class="map-title"></h4><div class="map"></div></div>
    <div><h4 class="bubble-title"></h4><div class="bubble"></div></div>
    <div><h4 class="trend-title"></h4><div class="trend"></div></div>
    <div><h4 class="table-title"></h4><div class="scroll table"></div></div></div>
    <div class="bar"></div><div class="fault" role="alert"></div><div class="code"></div><div class="ranking"></div></div>`;
  const root = el.firstElementChild, at = (name) => root.querySelector(`.${name}`);

  function select(name, label, options) {
    const keys = Object.keys(options);
    if (keys.length < 2) return "";
    const items = keys.map((k) => `<option value="${esc(k)}">${esc(options[k])}</option>`);
    return `<label>${label}<select data-choice="${name}">${items.join("")}</select></label>`;
  }

  function drawChoices() {
    const county = setup.regions[choices.region] ? {} : { [choices.region]: setup.names[choices.region] || choices.region };
    const years = Object.fromEntries(setup.years.map((y) => [y, y]));
    const offers =
      select("region", "Region", { ...county, ...setup.regions }) + select("sector", "Sector", setup.sectors) +
      select("measure", "Measure", setup.measures) + select("year", "Year", years) +
      select("benchmark", "Compared with", setup.benchmarks) + select("system", "Regions", setup.systems);
    if (offers !== offered) {
      const held = root.contains(document.activeElement) && document.activeElement.dataset.choice;
      at("choices").innerHTML = offered = offers;
      if (held) at("choices").querySelector(`[data-choice="${held}"]`)?.focus();
    }
    for (const one of at("choices").querySelectorAll("select")) one.value = String(choices[one.dataset.choice]);
    at("notice").textContent = setup.notice;
  }

  const name = () => setup.names[choices.region] || choices.region;

  // Shapes are drawn once for each system of regions; a view only colors them.
  function drawGround() {
    ground = setup;
    const pattern = `<pattern id="${own}-w" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#fff"/><line y2="5" stroke="#555" stroke-width="1.4"/></pattern>`;
    const counties = Object.entries(setup.counties).map(([code, [, d]]) => `<path class="county" data-area="${esc(code)}" d="${d}"><title></title></path>`);
    const lines = Object.values(setup.outlines).map((d) => `<path d="${d}" fill="none" stroke="#7a7a7a" stroke-width=".8" pointer-events="none"/>`);
    at("map").innerHTML = `<svg role="img"><defs>${pattern}</defs>${counties.join("")}${lines.join("")}<path class="here" fill="none" stroke="#000" stroke-width="2.4" pointer-events="none"/><g class="key"></g></svg>`;
    shapes = Object.fromEntries([...at("map").querySelectorAll("[data-area]")].map((shape) => [shape.dataset.area, shape]));
  }

  function drawMap() {
    if (ground !== setup) drawGround();
    const { areas, colors, labels } = parts.map, form = setup.forms[choices.measure];
    const fillOf = (a) => !a ? "#f4f4f4" : a[3] === "value" || a[3] === "estimated" ? colors[a[4]] : a[3] === "withheld" ? `url(#${own}-w)` : a[3] === "zero" ? "#fff" : "#f4f4f4";
    const saidOf = (a) => {
      if (!a) return "no data";
      if (a[0] !== null) return written(a[0], form);
      return a[1] !== null && a[2] !== null ? `${written(a[1], form)} to ${written(a[2], form)}` : a[3] === "withheld" ? "withheld" : "not known";
    };
    for (const [code, shape] of Object.entries(shapes)) {
      const fill = fillOf(areas[code]);
      if (shape.getAttribute("fill") !== fill) shape.setAttribute("fill", fill);
      shape.firstChild.textContent = `${setup.counties[code][0]}: ${saidOf(areas[code])}`;
    }
    at("here").setAttribute("d", setup.outlines[choices.region] || (setup.counties[choices.region] || [])[1] || "");
    const used = new Set(Object.values(areas).filter((a) => a[3] === "value").map((a) => a[4]));
    const key = labels.map((label, i) => [colors[i], label, used.has(i)]).filter((k) => k[2]).reverse();
    if (Object.values(areas).some((a) => a[3] === "withheld")) key.push([`url(#${own}-w)`, "withheld"]);
    const top = setup.height + 12, width = 150;
    const legend = key.map(([fill, label], i) => `<g transform="translate(${(i % 4) * width},${top + Math.floor(i / 4) * 18})"><rect width="13" height="13" fill="${fill}" stroke="#7a7a7a" stroke-width=".6"/><text x="18" y="11">${esc(label)}</text></g>`);
    at("key").innerHTML = legend.join("");
    const svg = at("map").firstChild;
    svg.setAttribute("viewBox", `0 0 ${Math.max(setup.width, 600)} ${top + Math.ceil(key.length / 4) * 18 + 4}`);
    svg.setAttribute("aria-label", parts.title);
    at("map-title").textContent = parts.title;
  }

  function drawBubble() {
    const rows = parts.sectors.rows.filter((r) => r.location_quotient && r.percent_change).map((r) => {
      const [q, ql, qh] = r.location_quotient, [c, cl, ch] = r.percent_change;
      const x = q !== null ? q : ql > 0 && qh ? Math.sqrt(ql * qh) : null, y = c !== null ? c : cl !== null && ch !== null ? (cl + ch) / 2 : null;
      // The middle of a wide range says nothing, and would set the scale for all others.
      const wide = (q === null && !(qh / ql < 4)) || (c === null && !(ch - cl < 100));
      return { ...r, x, y, wide, vague: q === null || c === null, size: r.employment[0] ?? r.employment[1] ?? 0 };
    }).filter((r) => r.x > 0 && r.y !== null && !r.wide && Math.abs(r.y) < 1e4).sort((a, b) => b.size - a.size);
    const unplaced = parts.sectors.rows.length - rows.length;
    const span = parts.sectors.span;
    at("bubble-title").textContent = `${name()}: concentration and growth, ${choices.year}`;
    if (!rows.length) { at("bubble").innerHTML = '<p class="small">Nothing can be placed: one year of data, or all withheld.</p>'; return; }
    const W = 560, H = 380, left = 44, bottom = 36;
    const xs = rows.map((r) => Math.log(r.x)), ys = rows.map((r) => r.y), most = Math.max(...rows.map((r) => r.size), 1);
    const x0 = Math.min(...xs, Math.log(0.5)) - 0.15, x1 = Math.max(...xs, Math.log(2)) + 0.35;
    const y0 = Math.min(...ys, 0), y1 = Math.max(...ys, 0), pad = 0.12 * (y1 - y0 || 1);
    const X = (v) => left + ((Math.log(v) - x0) / (x1 - x0)) * (W - left - 8), Y = (v) => H - bottom - ((v - y0 + pad) / (y1 - y0 + 2 * pad)) * (H - bottom - 8);
    const ticks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20].filter((t) => Math.log(t) > x0 && Math.log(t) < x1).map((t) => `<text class="quiet" x="${X(t)}" y="${H - bottom + 15}" text-anchor="middle">${t}</text>`);
    const dots = rows.map((r) => {
      const radius = Math.max(3.5, 24 * Math.sqrt(r.size / most)), color = TIERS[r.tier] || TIERS[""], here = r.code === choices.sector;
      return `<circle class="sector" data-sector="${esc(r.code)}" cx="${X(r.x).toFixed(1)}" cy="${Y(r.y).toFixed(1)}" r="${radius.toFixed(1)}" fill="${color}" fill-opacity="${r.vague ? 0 : 0.8}" stroke="${here ? "#000" : r.vague ? color : "#fff"}" stroke-width="${here || r.vague ? 2 : 1}" style="cursor:pointer"><title>${esc(r.title)}: LQ ${r.x.toFixed(2)}, ${written(r.y, ".1f")}%${r.vague ? " (middle of a range)" : ""}</title></circle>`;
    });
    const placed = [];
    const names = rows.map((r) => {
      const radius = Math.max(3.5, 24 * Math.sqrt(r.size / most)), y = Y(r.y) + 4, wide = r.title.length * 5.6;
      // To the right of its bubble, else to the left, else nowhere: the title under the pointer has it.
      const box = [X(r.x) + radius + 2, X(r.x) - radius - 2 - wide].map((x) => [x, y - 10, x + wide, y + 2]).find(
        (b) => b[0] >= left && b[2] <= W && !placed.some((p) => p[0] < b[2] && b[0] < p[2] && p[1] < b[3] && b[1] < p[3]));
      if (!box) return "";
      placed.push(box);
      return `<text x="${box[0].toFixed(1)}" y="${y.toFixed(1)}" pointer-events="none">${esc(r.title)}</text>`;
    });
    const yTicks = [y0, (y0 + y1) / 2, y1].map((t) => `<text class="quiet" x="${left - 5}" y="${Y(t) + 4}" text-anchor="end">${written(t, ".0f")}%</text>`);
    at("bubble").innerHTML = `<svg viewBox="0 0 ${W} ${H}" role="img" aria-label="Sectors by concentration and growth"><line x1="${X(1)}" x2="${X(1)}" y1="4" y2="${H - bottom}" stroke="#566271"/><line x1="${left}" x2="${W}" y1="${Y(0)}" y2="${Y(0)}" stroke="#566271"/>${dots.join("")}${names.join("")}${ticks.join("")}${yTicks.join("")}<text class="quiet" x="${W / 2}" y="${H - 4}" text-anchor="middle">Location quotient; up: change of jobs ${span.join(" to ")}${unplaced ? `; ${unplaced} too uncertain to place` : ""}</text></svg>`;
  }

  function drawTrend() {
    const t = parts.trend, form = setup.forms[choices.measure], indexed = choices.measure === "employment";
    const firstOf = (list) => list.find((v) => v !== null && v > 0) || 1;
    const scale = indexed ? 100 / firstOf(t.value) : 1, scaleBase = indexed ? 100 / firstOf(t.base) : 1;
    const mine = t.value.map((v) => (v === null ? null : v * scale)), base = t.base.map((v) => (v === null ? null : v * scaleBase));
    const low = t.low.map((v) => (v === null ? null : v * scale)), high = t.high.map((v) => (v === null ? null : v * scale));
    const all = [...mine, ...base, ...low, ...high].filter((v) => v !== null);
    at("trend-title").textContent = `${setup.measures[choices.measure]}, ${setup.sectors[choices.sector]}: ${name()} (blue) and ${setup.base} (gray)${indexed ? ", first year = 100" : ""}${choices.measure === "location_quotient" && choices.benchmark === "nation" ? ", in years near national figures" : ""}`;
    if (!all.length) { at("trend").innerHTML = '<p class="small">Withheld in every year.</p>'; return; }
    const W = 560, H = 240, left = 58, bottom = 22, y0 = Math.min(...all), y1 = Math.max(...all), pad = 0.06 * (y1 - y0 || Math.abs(y1) || 1), n = Math.max(t.years.length - 1, 1);
    const X = (i) => left + (i / n) * (W - left - 14), Y = (v) => H - bottom - ((v - y0 + pad) / (y1 - y0 + 2 * pad)) * (H - bottom - 8);
    const line = (values) => values.map((v, i) => (v === null ? "" : `${i && values[i - 1] !== null ? "L" : "M"}${X(i).toFixed(1)},${Y(v).toFixed(1)}`)).join("");
    const bands = mine.map((v, i) => (v === null && low[i] !== null && high[i] !== null ? `<line x1="${X(i)}" x2="${X(i)}" y1="${Y(low[i])}" y2="${Y(high[i])}" stroke="#0072b2" stroke-opacity=".35" stroke-width="5"/>` : ""));
    const dots = mine.map((v, i) => (v === null ? "" : `<circle cx="${X(i).toFixed(1)}" cy="${Y(v).toFixed(1)}" r="2.4" fill="#0072b2"><title>${t.years[i]}: ${written(t.value[i], form)}</title></circle>`));
    dots.push(...base.map((v, i) => (v === null ? "" : `<circle cx="${X(i).toFixed(1)}" cy="${Y(v).toFixed(1)}" r="1.8" fill="#8f979f"/>`)));
    const years = t.years.map((y, i) => (i % Math.ceil((n + 1) / 8) ? "" : `<text class="quiet" x="${X(i)}" y="${H - 6}" text-anchor="middle">${y}</text>`));
    const marks = [y0, (y0 + y1) / 2, y1].map((v) => `<text class="quiet" x="${left - 6}" y="${Y(v) + 4}" text-anchor="end">${written(v, indexed ? ".0f" : form)}</text><line x1="${left}" x2="${W}" y1="${Y(v)}" y2="${Y(v)}" stroke="#edf0f3"/>`);
    at("trend").innerHTML = `<svg viewBox="0 0 ${W} ${H}" role="img" aria-label="Over the years">${marks.join("")}<path d="${line(base)}" fill="none" stroke="#8f979f" stroke-width="2"/>${bands.join("")}<path d="${line(mine)}" fill="none" stroke="#0072b2" stroke-width="2.4"/>${dots.join("")}${years.join("")}</svg>`;
  }

  function drawTable() {
    // Without an earlier year there is no change, which is not withheld.
    const names = Object.keys(FORMS).filter((n) => parts.sectors.rows.some((r) => r[n]) && (n !== "percent_change" || parts.sectors.span.length));
    const head = names.map((n) => `<th>${TITLES[n]}</th>`).join("");
    const rows = parts.sectors.rows.map((r) => `<tr data-sector="${esc(r.code)}"${r.code === choices.sector ? ' class="chosen"' : ""}><td>${esc(r.title)}</td>${names.map((n) => `<td>${r[n] ? figureOf(r[n], FORMS[n]) : ""}</td>`).join("")}</tr>`);
    at("table").innerHTML = `<table><thead><tr><th>Sector</th>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
    at("table-title").textContent = `${name()}, ${choices.year}`;
  }

  function drawRanking(answer) {
    const list = answer.ranking;
    if (!list.length) { at("ranking").innerHTML = '<p class="small">Sectors are ranked for regions: choose one.</p>'; return; }
    const W = 560, line = 20, most = Math.max(...list.map((r) => r.high)), X = (v) => 220 + ((v - 1) / Math.max(most - 1, 1)) * (W - 240);
    const rows = list.map((r, i) => `<g class="rank" data-rank="${r.rank}"><text x="212" y="${i * line + 14}" text-anchor="end">${esc(r.title)}</text><line x1="${X(r.low)}" x2="${X(r.high)}" y1="${i * line + 10}" y2="${i * line + 10}" stroke="#0072b2" stroke-opacity=".3" stroke-width="6" stroke-linecap="round"/><circle cx="${X(r.rank)}" cy="${i * line + 10}" r="4.5" fill="#0072b2"><title>${esc(r.title)}: rank ${r.rank}, between ${r.low} and ${r.high}</title></circle></g>`);
    if (!at("ranking").querySelector(".weights") || !weights) {
      const sliders = answer.criteria.map(([key, label, share]) => `<span>${esc(label)}</span><input type="range" min="0" max="1" step="0.01" value="${share}" data-criterion="${esc(key)}" aria-label="Weight of ${esc(label)}"><output>${Math.round(100 * share)}%</output>`);
      at("ranking").innerHTML = `<div class="grid"><div><h4>Ranking with the range each rank may have</h4><div class="ranks"></div></div><div><h4>Weights of the criteria <button data-do="stated">As stated</button></h4><div class="weights">${sliders.join("")}</div></div></div>`;
    }
    at("ranks").innerHTML = `<svg viewBox="0 0 ${W} ${list.length * line + 8}" role="img" aria-label="Ranking">${rows.join("")}</svg>`;
  }

  function done(start) {
    // After the next frame is drawn, so that what the browser needs for it counts.
    requestAnimationFrame(() => setTimeout(() => {
      root.dataset.ms = (performance.now() - start).toFixed(1);
      root.dataset.drawn = String(++drawn);
    }));
  }

  function drawAll() { drawChoices(); drawMap(); drawBubble(); drawTrend(); drawTable(); }

  function choose(changed) {
    asked = { ...asked, ...changed, year: Number(changed.year ?? asked.year) };
    at("fault").textContent = "system" in changed ? "Working out the regions \u2026" : "";
    show(performance.now());
  }

  const show = latest(async (isLast, start) => {
    const answer = await source.view(asked, setup.system);
    if (answer.error) {
      if (isLast()) asked = { ...choices };
    } else {
      if (answer.setup) setup = answer.setup;
      if (isLast()) asked = { ...answer.choices };
      else if (answer.setup) asked.region = answer.choices.region;
      choices = { ...answer.choices };
      parts = answer.parts;
    }
    if (!isLast()) return;
    at("fault").textContent = answer.error || "";
    drawAll();
    if (ranked && !answer.error) rank();
    done(start);
  });

  function rank() {
    if (!at("ranks")) at("ranking").innerHTML = '<p class="small">Ranking the sectors of every region; the first time takes half a minute \u2026</p>';
    order(performance.now());
  }

  const order = latest(async (isLast, start) => {
    const answer = await source.ranking(weights || {});
    ranked = !answer.error;
    if (answer.error) at("ranking").innerHTML = `<p class="fault">${esc(answer.error)}</p>`;
    else if (isLast()) drawRanking(answer);
    if (isLast()) done(start);
  });

  function save(text, type, ending) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(text instanceof Blob ? text : new Blob([text], { type }));
    link.download = `${name()} ${choices.year}.${ending}`.replace(/[^\w .-]/g, "_");
    link.click();
    root.dataset.saved = link.download;
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // The four drawings one below the other, as they are on the screen.
  function picture() {
    const drawings = [...root.querySelectorAll(".map svg, .bubble svg, .trend svg")], titles = [parts.title, at("bubble-title").textContent, at("trend-title").textContent];
    let top = 10;
    const inside = drawings.map((svg, i) => {
      const [, , w, h] = svg.getAttribute("viewBox").split(" ").map(Number), high = (600 / w) * h;
      const copy = svg.cloneNode(true);
      copy.setAttribute("x", 10); copy.setAttribute("y", top + 20); copy.setAttribute("width", 600); copy.setAttribute("height", high);
      const title = `<text x="10" y="${top + 12}" font-weight="600">${esc(titles[i])}</text>`;
      top += high + 40;
      return title + new XMLSerializer().serializeToString(copy);
    });
    const text = `<svg xmlns="http://www.w3.org/2000/svg" width="620" height="${top}"><style>text{font:11px sans-serif;fill:#1c2733}.county{stroke:#c4c4c4;stroke-width:.5}</style><rect width="100%" height="100%" fill="#fff"/>${inside.join("")}</svg>`;
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 1240; canvas.height = 2 * top;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, "image/png", "png"));
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }

  const buttons = [["csv", "Save the table (CSV)"], ["png", "Save the drawings (PNG)"]];
  if (setup.live) buttons.unshift(["rank", "Rank the sectors"], ["code", "Copy as code"]);
  at("bar").innerHTML = buttons.map(([key, label]) => `<button data-do="${key}">${label}</button>`).join("");

  root.addEventListener("change", (event) => {
    const select = event.target.closest("select");
    if (select) choose({ [select.dataset.choice]: select.value });
  });
  root.addEventListener("input", (event) => {
    const slider = event.target.closest("input[data-criterion]");
    if (!slider) return;
    const sliders = [...root.querySelectorAll("input[data-criterion]")], sum = sliders.reduce((s, i) => s + Number(i.value), 0);
    if (!sum) return;
    weights = Object.fromEntries(sliders.map((i) => [i.dataset.criterion, Number((Number(i.value) / sum).toFixed(4))]));
    for (const i of sliders) i.nextElementSibling.textContent = `${Math.round(100 * weights[i.dataset.criterion])}%`;
    rank();
  });
  root.addEventListener("click", async (event) => {
    const county = event.target.closest("[data-area]"), sector = event.target.closest("[data-sector]"), button = event.target.closest("[data-do]");
    if (county) choose({ region: county.dataset.area });
    else if (sector) choose({ sector: sector.dataset.sector });
    else if (button && button.dataset.do === "rank") rank();
    else if (button && button.dataset.do === "stated") { weights = null; rank(); }
    else if (button && button.dataset.do === "csv") save((await source.csv()).csv, "text/csv", "csv");
    else if (button && button.dataset.do === "png") picture();
    else if (button && button.dataset.do === "code") {
      const { code } = await source.code();
      at("code").innerHTML = '<p class="small">Copied; paste it into a new cell.</p><textarea readonly aria-label="Code"></textarea>';
      at("code").querySelector("textarea").value = code;
      if (navigator.clipboard) navigator.clipboard.writeText(code).catch(() => {});
    }
  });
  drawAll();
  done(performance.now());
  // Shown a second time, after other choices than those it began with.
  if (parts.choices && Object.entries(parts.choices).some(([name, value]) => choices[name] !== value)) choose({});
}
