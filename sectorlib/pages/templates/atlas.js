// The atlas: one block of data, and what a reader does with it. No request, no library.
(() => {
  const data = JSON.parse(document.getElementById("atlas-data").textContent);
  const byId = (id) => document.getElementById(id);
  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") node.addEventListener("click", value);
      else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };
  const svg = (tag, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };
  const DASH = "\u2013", MINUS = "\u2212";
  const regions = Object.entries(data.regions).map(([code, region]) => ({code, ...region}));
  const known = Object.fromEntries(regions.map((region) => [region.code, region]));
  const measured = regions.filter((region) => region.sectors);
  const state = {sector: "", measure: "", chosen: null, compared: [], sort: ["name", 1]};

  // --- figures ---
  const grouped = new Intl.NumberFormat("en-US", {maximumFractionDigits: 0});
  const integer = (n) => grouped.format(n);
  const two = (n) => n.toFixed(2);
  const signed = (n) => (n.toFixed(1) === "-0.0" || n.toFixed(1) === "0.0" ? "0.0" : n > 0 ? `+${n.toFixed(1)}` : `${MINUS}${Math.abs(n).toFixed(1)}`) + "%";
  const dollars = (n) => `$${integer(n)}`;
  const span = (field) => {
    const years = measured.map((region) => region[field]).filter((year) => year);
    return years.length ? Math.max(...years) : null;
  };
  const year = span("year"), start = span("start_year"), ahead = span("outlook_year");
  const measures = {
    lq: {label: `Location quotient against ${data.base}`, short: `LQ (${data.base})`, write: two, cuts: [0.5, 0.8, 1.2, 2]},
    lqn: {label: "Location quotient against the nation", short: "LQ (nation)", write: two, cuts: [0.5, 0.8, 1.2, 2]},
    jobs: {label: `Jobs${year ? `, ${year}` : ""}`, short: "Jobs", write: integer},
    pay: {label: "Average annual pay", short: "Pay", write: dollars},
    growth: {label: `Growth a year${start ? `, ${start}${DASH}${year}` : ""}`, short: "Growth a year", write: signed},
    outlook: {label: `Outlook, change a year${ahead ? ` to ${ahead}` : ""}`, short: "Outlook", write: signed},
    rank: {label: "Rank among the region's sectors", short: "Rank", write: integer, low: true},
  };
  const cell = (region, sector, measure) => region.sectors?.[sector]?.[measure];
  // What is known: a figure, an estimate, a range, withheld, not measured, no figures at all.
  const kindOf = (region, value) => {
    if (!region.sectors) return "unknown";
    if (value === undefined) return "unmeasured";
    if (value === "w") return "withheld";
    if (Array.isArray(value)) return "range";
    return typeof value === "object" ? "about" : "figure";
  };
  const numberOf = (value) => (typeof value === "number" ? value : value && typeof value === "object" && "about" in value ? value.about : null);
  const text = (region, sector, measure) => {
    const value = cell(region, sector, measure), write = measures[measure].write;
    switch (kindOf(region, value)) {
      case "unknown": return "no figures";
      case "unmeasured": return measure === "rank" ? "not ranked" : "not measured";
      case "withheld": return "withheld";
      case "range": return value[1] === null ? `at least ${write(value[0])}` : `${write(value[0])}${DASH}${write(value[1])}`;
      case "about": return measure === "rank" ? write(value.about) : `about ${write(value.about)}`;
      default: return write(value);
    }
  };
  const isListed = (region, sector) => (region.short || []).some(([code]) => code === sector);
  const taken = (measure) => measured.some((region) => Object.values(region.sectors).some((s) => measure in s));
  const inUse = Object.keys(measures).filter(taken);
  const title = (sector) => data.sectors[sector]?.[0] ?? sector;

  const oneState = new Set(regions.flatMap((region) => region.counties.map((county) => county.split(", ").slice(1).join(", ")))).size < 2;
  const shortCounty = (county) => (oneState ? county.split(", ")[0] : county);

  // --- pickers ---
  const sectorBox = byId("sector"), measureBox = byId("measure");
  for (const [kind, label] of [["target sector", "Target sectors"], ["NAICS sector", "NAICS sectors"], ["all industries", "Total"]]) {
    const group = make("optgroup", {label});
    for (const [code, [name, of]] of Object.entries(data.sectors)) if (of === kind) group.append(make("option", {value: code}, name));
    if (group.children.length) sectorBox.append(group);
  }
  for (const measure of inUse) measureBox.append(make("option", {value: measure}, measures[measure].label));

  // --- map ---
  const paths = {};
  const HATCH = "url(#hatch)", DOTS = "url(#dots)";
  const patterns = () => {
    const defs = svg("defs", {});
    const hatch = svg("pattern", {id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)"});
    hatch.append(svg("rect", {width: 6, height: 6, fill: "#ffffff"}), svg("rect", {width: 2, height: 6, fill: "#8a94a0"}));
    const dots = svg("pattern", {id: "dots", width: 6, height: 6, patternUnits: "userSpaceOnUse"});
    dots.append(svg("rect", {width: 6, height: 6, fill: "#ffffff"}), svg("circle", {cx: 3, cy: 3, r: 1.3, fill: "#2b7bb3"}));
    defs.append(hatch, dots);
    return defs;
  };
  const drawMap = () => {
    const drawn = regions.filter((region) => region.path);
    if (!drawn.length) { byId("map").append(make("p", {class: "source"}, "No map: the regions have no shapes.")); return; }
    const picture = svg("svg", {viewBox: `-4 -4 ${data.width + 8} ${data.height + 8}`, role: "group", "aria-label": "Map of the regions. Arrow keys move between them, Enter chooses one."});
    picture.append(patterns());
    for (const region of drawn) {
      const path = svg("path", {class: "region", d: region.path, tabindex: -1, role: "button", "aria-pressed": "false", "data-code": region.code});
      path.append(svg("title", {}));
      paths[region.code] = path;
      picture.append(path);
    }
    picture.firstElementChild.nextElementSibling.setAttribute("tabindex", 0);
    picture.addEventListener("click", (event) => { const code = event.target.closest("path.region")?.dataset.code; if (code) choose(code); });
    picture.addEventListener("keydown", moveOnMap);
    byId("map").append(picture);
  };
  const focusRegion = (code) => {
    for (const path of Object.values(paths)) path.setAttribute("tabindex", -1);
    paths[code].setAttribute("tabindex", 0);
    paths[code].focus();
  };
  const moveOnMap = (event) => {
    const code = event.target.dataset?.code;
    if (!code) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(code); return; }
    const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!step) return;
    event.preventDefault();
    const [x, y] = known[code].middle;
    let best = null, least = Infinity;
    for (const other of Object.keys(paths)) {
      if (other === code) continue;
      const [dx, dy] = [known[other].middle[0] - x, known[other].middle[1] - y];
      const along = dx * step[0] + dy * step[1], across = Math.abs(dx * step[1]) + Math.abs(dy * step[0]);
      if (along > 0 && along + 2 * across < least) { least = along + 2 * across; best = other; }
    }
    if (best) focusRegion(best);
  };
  const classes = (measure, sector) => {
    if (measures[measure].cuts) return measures[measure].cuts;
    const values = measured.map((region) => numberOf(cell(region, sector, measure))).filter((v) => v !== null).sort((a, b) => a - b);
    const cuts = [1, 2, 3, 4].map((n) => values[Math.floor((n * values.length) / 5)]).filter((v) => v !== undefined);
    return [...new Set(cuts)].filter((cut) => cut > values[0]);
  };
  const stepOf = (value, cuts, measure) => {
    const step = cuts.filter((cut) => value >= cut).length;
    const spread = cuts.length ? Math.round((step * 4) / cuts.length) : 2;
    return measures[measure].low ? 4 - spread : spread;
  };
  const PLAIN = {withheld: HATCH, range: DOTS, unmeasured: "var(--none)", unknown: "var(--paper)"};
  // The step of a figure; of a range, if it lies in one step as a whole.
  const certainStep = (value, cuts, measure) => {
    const number = numberOf(value);
    if (number !== null) return stepOf(number, cuts, measure);
    if (!Array.isArray(value)) return null;
    const [low, high] = [stepOf(value[0], cuts, measure), stepOf(value[1] === null ? Infinity : value[1], cuts, measure)];
    return low === high ? low : null;
  };
  const recolor = () => {
    const {sector, measure} = state, cuts = classes(measure, sector), used = new Set();
    for (const region of regions) {
      const path = paths[region.code];
      if (!path) continue;
      const value = cell(region, sector, measure), kind = kindOf(region, value), step = certainStep(value, cuts, measure);
      if (step === null) used.add(kind);
      path.setAttribute("fill", step === null ? PLAIN[kind] : `var(--step-${step})`);
      const said = `${region.name}: ${text(region, sector, measure)}`;
      path.setAttribute("aria-label", said);
      path.firstChild.textContent = said;
    }
    drawLegend(cuts, used);
    byId("map-title").textContent = `${title(sector)}: ${measures[measure].label}`;
  };
  const drawLegend = (cuts, used) => {
    const {write} = measures[state.measure], entries = [];
    const swatch = (fill, label) => { const box = svg("svg", {viewBox: "0 0 14 10", "aria-hidden": "true"}); box.append(svg("rect", {width: 14, height: 10, fill})); return make("span", {}, box, label); };
    const values = measured.map((region) => numberOf(cell(region, state.sector, state.measure))).filter((v) => v !== null);
    const colored = values.length || measured.some((region) => certainStep(cell(region, state.sector, state.measure), cuts, state.measure) !== null);
    if (values.length && !cuts.length) entries.push(swatch("var(--step-2)", `${write(Math.min(...values))}`));
    else if (colored && cuts.length) {
      const edges = [null, ...cuts, null];
      for (let i = 0; i <= cuts.length; i += 1) {
        const at = i === 0 ? cuts[0] - 1 : cuts[i - 1];
        const label = i === 0 ? `under ${write(cuts[0])}` : edges[i + 1] === null ? `${write(edges[i])} or more` : `${write(edges[i])} to under ${write(edges[i + 1])}`;
        entries.push(swatch(`var(--step-${stepOf(at, cuts, state.measure)})`, label));
      }
    }
    if (used.has("range")) entries.push(swatch(DOTS, "a range across several steps"));
    if (used.has("withheld")) entries.push(swatch(HATCH, "withheld"));
    if (used.has("unmeasured")) entries.push(swatch("var(--none)", state.measure === "rank" ? "not ranked" : "not measured"));
    if (used.has("unknown")) entries.push(swatch("var(--paper)", "no figures"));
    byId("legend").replaceChildren(...entries);
  };

  // --- a chosen region ---
  const nameButton = (code) => make("button", {type: "button", class: "link", onclick: () => choose(code, true)}, known[code].name);
  const filesOf = (region) => make("p", {class: "files"}, ...(region.files || []).map(([file, label]) => make("a", {href: `${region.folder}/${file}`}, label)));
  const sharing = (region, sector) => region.neighbors.filter((code) => isListed(known[code], sector));
  const shortList = (region) => {
    if (!region.short?.length) return make("p", {class: "source"}, "No sector is on its short list.");
    return make("ol", {}, ...region.short.map(([sector, place]) => {
      const item = make("li", {}, make("button", {type: "button", class: "link", onclick: () => pick(sector, null)}, title(sector)), place ? ` (${place})` : "");
      const shared = sharing(region, sector);
      if (shared.length) { item.append("; also in "); shared.forEach((code, n) => item.append(n ? ", " : "", nameButton(code))); }
      return item;
    }));
  };
  const showCard = () => {
    const region = known[state.chosen], card = byId("card");
    if (!region) { card.replaceChildren(make("p", {}, "Choose a region on the map, in the table or by its name.")); return; }
    const parts = [make("h3", {}, region.name), make("p", {class: "source"}, region.counties.map(shortCounty).join(", "))];
    if (region.failed) parts.push(make("p", {}, make("span", {class: "failed"}, "The last run failed"), ` ${region.failed}`));
    if (region.sectors) {
      parts.push(region.folder ? filesOf(region) : make("p", {}, "No report of this region is in the folder yet."));
      parts.push(make("p", {}, make("strong", {}, title(state.sector)), isListed(region, state.sector) ? " is on the short list." : ""));
      parts.push(make("dl", {}, ...inUse.flatMap((m) => [make("dt", {}, measures[m].label), make("dd", {}, text(region, state.sector, m))])));
      parts.push(make("p", {}, make("strong", {}, "Short list")), shortList(region));
      const full = state.compared.length >= 3 || state.compared.includes(region.code);
      parts.push(make("button", {type: "button", id: "add", disabled: full, onclick: () => compare(region.code)}, state.compared.includes(region.code) ? "In the comparison" : "Compare this region"));
    } else parts.push(make("p", {}, "No figures of this region are in the folder yet."));
    card.replaceChildren(...parts);
  };
  const choose = (code, scroll) => {
    state.chosen = code;
    for (const [other, path] of Object.entries(paths)) path.setAttribute("aria-pressed", String(other === code));
    if (paths[code]) { for (const path of Object.values(paths)) path.setAttribute("tabindex", -1); paths[code].setAttribute("tabindex", 0); }
    showCard();
    if (scroll) byId("card").scrollIntoView({block: "nearest"});
  };

  // --- side by side ---
  const compare = (code) => { if (!state.compared.includes(code) && state.compared.length < 3) state.compared.push(code); showCompared(); showCard(); };
  const showCompared = () => {
    const place = byId("compare");
    if (!state.compared.length) { place.replaceChildren(make("p", {class: "source"}, "Choose a region and add it here; up to three stand side by side.")); return; }
    const head = make("tr", {}, make("th", {scope: "col"}, title(state.sector)), ...state.compared.map((code) => make("th", {scope: "col"}, known[code].name, " ",
      make("button", {type: "button", "aria-label": `Remove ${known[code].name}`, onclick: () => { state.compared = state.compared.filter((c) => c !== code); showCompared(); showCard(); }}, "Remove"))));
    const rows = inUse.map((m) => make("tr", {}, make("th", {scope: "row"}, measures[m].label), ...state.compared.map((code) => figureCell(known[code], m, "td"))));
    const lists = make("tr", {}, make("th", {scope: "row"}, "Short list"), ...state.compared.map((code) => make("td", {}, (known[code].short || []).map(([s]) => title(s)).join("; ") || "none")));
    const files = make("tr", {}, make("th", {scope: "row"}, "Files"), ...state.compared.map((code) => make("td", {}, known[code].folder ? filesOf(known[code]) : "no report yet")));
    place.replaceChildren(make("div", {class: "output wide", tabindex: 0, role: "region", "aria-label": "Table of the comparison, scrolls"}, make("table", {}, make("caption", {}, `${title(state.sector)}, side by side`), make("thead", {}, head), make("tbody", {}, ...rows, lists, files))));
  };

  // --- table ---
  const figureCell = (region, measure, tag) => {
    const kind = kindOf(region, cell(region, state.sector, measure));
    return make(tag, {class: kind === "figure" ? "number" : "number vague"}, text(region, state.sector, measure));
  };
  const sortKey = (region) => {
    if (state.sort[0] === "name") return region.name;
    const value = cell(region, state.sector, state.sort[0]);
    return Array.isArray(value) ? value[0] : numberOf(value);
  };
  const header = (key, label) => make("th", {scope: "col", class: key === "name" ? "" : "number", "aria-sort": state.sort[0] === key ? (state.sort[1] > 0 ? "ascending" : "descending") : "none"},
    make("button", {type: "button", "data-sort": key, onclick: () => {
      state.sort = state.sort[0] === key ? [key, -state.sort[1]] : [key, key === "name" || key === "rank" ? 1 : -1];
      showTable();
      byId("regions").querySelector(`[data-sort="${key}"]`).focus();
    }}, label));
  const showTable = () => {
    const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean), only = byId("listed").checked;
    const rows = regions.filter((region) => (region.sectors || region.failed) && (!only || isListed(region, state.sector)))
      .filter((region) => { const all = `${region.name} ${region.counties.join(" ")}`.toLowerCase(); return words.every((word) => all.includes(word)); });
    rows.sort((a, b) => {
      const [x, y] = [sortKey(a), sortKey(b)];
      // What is not known is last, whichever way the rest is sorted.
      if (x === null || y === null) return (x === null) - (y === null) || a.name.localeCompare(b.name);
      return state.sort[1] * (typeof x === "string" ? x.localeCompare(y) : x - y) || a.name.localeCompare(b.name);
    });
    const head = make("tr", {}, header("name", "Region"), ...inUse.map((m) => header(m, measures[m].short)), make("th", {scope: "col"}, "Report"));
    const body = rows.map((region) => make("tr", {}, make("th", {scope: "row"}, nameButton(region.code), isListed(region, state.sector) ? " \u2605" : ""),
      ...inUse.map((m) => figureCell(region, m, "td")),
      make("td", {}, region.folder ? make("a", {href: `${region.folder}/report.html`, "aria-label": `Report of ${region.name}`}, "Report") : region.failed ? null : "not made yet", region.failed ? make("span", {class: "failed"}, region.folder ? " last run failed" : "failed") : null, region.failed ? make("span", {class: "reason"}, region.failed) : null)));
    byId("regions").replaceChildren(make("caption", {}, title(state.sector)), make("thead", {}, head), make("tbody", {}, ...body));
    byId("count").textContent = `${rows.length} of ${regions.filter((r) => r.sectors || r.failed).length} regions`;
  };

  // --- short lists ---
  // Regions that touch each other, directly or through others, with the sector on every one's short list.
  const clusters = (on, sector) => {
    const left = new Set(on.map((region) => region.code)), groups = [];
    while (left.size) {
      const [start] = left, group = [start];
      left.delete(start);
      for (const code of group) for (const next of sharing(known[code], sector)) if (left.delete(next)) group.push(next);
      if (group.length > 1) groups.push(group);
    }
    return groups;
  };
  const showLists = () => {
    const rows = Object.keys(data.sectors).map((sector) => [sector, measured.filter((region) => isListed(region, sector))]).filter(([, on]) => on.length);
    rows.sort((a, b) => b[1].length - a[1].length || title(a[0]).localeCompare(title(b[0])));
    const head = make("tr", {}, make("th", {scope: "col"}, "Sector"), make("th", {scope: "col", class: "number"}, "Regions"), make("th", {scope: "col"}, "On the short list of"), make("th", {scope: "col"}, "Neighbors that share it"));
    const body = rows.map(([sector, on]) => {
      const names = make("td", {}), pairs = make("td", {});
      on.forEach((region, n) => names.append(n ? "; " : "", nameButton(region.code)));
      const groups = clusters(on, sector);
      pairs.append(...(groups.length ? groups.map((codes) => make("p", {}, codes.map((code) => known[code].name).join(" + "))) : ["no two of them touch"]));
      return make("tr", {}, make("th", {scope: "row"}, make("button", {type: "button", class: "link", onclick: () => pick(sector, null, true)}, title(sector))), make("td", {class: "number"}, String(on.length)), names, pairs);
    });
    byId("lists").replaceChildren(make("caption", {}, "Sectors on short lists"), make("thead", {}, head), make("tbody", {}, ...body));
    if (!rows.length) byId("lists").closest("section").hidden = true;
  };

  // --- search ---
  const plain = (name) => name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const entries = [
    ...regions.map((region) => [plain(region.name), region.name, region.code, 0]),
    ...regions.flatMap((region) => region.counties.map((county) => [plain(county), county, region.code, 1])),
    ...data.places.map(([name, of, code]) => [plain(`${name}, ${of}`), `${name}, ${of}`, code, 2]),
  ];
  const box = byId("find"), found = byId("found");
  let at = -1;
  const options = () => [...found.children];
  const close = () => { found.hidden = true; at = -1; box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); };
  const take = (option) => { box.value = option.dataset.name; close(); choose(option.dataset.code, true); byId("said").textContent = `${option.dataset.name} is in ${known[option.dataset.code].name}.`; };
  const search = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    if (!words.length) { close(); return; }
    const hits = entries.filter(([name]) => words.every((word) => name.includes(word)));
    hits.sort((a, b) => b[0].startsWith(words[0]) - a[0].startsWith(words[0]) || a[3] - b[3]);
    found.replaceChildren(...hits.slice(0, 12).map(([, name, code, kind], n) => make("li", {role: "option", id: `found-${n}`, "aria-selected": "false", "data-code": code, "data-name": name, onclick: (event) => take(event.currentTarget)}, kind === 0 ? name : `${name} (${known[code].name})`)));
    found.hidden = !hits.length;
    box.setAttribute("aria-expanded", String(hits.length > 0));
    byId("said").textContent = hits.length ? "" : `Nothing here is called "${box.value}".`;
    at = -1;
  };
  box.addEventListener("input", search);
  box.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape") { close(); return; }
    if (event.key === "Enter") { event.preventDefault(); if (!found.hidden && all.length) take(all[Math.max(at, 0)]); return; }
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || found.hidden) return;
    event.preventDefault();
    at = (at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length;
    all.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    box.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({block: "nearest"});
  });
  document.addEventListener("click", (event) => { if (!event.target.closest("#found, #find")) close(); });
  box.form.addEventListener("submit", (event) => event.preventDefault());

  // --- all of it ---
  // The map answers at once. Long tables follow when the browser has nothing else to do.
  const whenIdle = window.requestIdleCallback ? (task) => window.requestIdleCallback(task, {timeout: 1000}) : (task) => setTimeout(task, 60);
  let waiting = false;
  const showTablesSoon = () => {
    if (waiting) return;
    waiting = true;
    whenIdle(() => { waiting = false; showTable(); showCompared(); });
  };
  const pick = (sector, measure, scroll) => {
    if (sector) { state.sector = sector; sectorBox.value = sector; }
    if (measure) { state.measure = measure; measureBox.value = measure; }
    if (state.measure) recolor();  // nothing to color where no region has figures
    showCard();
    showTablesSoon();
    if (scroll) byId("map-title").scrollIntoView({block: "start"});
  };
  sectorBox.addEventListener("change", () => pick(sectorBox.value, null));
  measureBox.addEventListener("change", () => pick(null, measureBox.value));
  byId("filter").addEventListener("input", showTable);
  byId("listed").addEventListener("change", showTable);
  byId("atlas").hidden = false;
  byId("plain-list").hidden = true;
  byId("reading").textContent = "\u2605: on the region's short list. A range is what withheld figures leave open; \u201cabout\u201d is an estimate; withheld figures protect single employers and are not zero; \u201cnot measured\u201d means that the study has no such figure of the sector.";
  drawMap();
  const counted = {};
  for (const region of measured) for (const [sector] of region.short) counted[sector] = (counted[sector] || 0) + 1;
  const opening = inUse.includes("lqn") ? "lqn" : inUse[0];
  // Opens on a sector of the short lists of which the map can say most.
  const sure = (sector) => measured.filter((region) => certainStep(cell(region, sector, opening), classes(opening, sector), opening) !== null).length;
  const first = Object.keys(counted).sort((a, b) => sure(b) - sure(a) || counted[b] - counted[a])[0] ?? sectorBox.value;
  if (inUse.length && first) pick(first, opening);
  else { showTable(); showCard(); showCompared(); }
  showLists();
})();
