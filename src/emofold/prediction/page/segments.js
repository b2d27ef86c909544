"use strict";
// Values over segments of time, from[i] to to[i], in order, with gaps where nothing is known:
// found by time, and drawn as steps in an SVG that is stretched to its lane.
const segments = (() => {
  const WIDTH = 10000, HEIGHT = 100;
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const TOUCHING = 1e-3, AFTER_THE_END = 0.05;

  function touch(between, i) {
    return between.from[i] - between.to[i - 1] < TOUCHING;
  }

  function at(between, time) {
    let low = 0, high = between.from.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (between.from[middle] <= time) low = middle + 1; else high = middle;
    }
    const last = low - 1;
    if (last < 0) return null;
    const isEnd = last === between.from.length - 1;
    return time < between.to[last] + (isEnd ? AFTER_THE_END : 0) ? last : null;
  }

  function pen(duration) {
    const across = (time) => Math.round(WIDTH * Math.min(1, Math.max(0, time / duration)));

    function steps(between, values, top, { isClosed, where = () => true }) {
      const pieces = [];
      let isDrawing = false;
      const lift = () => {
        if (isDrawing && isClosed) pieces.push(`V${HEIGHT}Z`);
        isDrawing = false;
      };
      values.forEach((value, i) => {
        const isDrawn = value !== null && where(i);
        if (!isDrawn || (isDrawing && !touch(between, i))) lift();
        if (!isDrawn) return;
        const y = (HEIGHT * (1 - Math.min(1, value / top))).toFixed(1);
        if (isDrawing) pieces.push(`V${y}`);
        else pieces.push(`M${across(between.from[i])} ${isClosed ? `${HEIGHT}V${y}` : y}`);
        pieces.push(`H${across(between.to[i])}`);
        isDrawing = true;
      });
      lift();
      return pieces.join("");
    }

    return {
      area: (between, values, top, where) =>
        steps(between, values, top, { isClosed: true, where }),
      edge: (between, values, top) => steps(between, values, top, { isClosed: false }),
      level: (share) => `M0 ${(HEIGHT * (1 - share)).toFixed(1)}H${WIDTH}`,
    };
  }

  function draw(lane, paths) {
    const image = document.createElementNS(NAMESPACE, "svg");
    image.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    image.setAttribute("preserveAspectRatio", "none");
    for (const [name, shape] of Object.entries(paths)) {
      const path = document.createElementNS(NAMESPACE, "path");
      path.setAttribute("class", name);
      path.setAttribute("d", shape);
      image.append(path);
    }
    lane.replaceChildren(image);
  }

  return { at, draw, pen, touch };
})();
