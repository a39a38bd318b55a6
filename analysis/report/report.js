"use strict";
// Draws the report's figures from the values embedded beside them: hover for the source, toggle panels, linear axes.
(function () {
  const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#e69f00", "#444444"];
  const NS = "http://www.w3.org/2000/svg";
  const SUPER = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.appendChild(tip);

  const ten = (n) => "10" + String(n).split("").map((c) => SUPER[c]).join("");
  const el = (name, attributes, parent, text) => {
    const node = document.createElementNS(NS, name);
    for (const key in attributes) node.setAttribute(key, attributes[key]);
    if (text !== undefined) node.textContent = text;
    if (parent) parent.appendChild(node);
    return node;
  };

  function plain(v) {
    if (v === 0) return "0";
    if (v < 0) return "−" + plain(-v);
    const a = Math.abs(v);
    if (a >= 1e5 || a < 1e-3) {
      const [m, p] = v.toExponential(1).split("e"), n = String(+m);
      return (n === "1" ? "" : n + "×") + ten(+p);
    }
    return String(+v.toPrecision(4));
  }

  function scale(low, high, from, to, log) {
    if (log) { low = Math.log10(low); high = Math.log10(high); }
    const span = high - low || 1;
    const f = (v) => from + (((log ? Math.log10(v) : v) - low) / span) * (to - from);
    f.low = low; f.high = high; f.log = log;
    return f;
  }

  function ticks(f, wanted) {
    if (!f.log) {
      const raw = (f.high - f.low) / wanted, power = Math.pow(10, Math.floor(Math.log10(raw)));
      const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
      const out = [];
      for (let k = Math.ceil(f.low / step - 1e-9); k * step <= f.high + step * 1e-9; k++) out.push([k * step, plain(+(k * step).toPrecision(12))]);
      return out;
    }
    const span = f.high - f.low, out = [];
    if (span > 2.2) {
      const every = Math.max(1, Math.ceil(span / wanted));
      for (let p = Math.ceil(f.low - 1e-9); p <= f.high + 1e-9; p++) if (p % every === 0) out.push([Math.pow(10, p), Math.abs(p) < 4 && span < 5 ? plain(Math.pow(10, p)) : ten(p)]);
      return out;
    }
    if (span < 0.45) {
      const low = Math.pow(10, f.low), high = Math.pow(10, f.high), raw = (high - low) / wanted, power = Math.pow(10, Math.floor(Math.log10(raw)));
      const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
      for (let k = Math.ceil(low / step - 1e-9); k * step <= high; k++) out.push([k * step, plain(+(k * step).toPrecision(12))]);
      return out;
    }
    const subs = span < 1.3 ? [1, 2, 3, 5, 7] : [1, 2, 5];
    for (let p = Math.floor(f.low); p <= Math.ceil(f.high); p++)
      for (const s of subs) {
        const v = s * Math.pow(10, p), l = Math.log10(v);
        if (l >= f.low - 1e-9 && l <= f.high + 1e-9) out.push([v, plain(v)]);
      }
    return out;
  }

  function extent(panel, axis, log) {
    let low = Infinity, high = -Infinity;
    const take = (v) => { if (v !== null && isFinite(v) && (!log || v > 0)) { if (v < low) low = v; if (v > high) high = v; } };
    for (const layer of panel.layers) {
      if (axis === "x") { layer.x.forEach(take); if (layer.kind === "ranges") { layer.low.forEach(take); layer.high.forEach(take); } }
      else if (layer.kind === "band") { layer.low.forEach(take); layer.high.forEach(take); }
      else layer.y.forEach(take);
    }
    if (axis === "x" && panel.x_zero && !log) take(0);
    if (!isFinite(low)) return log ? [1, 10] : [0, 1];
    if (log) { const pad = Math.pow(high / low, 0.05) || 1.1; return [low / pad, high * pad]; }
    const pad = (high - low) * 0.05 || 1;
    return [low - pad, high + pad];
  }

  function show(facts, event, target) {
    tip.textContent = "";
    const line = (text, name) => {
      if (!text) return;
      const node = document.createElement("div");
      if (name) node.className = name;
      node.textContent = text;
      tip.appendChild(node);
    };
    line(facts.label, "tip-label");
    line(facts.value);
    line(facts.paper, "tip-paper");
    line(facts.where);
    if (facts.quote) line("“" + facts.quote + "”", "tip-quote");
    if (facts.link) line(facts.link.replace("https://", "") + "  (click to open)", "tip-link");
    tip.hidden = false;
    const box = target.getBoundingClientRect();
    const x = event && event.clientX ? event.clientX : box.right, y = event && event.clientY ? event.clientY : box.top;
    const w = tip.offsetWidth, h = tip.offsetHeight;
    tip.style.left = Math.max(6, Math.min(x + 14, innerWidth - w - 8)) + "px";
    tip.style.top = (y + 16 + h > innerHeight ? Math.max(4, y - h - 12) : y + 16) + "px";
  }
  const hide = () => { tip.hidden = true; };

  function mark(svg, facts, attributes) {
    const linked = facts && facts.link && /^https?:/.test(facts.link);
    const parent = linked ? el("a", { href: facts.link, target: "_blank", rel: "noopener" }, svg) : svg;
    const dot = el("circle", attributes, parent);
    if (!facts) return;
    const listened = linked ? parent : dot;
    listened.addEventListener("mousemove", (e) => show(facts, e, dot));
    listened.addEventListener("mouseleave", hide);
    listened.addEventListener("focus", () => show(facts, null, dot));
    listened.addEventListener("blur", hide);
    el("title", {}, dot, [facts.label, facts.value].filter(Boolean).join(", "));
  }

  function legend(panel, holder) {
    const named = panel.layers.filter((l) => l.name && l.kind !== "band");
    if (named.length < 2) return;
    const list = document.createElement("div");
    list.className = "legend";
    for (const layer of named) {
      const item = document.createElement("span"), key = document.createElement("i");
      const colour = layer.colour;
      key.className = layer.kind === "line" ? (layer.dashed ? "key-dash" : "key-line") : layer.hollow ? "key-ring" : "key-dot";
      key.style.color = colour;
      item.append(key, layer.name);
      list.appendChild(item);
    }
    holder.appendChild(list);
  }

  function drawPanel(panel, holder, linear) {
    const width = Math.max(260, Math.min(holder.clientWidth || 640, 900));
    const forest = panel.y_names.length > 0;
    const kinds = panel.layers.filter((l) => l.kind === "ranges").length;  // of intervals side by side: each has room for its dot
    const height = forest ? Math.max(24, 10 * kinds + 10) * panel.y_names.length + 56 : Math.round(Math.min(430, Math.max(230, width * 0.66)));
    const longest = forest ? Math.max(...panel.y_names.map((n) => n.length)) : 0;
    const left = forest ? Math.min(width * 0.46, longest * 6.3 + 14) : 54, right = 14, top = 10, bottom = 42;
    const xLog = panel.x_log && !linear, yLog = panel.y_log && !linear;
    const [x0, x1] = extent(panel, "x", xLog);
    const [y0, y1] = forest ? [panel.y_names.length - 0.4, -0.6] : extent(panel, "y", yLog);
    const X = scale(x0, x1, left, width - right, xLog), Y = scale(y0, y1, height - bottom, top, yLog);
    const svg = el("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": panel.title }, holder);
    const clip = "clip" + Math.random().toString(36).slice(2);
    el("rect", { x: left, y: top, width: width - left - right, height: height - top - bottom }, el("clipPath", { id: clip }, el("defs", {}, svg)));
    const grid = el("g", { class: "grid" }, svg), text = el("g", { class: "ticks" }, svg);
    for (const [v, label] of ticks(X, Math.max(3, Math.floor(width / 95)))) {
      el("line", { x1: X(v), x2: X(v), y1: top, y2: height - bottom }, grid);
      el("text", { x: X(v), y: height - bottom + 15, "text-anchor": "middle" }, text, label);
    }
    if (forest) panel.y_names.forEach((name, i) => {
      const room = Math.floor((left - 12) / 6.1);
      el("line", { x1: left, x2: width - right, y1: Y(i), y2: Y(i) }, grid);
      const node = el("text", { x: left - 8, y: Y(i) + 4, "text-anchor": "end" }, text, name.length > room ? name.slice(0, room - 1) + "…" : name);
      el("title", {}, node, name);
    });
    else for (const [v, label] of ticks(Y, 6)) {
      el("line", { x1: left, x2: width - right, y1: Y(v), y2: Y(v) }, grid);
      el("text", { x: left - 7, y: Y(v) + 4, "text-anchor": "end" }, text, label);
    }
    el("text", { x: (left + width - right) / 2, y: height - 7, "text-anchor": "middle", class: "axis" }, svg, panel.x_label);
    if (panel.y_label) el("text", { transform: `translate(13 ${(top + height - bottom) / 2}) rotate(-90)`, "text-anchor": "middle", class: "axis" }, svg, panel.y_label);
    const plot = el("g", { "clip-path": `url(#${clip})` }, svg);
    if (panel.x_zero && !xLog) el("line", { x1: X(0), x2: X(0), y1: top, y2: height - bottom, class: "zero" }, plot);
    const ok = (v, log) => v !== null && isFinite(v) && (!log || v > 0);
    const path = (xs, ys) => {
      let d = "", pen = false;
      xs.forEach((x, i) => {
        const good = ok(x, xLog) && ok(ys[i], yLog);
        if (good) d += (pen ? "L" : "M") + X(x).toFixed(1) + " " + Y(ys[i]).toFixed(1);
        pen = good;
      });
      return d;
    };
    for (const layer of panel.layers) {
      const colour = layer.colour;
      if (layer.kind === "band") {
        const keep = layer.x.map((x, i) => i).filter((i) => ok(layer.x[i], xLog) && ok(layer.low[i], yLog) && ok(layer.high[i], yLog));
        const up = path(keep.map((i) => layer.x[i]), keep.map((i) => layer.high[i]));
        const back = keep.slice().reverse();
        const down = path(back.map((i) => layer.x[i]), back.map((i) => layer.low[i]));
        if (up && down) el("path", { d: up + "L" + down.slice(1) + "Z", fill: colour, opacity: 0.13 }, plot);
      } else if (layer.kind === "line") {
        el("path", { d: path(layer.x, layer.y), fill: "none", stroke: colour, "stroke-width": 1.8, "stroke-dasharray": layer.dashed ? "5 4" : "none" }, plot);
      } else if (layer.kind === "points") {
        const r = (layer.x.length > 400 ? 2.2 : 4) * Math.sqrt(layer.size);
        layer.x.forEach((x, i) => {
          if (!ok(x, xLog) || !ok(layer.y[i], yLog)) return;
          mark(plot, layer.facts[i], { cx: X(x).toFixed(1), cy: Y(layer.y[i]).toFixed(1), r, fill: layer.hollow ? "#fff" : colour, stroke: layer.hollow ? colour : "#fff", "stroke-width": layer.hollow ? 1.4 : 0.8, class: "mark" });
        });
      } else {
        layer.x.forEach((x, i) => {
          const y = Y(layer.y[i]), low = layer.low[i], high = layer.high[i];
          // An end that is not finite is open: the line runs off the axes.
          const from = ok(low, xLog) ? X(low) : left, to = ok(high, xLog) ? X(high) : width - right;
          if (ok(x, xLog)) el("line", { x1: from, x2: to, y1: y, y2: y, stroke: colour, "stroke-width": 1.8 }, plot);
          if (ok(x, xLog)) mark(plot, layer.facts[i], { cx: X(x), cy: y, r: kinds > 2 ? 3.5 : 4, fill: layer.hollow ? "#fff" : colour, stroke: colour, "stroke-width": 1.4, class: "mark" });
        });
      }
    }
  }

  function drawFigure(holder) {
    const figure = JSON.parse(holder.querySelector("script").textContent);
    const off = new Set();
    let linear = false;
    const bar = document.createElement("div");
    bar.className = "controls";
    const panels = document.createElement("div");
    panels.className = "panels";
    panels.style.setProperty("--columns", Math.min(figure.columns, figure.panels.length));
    holder.querySelector("script").after(bar, panels);
    if (figure.panels.length > 1) figure.panels.forEach((panel, i) => {
      const chip = document.createElement("button");
      chip.textContent = panel.title;
      chip.setAttribute("aria-pressed", "true");
      chip.title = "show or hide";
      chip.onclick = () => {
        off.has(i) ? off.delete(i) : off.add(i);
        chip.setAttribute("aria-pressed", String(!off.has(i)));
        redraw();
      };
      bar.appendChild(chip);
    });
    if (figure.log_switch) {
      const button = document.createElement("button");
      button.className = "switch";
      button.textContent = "linear axes";
      button.setAttribute("aria-pressed", "false");
      button.onclick = () => { linear = !linear; button.setAttribute("aria-pressed", String(linear)); redraw(); };
      bar.appendChild(button);
    }
    if (!bar.children.length) bar.remove();
    function redraw() {
      hide();
      panels.textContent = "";
      const shown = figure.panels.filter((_, i) => !off.has(i));
      panels.style.setProperty("--columns", Math.max(1, Math.min(figure.columns, shown.length)));
      const boxes = shown.map((panel) => {
        const box = document.createElement("div");
        box.className = "panel";
        const titled = figure.panels.length > 1 || panel.title !== figure.title;
        if (titled || panel.note) {
          const head = document.createElement("div"), note = document.createElement("span");
          head.className = "panel-title";
          note.textContent = panel.note;
          head.append(titled ? panel.title : "", note);
          box.appendChild(head);
        }
        panels.appendChild(box);
        return box;
      });
      shown.forEach((panel, i) => { drawPanel(panel, boxes[i], linear); legend(panel, boxes[i]); });
    }
    redraw();
    let last = panels.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(panels.clientWidth - last) < 24) return;
      last = panels.clientWidth;
      redraw();
    }).observe(panels);
  }

  document.querySelectorAll("figure.chart").forEach(drawFigure);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = d.dataset.print !== "no"; }));
})();
