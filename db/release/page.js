"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const PAGE = 50; // rows drawn at a time
  const KINDS = ["confirmed", "study's table", "machine-read"];
  const KIND_NAMES = ["Confirmed by people", "The study's own table", "Machine-read, not reviewed"];
  const UNNAMED = "not in the list of processors";
  const [SCORE, DEVICE, COUNT] = [0, 1, 2];
  const by = (id) => document.getElementById(id);

  /* A row as the page has it; `kind` and so on are places in the lists of `data`. */
  const rows = data.rows.map(([kind, paper, model, benchmark, role, metric, hardware, values]) => {
    const [id, version, title, year] = data.papers[paper];
    return { kind, id, version, title, year, model, benchmark, role, metric, hardware, values };
  });
  const sentence = (row) => row.text ??= [
    row.id, row.title, row.model, row.benchmark === null ? "" : data.benchmarks[row.benchmark],
    ...row.values.flatMap((v) => (v ? [v[0], v[3] === null ? "" : data.quotes[v[3]]] : [])),
  ].join(" ").toLowerCase();

  const COLUMNS = [
    { name: "Paper", key: (r) => (r.title ?? r.id ?? "").toLowerCase() },
    { name: "Model", key: (r) => r.model.toLowerCase() },
    { name: "Year", key: (r) => r.year },
    { name: "Benchmark", key: (r) => (r.benchmark === null ? null : data.benchmarks[r.benchmark].toLowerCase()) },
    ...data.fields.map((name, i) => ({ name, field: i, key: (r) => (r.values[i] ? r.values[i][1] : null) })),
  ];
  // "8 × V100" stands in one column, ordered by the device's name
  COLUMNS.splice(COLUMNS.findIndex((c) => c.field === DEVICE), 2, {
    name: "Hardware", hardware: true, key: (r) => (r.values[DEVICE] ? r.values[DEVICE][0].toLowerCase() : null),
  });
  const state = { order: null, down: false, page: 0, open: null, asked: null };
  let found = rows;

  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== null) element.setAttribute(name, value);
    }
    element.append(...inside.filter((x) => x !== null && x !== undefined));
    return element;
  };

  /* --- filters --- */

  const counted = (get) => {
    const counts = new Map();
    for (const row of rows) {
      const value = get(row);
      if (value !== null && value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  };
  const fill = (id, all, entries) => {
    by(id).replaceChildren(make("option", { value: "" }, all), ...entries.map(
      ([value, name, count]) => make("option", { value }, `${name} (${count.toLocaleString("en")})`)));
  };
  const listed = (get, name) => [...counted(get)].map(([value, count]) => [value, name(value), count]);
  const alphabetical = (a, b) => a[1].localeCompare(b[1], "en", { numeric: true });
  fill("benchmark", "all", listed((r) => r.benchmark, (b) => data.benchmarks[b]).sort(alphabetical));
  fill("hardware", "all", listed((r) => r.hardware, (h) => data.hardware[h] || UNNAMED)
    .sort((a, b) => (a[1] === UNNAMED) - (b[1] === UNNAMED) || alphabetical(a, b)));
  fill("year", "all", listed((r) => r.year, String).sort((a, b) => b[0] - a[0]));
  fill("kind", "all", listed((r) => r.kind, (k) => KIND_NAMES[k]).sort((a, b) => a[0] - b[0]));
  by("order").append(make("option", { value: "" }, "as released"), ...COLUMNS.flatMap((column, i) => [
    make("option", { value: `${i}+` }, `${column.name}, rising`),
    make("option", { value: `${i}-` }, `${column.name}, falling`),
  ]));

  const chosen = (id) => (by(id).value === "" ? null : Number(by(id).value));
  const filter = () => {
    const words = by("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = ["benchmark", "hardware", "year", "kind"].map((id) => [id, chosen(id)]).filter(([, v]) => v !== null);
    found = rows.filter((row) => wanted.every(([name, value]) => row[name] === value)
      && words.every((word) => sentence(row).includes(word)));
    if (state.order !== null) {
      const { key } = COLUMNS[state.order];
      const keyed = found.map((row, place) => [key(row), place, row]);
      keyed.sort(([a, i], [b, j]) => {
        if (a === null || b === null) return (a === null) - (b === null) || i - j; // what is not said comes last
        const less = a < b ? -1 : a > b ? 1 : 0;
        return (state.down ? -less : less) || i - j;
      });
      found = keyed.map(([, , row]) => row);
    }
    state.page = 0;
    state.open = null;
    draw();
  };

  /* --- drawing --- */

  const shown = (row, i, label) => {
    const value = row.values[i];
    if (!value) return null;
    const button = make("button", { type: "button", class: "value", title: `Evidence: ${label.toLowerCase()}` }, value[0]);
    button.addEventListener("click", () => {
      const same = state.open === row && state.asked === i;
      state.open = same ? null : row;
      state.asked = same ? null : i;
      draw();
    });
    return button;
  };
  const link = (row) => {
    if (!row.id) return null;
    const name = row.id + (row.version ? `v${row.version}` : "");
    return make("a", { href: `https://arxiv.org/abs/${name}`, rel: "noopener noreferrer" }, `arXiv:${name}`);
  };
  const hardware = (row) => {
    const [count, device] = [shown(row, COUNT, data.fields[COUNT]), shown(row, DEVICE, data.fields[DEVICE])];
    return [count, count && device ? " × " : count ? " processors" : null, device];
  };
  const cell = (row, column) => {
    if (column.hardware) {
      const [count, between, device] = hardware(row);
      const inside = count || device ? [make("span", {}, count, between, device)] : [];
      return make("td", { "data-label": column.name, class: "plain" }, ...inside);
    }
    if (column.field === undefined) {
      if (column.name === "Paper") {
        return make("td", { class: "paper" }, row.title ?? row.id ?? "",
          make("small", {}, link(row), " ", make("span", { class: `kind kind-${row.kind}` }, KINDS[row.kind])));
      }
      if (column.name === "Model") {
        return make("td", { class: "model" }, row.model === "*" ? "the paper's models" : row.model,
          row.role === "own" ? null : make("small", {}, row.role === "prior" ? "another paper's result" : "variant or baseline"));
      }
      const text = column.name === "Year" ? row.year : row.benchmark === null ? null : data.benchmarks[row.benchmark];
      return make("td", { "data-label": column.name, class: "plain" }, ...(text === null ? [] : [String(text)]));
    }
    const value = shown(row, column.field, column.name);
    const metric = column.field === SCORE && row.metric !== null && value ? make("small", {}, data.metrics[row.metric]) : null;
    return make("td", { "data-label": column.name, class: "number" }, ...(value ? [value, metric] : []));
  };
  const sure = (row, said) => {
    if (row.kind === 1) return "as the study's authors entered it";
    if (row.kind === 0) return data.states[said];
    return said === null ? "confidence not measured" : `confidence ${said.toFixed(2)}`;
  };
  const inFull = (number) => (Math.abs(number) < 1e15 ? number.toLocaleString("en", { maximumFractionDigits: 10 }) : String(number));
  const evidence = (row) => {
    const list = make("dl");
    row.values.forEach((value, i) => {
      if (!value) return;
      const [text, number, page, quote, said] = value;
      const unit = data.units[i] ? ` ${data.units[i]}` : "";
      const exact = number === null || String(number) === text ? null : make("span", {}, inFull(number) + unit);
      const asked = i === state.asked ? "asked" : undefined;
      const where = [page === null ? "page not recorded" : `page ${page}`, sure(row, said)].filter(Boolean).join(", ");
      const source = link(row);
      list.append(
        make("dt", { class: asked }, `${data.fields[i]}: ${text}`, exact),
        make("dd", { class: asked },
          quote === null ? make("span", { class: "unsaid" }, "no words recorded") : make("q", {}, data.quotes[quote]),
          make("span", { class: "where" }, where, source ? ", " : null, source)));
    });
    return make("tr", { class: "evidence" }, make("td", { colspan: COLUMNS.length }, list));
  };
  const step = (name, to) => {
    const button = make("button", { type: "button" }, name);
    button.disabled = to < 0 || to * PAGE >= found.length;
    button.addEventListener("click", () => {
      state.page = to;
      state.open = null;
      draw();
      by("filters").scrollIntoView();
    });
    return button;
  };

  const drawHead = () => {
    document.querySelector("thead tr").replaceChildren(...COLUMNS.map((column, i) => {
      const sorted = state.order !== i ? undefined : state.down ? "descending" : "ascending";
      const button = make("button", { type: "button" }, column.name);
      button.addEventListener("click", () => {
        state.down = state.order === i && !state.down;
        state.order = i;
        by("order").value = `${i}${state.down ? "-" : "+"}`;
        filter();
      });
      return make("th", { scope: "col", class: column.field === undefined ? undefined : "number", "aria-sort": sorted }, button);
    }));
  };
  const draw = () => {
    drawHead();
    const drawn = found.slice(state.page * PAGE, (state.page + 1) * PAGE).flatMap((row) => {
      const open = row === state.open;
      const line = make("tr", { class: open ? "open" : undefined }, ...COLUMNS.map((column) => cell(row, column)));
      return open ? [line, evidence(row)] : [line];
    });
    const nothing = make("tr", {}, make("td", { colspan: COLUMNS.length, class: "none" }, "No row has all of that."));
    document.querySelector("tbody").replaceChildren(...(drawn.length ? drawn : [nothing]));
    by("count").textContent = `${found.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows`;
    const last = Math.max(1, Math.ceil(found.length / PAGE));
    by("pages").replaceChildren(step("Back", state.page - 1), make("span", {}, `page ${state.page + 1} of ${last}`), step("Next", state.page + 1));
  };

  by("search").addEventListener("input", filter);
  for (const id of ["benchmark", "hardware", "year", "kind"]) by(id).addEventListener("change", filter);
  by("order").addEventListener("change", () => {
    const text = by("order").value;
    state.order = text === "" ? null : parseInt(text, 10);
    state.down = text.endsWith("-");
    filter();
  });
  by("filters").addEventListener("submit", (event) => event.preventDefault());
  by("filters").addEventListener("reset", () => setTimeout(() => {
    state.order = null;
    state.down = false;
    by("order").value = "";
    filter();
  }));
  filter();
})();
