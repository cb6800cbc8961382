// Turns each still picture into one that answers to pointer and keys. Without this script the stills stay, toggle and all.
(() => {
  "use strict";

  // What a phone has room for: a legend of one column, fewer ticks.
  const slim = (layers) => {
    for (const { encoding } of layers) {
      if (encoding && encoding.color && encoding.color.legend) encoding.color.legend.columns = 1;
      if (encoding && encoding.strokeDash && encoding.strokeDash.legend) encoding.strokeDash.legend.columns = 1;
      if (encoding && encoding.x && encoding.x.axis) encoding.x.axis.tickCount = 5;
    }
  };

  const bring = async (figure) => {
    const { datasets, spec, log, narrow, margin, opens, spans } = JSON.parse(
      document.getElementById(figure.dataset.spec).textContent,
    );
    const live = figure.querySelector(".live");
    const zoom = figure.querySelector(".zoom");
    const radios = [...figure.querySelectorAll(".scale input")];
    const whole = spans.whole;
    let range = opens.slice();
    let width = 0;
    let drawn = null;

    const draw = async () => {
      width = live.clientWidth;
      const next = structuredClone({ ...spec, datasets });
      if (radios.find((radio) => radio.checked).value === "log") next.vconcat.splice(0, log.length, ...structuredClone(log));
      next.vconcat.forEach((view, place) => {
        view.width = width - margin;
        if (width < 480) {
          Object.assign(view, structuredClone(narrow[place]));
          slim(view.layer);
        }
      });
      next.params[0].value = range;
      if (drawn) drawn.finalize();
      drawn = await vegaEmbed(live, next, { ast: true, renderer: "svg", actions: false });
    };

    // Drawings follow one another, never at the same time.
    let queue = Promise.resolve();
    const redraw = () => (queue = queue.then(draw));

    const show = (next) => {
      const length = Math.min(next[1] - next[0], whole[1] - whole[0]);
      const start = Math.min(Math.max(next[0], whole[0]), whole[1] - length);
      range = [start, start + length];
      drawn.view.signal("shown", range).runAsync();
    };

    const moves = {
      in: ([low, high]) => [low, low + (high - low) / 2],
      out: ([low, high]) => [low, low + (high - low) * 2],
      earlier: ([low, high]) => [low - (high - low) / 2, high - (high - low) / 2],
      later: ([low, high]) => [low + (high - low) / 2, high + (high - low) / 2],
    };
    for (const [name, part] of Object.entries(spans)) moves[name] = () => part.slice();

    // Where the pointer is on the time axis: 0 at the left end of the part shown, 1 at the right.
    const share = (event) => {
      const plot = live.querySelector(".role-scope > g > .background").getBoundingClientRect();
      return (event.clientX - plot.left) / plot.width;
    };
    const timeAt = (event) => range[0] + share(event) * (range[1] - range[0]);

    // A finger that drags must scroll the page, so touch devices zoom by the buttons alone.
    let held = null;
    live.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch" && event.button === 0) held = { at: share(event), range };
    });
    window.addEventListener("pointerup", () => {
      held = null;
      live.classList.remove("dragged");
    });
    live.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      if (held) {
        const by = (held.at - share(event)) * (held.range[1] - held.range[0]);
        live.classList.add("dragged");
        show([held.range[0] + by, held.range[1] + by]);
      } else {
        drawn.view.signal("now", timeAt(event)).runAsync();
      }
    });
    live.addEventListener("pointerleave", () => drawn.view.signal("now", null).runAsync());
    live.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        const by = Math.exp(event.deltaY / 300);
        const middle = timeAt(event);
        show(range.map((edge) => middle + (edge - middle) * by));
      },
      { passive: false },
    );

    live.hidden = false;
    await redraw();
    figure.classList.add("is-live");
    zoom.hidden = false;
    zoom.addEventListener("click", (event) => {
      const move = event.target.dataset.move;
      if (move) show(moves[move](range));
    });
    for (const radio of radios) radio.addEventListener("change", redraw);
    new ResizeObserver(() => {
      if (live.clientWidth && live.clientWidth !== width) redraw();
    }).observe(live);
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
