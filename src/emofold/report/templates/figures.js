"use strict";
// Drawings of one system, or of two side by side; each is an svg that can be saved as a file.
const figures = (() => {
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const MARKS = ["first", "second"];
  const KEPT = ["fill", "stroke", "fill-opacity", "stroke-dasharray", "stroke-width", "font"];

  function shape(name, attributes, text) {
    const made = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) {
      if (name === "text") made.textContent = text;
      else made.append(shape("title", {})), made.firstChild.textContent = text;
    }
    return made;
  }

  function image(label, width, height, shapes) {
    const drawn = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
    drawn.append(...shapes);
    drawn.style.maxWidth = `${width}px`;
    return tables.element("div", { class: "figure-box" }, drawn);
  }

  // The first system has round marks, the second square ones.
  function mark(which, x, y, radius, title, extra = "dot") {
    const attributes = { class: `${MARKS[which]} ${extra}` };
    return which
      ? shape("rect", { ...attributes, x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius }, title)
      : shape("circle", { ...attributes, cx: x, cy: y, r: radius }, title);
  }

  function percents(left, width, bottom, top) {
    return (width < 220 ? [0, 50, 100] : [0, 25, 50, 75, 100]).flatMap((value) => {
      const x = left + (width * value) / 100;
      return [
        shape("line", { class: "axis", x1: x, x2: x, y1: top, y2: bottom }),
        shape("text", { class: "soft", x, y: bottom + 15, "text-anchor": "middle" }, `${value} %`),
      ];
    });
  }

  // systems: [[{ found, n, low, high }, …one per emotion], …]; found, low and high in percent
  function recall(emotions, systems, width) {
    const LEFT = width < 450 ? 84 : 110, RIGHT = 84, WIDTH = width - LEFT - RIGHT - 28;
    const each = systems.length > 1 ? 40 : 26, bottom = emotions.length * each + 6;
    const shapes = percents(LEFT, WIDTH, bottom, 0);
    emotions.forEach((emotion, e) => {
      const name = shape("text", { x: LEFT - 8, y: e * each + each / 2 + 4, "text-anchor": "end" },
        emotion.length > LEFT / 8 ? `${emotion.slice(0, LEFT / 8 - 1)}…` : emotion);
      name.append(shape("title", {}));
      name.lastChild.textContent = emotion;
      shapes.push(name);
      systems.forEach((of, which) => {
        const { found, n, low, high } = of[e];
        const y = e * each + (each * (which + 1)) / (systems.length + 1);
        const at = (value) => LEFT + (WIDTH * value) / 100;
        if (!n) {
          shapes.push(shape("text", { class: "soft", x: LEFT + 4, y: y + 4 }, "no clips"));
          return;
        }
        shapes.push(
          shape("line", { class: `${MARKS[which]} mean`, x1: at(low), x2: at(high), y1: y, y2: y }),
          mark(which, at(found), y, 4.5, `${emotion}: ${found.toFixed(1)} % of ${n}`, ""),
          shape("text", { x: LEFT + WIDTH + 10, y: y + 4 }, `${found.toFixed(1)} %`),
          shape("text", { class: "soft", x: LEFT + WIDTH + RIGHT + 26, y: y + 4, "text-anchor": "end" }, `of ${n}`),
        );
      });
    });
    return image("Recall by emotion", width, bottom + 22, shapes);
  }

  // systems: [[{ name, accuracy, n }, …one per speaker], …]: equal dots lie beside and above one another
  function speakers(systems, width) {
    const LEFT = 22, WIDTH = width - 2 * LEFT, TOP = 16, BINS = 50, HIGHEST = 90;
    let y = TOP;
    const shapes = [];
    for (const [which, of] of systems.entries()) {
      const stacks = new Map();
      for (const one of [...of].sort((a, b) => a.accuracy - b.accuracy)) {
        const bin = Math.round((one.accuracy * BINS) / 100);
        if (!stacks.has(bin)) stacks.set(bin, []);
        stacks.get(bin).push(one);
      }
      const bins = [...stacks.keys()];
      const gaps = bins.slice(1).map((bin, i) => bin - bins[i]);
      const space = (0.9 * WIDTH * Math.min(4, ...gaps)) / BINS;
      const most = Math.max(...[...stacks.values()].map((stack) => stack.length));
      const radius = Math.min(5, space / 2, Math.sqrt((space * HIGHEST) / most) / 2);
      const across = Math.max(1, Math.floor(space / (2 * radius)));
      const height = Math.max(34, 2 * radius * Math.ceil(most / across) + 14), base = y + height;
      shapes.push(...percents(LEFT, WIDTH, base, y));
      for (const [bin, stack] of stacks) {
        const columns = Math.min(across, stack.length);
        stack.forEach(({ name, accuracy, n }, place) => {
          const left = LEFT + (WIDTH * bin) / BINS - radius * (columns - 1);
          shapes.push(mark(
            which, left + 2 * radius * (place % columns), base - radius * (2 * Math.floor(place / columns) + 1),
            radius * 0.88, `${name}: ${accuracy.toFixed(1)} % of ${n}`,
          ));
        });
      }
      const mean = of.reduce((sum, one) => sum + one.accuracy, 0) / of.length;
      const x = LEFT + (WIDTH * mean) / 100;
      shapes.push(
        shape("line", { class: `${MARKS[which]} mean`, x1: x, x2: x, y1: y - 4, y2: base }),
        shape("text", { x: x > WIDTH / 2 ? x - 4 : x + 4, y: y + 4, "text-anchor": x > WIDTH / 2 ? "end" : "start" },
          `mean ${mean.toFixed(1)} %`),
      );
      y = base + 42;
    }
    return image("Accuracy by speaker", width, y - 20, shapes);
  }

  // systems: [[[n, confidence, accuracy], …one per bin], …], in percent
  function calibration(systems, width) {
    const LEFT = 66, TOP = 14, SIZE = width - LEFT - 34;
    const x = (value) => LEFT + (SIZE * value) / 100, y = (value) => TOP + SIZE - (SIZE * value) / 100;
    const shapes = percents(LEFT, SIZE, TOP + SIZE, TOP);
    for (const value of [0, 25, 50, 75, 100]) {
      shapes.push(
        shape("line", { class: "axis", x1: LEFT, x2: LEFT + SIZE, y1: y(value), y2: y(value) }),
        shape("text", { class: "soft", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, `${value} %`),
      );
    }
    shapes.push(shape("line", { class: "even", x1: x(0), y1: y(0), x2: x(100), y2: y(100) }));
    systems.forEach((bins, which) => {
      const all = bins.reduce((sum, [n]) => sum + n, 0);
      for (const [n, confidence, accuracy] of bins) {
        shapes.push(
          shape("line", { class: `${MARKS[which]} faint`, x1: x(confidence), x2: x(confidence), y1: y(confidence), y2: y(accuracy) }),
          mark(which, x(confidence), y(accuracy), 2.5 + 11 * Math.sqrt(n / all),
            `${n} answers of ${confidence.toFixed(0)} % in the mean: ${accuracy.toFixed(1)} % are right`),
        );
      }
    });
    shapes.push(shape("text", { x: LEFT + SIZE / 2, y: TOP + SIZE + 34, "text-anchor": "middle" }, "confidence"),
      shape("text", { x: 0, y: 0, transform: `translate(14 ${TOP + SIZE / 2}) rotate(-90)`, "text-anchor": "middle" }, "accuracy"));
    return image("Accuracy by confidence", width, TOP + SIZE + 42, shapes);
  }

  // A matrix for papers: shades, percent, counts; counts[truth][answer].
  function matrix(emotions, counts, title) {
    const CELL = 48, LEFT = 110, TOP = 34;
    const size = CELL * emotions.length;
    const shapes = [shape("text", { x: 0, y: 14, "font-weight": "bold" }, title)];
    counts.forEach((row, truth) => {
      const all = row.reduce((sum, clips) => sum + clips, 0);
      const y = TOP + truth * CELL;
      shapes.push(shape("text", { x: LEFT - 8, y: y + CELL / 2 + 4, "text-anchor": "end" }, emotions[truth]));
      row.forEach((clips, answer) => {
        const share = all ? clips / all : 0, x = LEFT + answer * CELL;
        const fill = share > 0.55 ? "#ffffff" : "#222222";
        const middle = { x: x + CELL / 2, "text-anchor": "middle", style: `fill: ${fill}` };
        shapes.push(
          shape("rect", { x, y, width: CELL - 2, height: CELL - 2, style: `fill: #0072b2; fill-opacity: ${(0.06 + 0.94 * share).toFixed(3)}` }),
          shape("text", { ...middle, y: y + CELL / 2 }, all ? Math.round(100 * share) : ""),
          shape("text", { ...middle, y: y + CELL / 2 + 14, "font-size": 10 }, clips || ""),
        );
      });
      shapes.push(shape("text", { x: 0, y: 0, transform: `translate(${LEFT + truth * CELL + CELL / 2 + 4} ${TOP + size + 8}) rotate(-90)`, "text-anchor": "end" }, emotions[truth]));
    });
    return image(title, LEFT + size, TOP + size + 110, shapes);
  }

  // An svg as a file has its style within it, the one of a light page.
  function asFile(box) {
    const drawn = box.querySelector("svg"), copy = drawn.cloneNode(true);
    const originals = drawn.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((one, i) => {
      const style = getComputedStyle(originals[i]);
      for (const name of KEPT) one.style.setProperty(name, style.getPropertyValue(name));
    });
    const [, , width, height] = drawn.getAttribute("viewBox").split(" ");
    copy.setAttribute("xmlns", NAMESPACE);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    const paper = shape("rect", { width, height });
    paper.style.fill = getComputedStyle(document.body).backgroundColor;
    copy.prepend(paper);
    return new XMLSerializer().serializeToString(copy);
  }

  return { asFile, calibration, matrix, recall, speakers };
})();
