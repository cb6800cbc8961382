// Turns each still picture into one that answers to pointer and keys. Without this script the stills stay, toggle and all.
(() => {
  "use strict";
  const coarse = window.matchMedia("(pointer: coarse)").matches;

  // A finger that drags must scroll the page, so touch devices zoom by the buttons alone.
  const untouched = (layers) =>
    layers.map((layer) => ({
      ...layer,
      params: (layer.params || []).filter((param) => param.name !== "zoom"),
      transform: (layer.transform || []).filter((step) => !(step.filter && step.filter.param === "zoom")),
    }));

  const slim = (layers) => {
    for (const { encoding } of layers) {
      if (encoding && encoding.color && encoding.color.legend) encoding.color.legend.columns = 1;
      if (encoding && encoding.strokeDash && encoding.strokeDash.legend) encoding.strokeDash.legend.columns = 1;
      if (encoding && encoding.x && encoding.x.axis) encoding.x.axis.tickCount = 5;
    }
  };

  const bring = async (figure) => {
    const { data, linear, log } = JSON.parse(document.getElementById(figure.dataset.spec).textContent);
    const live = figure.querySelector(".live");
    const zoom = figure.querySelector(".zoom");
    const radios = [...figure.querySelectorAll("input[type=radio]")];
    const whole = linear.layer.find((layer) => layer.encoding && layer.encoding.x.scale).encoding.x.scale.domain;
    let range = whole.slice();
    let drawn = null;

    const draw = async () => {
      const scale = radios.find((radio) => radio.checked).value;
      const spec = structuredClone(scale === "log" ? log : linear);
      spec.data = { values: data };
      if (coarse) spec.layer = untouched(spec.layer);
      if (live.clientWidth < 480) slim(spec.layer);
      for (const layer of spec.layer) {
        if (coarse && layer.encoding && layer.encoding.x.scale) layer.encoding.x.scale.domain = range;
      }
      if (drawn) drawn.finalize();
      drawn = await vegaEmbed(live, spec, { ast: true, renderer: "svg", actions: false });
      if (!coarse && (range[0] !== whole[0] || range[1] !== whole[1])) await show(range);
      if (!coarse) drawn.view.addSignalListener("zoom_time", (_, value) => { if (value) range = [...value]; });
    };

    const show = async (next) => {
      const length = Math.min(next[1] - next[0], whole[1] - whole[0]);
      const start = Math.min(Math.max(next[0], whole[0]), whole[1] - length);
      range = [start, start + length];
      if (coarse) await draw();
      else await drawn.view.signal("zoom_time", range).runAsync();
    };

    const moves = {
      in: ([low, high]) => [low, low + (high - low) / 2],
      out: ([low, high]) => [low, low + (high - low) * 2],
      earlier: ([low, high]) => [low - (high - low) / 2, high - (high - low) / 2],
      later: ([low, high]) => [low + (high - low) / 2, high + (high - low) / 2],
      whole: () => whole.slice(),
    };

    live.hidden = false;
    await draw();
    figure.classList.add("is-live");
    zoom.hidden = false;
    zoom.addEventListener("click", (event) => {
      const move = event.target.dataset.move;
      if (move) show(moves[move](range));
    });
    for (const radio of radios) radio.addEventListener("change", draw);
  };

  const start = async () => {
    for (const figure of document.querySelectorAll("figure.plot[data-spec]")) {
      try {
        await bring(figure);
      } catch (error) {
        figure.querySelector(".live").hidden = true;
        figure.classList.remove("is-live");
        console.error(error);
      }
    }
    document.documentElement.dataset.ready = "true";
  };
  start();
})();
