"use strict";
// Draws the report's figures from the charts embedded beside them: panels can be hidden, logarithmic axes made linear.
(function () {
  // The chart with every logarithmic axis made linear, its ticks left to Vega-Lite.
  function straightened(chart) {
    const copy = structuredClone(chart);
    for (const layer of copy.layer)
      for (const channel of [layer.encoding.x, layer.encoding.y])
        if (channel && channel.scale && channel.scale.type === "log") {
          channel.scale = { type: "linear", zero: false };
          delete channel.axis.values;
          delete channel.axis.labelExpr;
        }
    return copy;
  }

  function button(text, pressed, press) {
    const node = document.createElement("button");
    node.textContent = text;
    node.setAttribute("aria-pressed", String(pressed));
    node.onclick = () => {
      const now = node.getAttribute("aria-pressed") !== "true";
      node.setAttribute("aria-pressed", String(now));
      press(now);
    };
    return node;
  }

  function drawFigure(holder) {
    const source = holder.querySelector("script");
    const figure = JSON.parse(source.textContent);
    holder.classList.toggle("many", figure.panels.length > 1 && figure.columns > 1);
    const hidden = new Set();
    let linear = false;
    const bar = document.createElement("div"), panels = document.createElement("div");
    bar.className = "controls";
    panels.className = "panels";
    source.after(bar, panels);
    if (figure.panels.length > 1)
      figure.panels.forEach((panel, i) => bar.append(button(panel.title, true, (on) => { on ? hidden.delete(i) : hidden.add(i); draw(); })));
    if (figure.log_switch) {
      const node = button("linear axes", false, (on) => { linear = on; draw(); });
      node.className = "switch";
      bar.append(node);
    }
    if (!bar.children.length) bar.remove();
    if (figure.legend.length) {
      const legend = document.createElement("div");
      legend.className = "legend";
      for (const entry of figure.legend) {
        const item = document.createElement("span"), mark = document.createElement("i");
        mark.className = entry.kind;
        mark.style.color = entry.colour;
        item.append(mark, entry.name);
        legend.append(item);
      }
      panels.after(legend);
    }

    function draw() {
      panels.textContent = "";
      const shown = figure.panels.filter((_, i) => !hidden.has(i));
      panels.style.setProperty("--columns", Math.max(1, Math.min(figure.columns, shown.length)));
      for (const panel of shown) {
        const box = document.createElement("div"), head = document.createElement("div");
        const note = document.createElement("span"), chart = document.createElement("div");
        box.className = "panel";
        head.className = "panel-title";
        chart.className = "drawn";
        note.textContent = panel.note;
        head.append(figure.panels.length > 1 || panel.title !== figure.title ? panel.title : "", note);
        box.append(head, chart);
        panels.append(box);
        vegaEmbed(chart, linear ? straightened(panel.chart) : panel.chart, {
          actions: false,
          renderer: "svg",
          loader: { target: "_blank", rel: "noopener" },
        });
      }
    }
    draw();
  }

  // A table that is wider than its place says so, until its end has been seen.
  function cue(box) {
    const mark = () => box.classList.toggle("more", box.scrollWidth - box.clientWidth - box.scrollLeft > 4);
    box.addEventListener("scroll", mark, { passive: true });
    new ResizeObserver(mark).observe(box);
  }

  document.querySelectorAll("figure.chart").forEach(drawFigure);
  document.querySelectorAll(".scroll").forEach(cue);
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = d.dataset.print !== "no"; }));
})();
