"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (selector, within = document) => within.querySelector(selector);
  const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];
  const HIGHEST_INTENSITY = 5;
  const PIXELS_OF_A_TICK = 64;
  const TICK_STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400, 43200];
  const STEPS_OF_A_PAGE = 10;
  const MOST_ROWS = 300;

  const tracks = find("#tracks"), position = find("#position");
  const clock = find("#clock"), reading = find("#reading");
  const emotionRows = findAll(".emotion"), unitRows = findAll(".unit");
  const player = find("#player");
  const prefersStillness = matchMedia("(prefers-reduced-motion: reduce)");
  const pen = segments.pen(data.duration);
  let system = data.systems[0];
  let seconds = 0;

  function clockTime(time) {
    const tenths = Math.round(10 * time);
    const hours = Math.floor(tenths / 36000), minutes = Math.floor(tenths / 600) % 60;
    const passed = `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
    return hours ? `${hours}:${passed.padStart(7, "0")}` : passed;
  }

  function percent(share) {
    if (share > 0.99) return ">99 %";
    if (share < 0.01) return "<1 %";
    return `${Math.round(100 * share)} %`;
  }

  function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function leader(values) {
    return values.indexOf(Math.max(...values));
  }

  // What is drawn once, or once a system.

  function drawEmotions() {
    const timeline = system.timeline;
    if (!timeline) return;
    const leaders = timeline.from.map((_, i) => leader(timeline.values.map((of) => of[i])));
    emotionRows.forEach((row, e) => {
      const values = timeline.values[e];
      segments.draw(find(".lane", row), {
        area: pen.area(timeline, values, 1),
        leading: pen.area(timeline, values, 1, (i) => leaders[i] === e),
        edge: pen.edge(timeline, values, 1),
      });
    });
    drawRibbon(timeline, leaders);
  }

  function drawRibbon(timeline, leaders) {
    const runs = [];
    leaders.forEach((emotion, i) => {
      const run = runs.at(-1);
      if (run?.emotion === emotion && segments.touch(timeline, i)) run.to = timeline.to[i];
      else runs.push({ emotion, from: timeline.from[i], to: timeline.to[i] });
    });
    find("#ribbon").replaceChildren(...runs.map((run) => {
      const name = document.createElement("span");
      name.textContent = name.title = data.emotions[run.emotion];
      name.style.left = `${(100 * run.from) / data.duration}%`;
      name.style.width = `${(100 * (run.to - run.from)) / data.duration}%`;
      name.style.setProperty("--hue", `var(--hue-${run.emotion + 1})`);
      return name;
    }));
    hideNamesThatDoNotFit();
  }

  function hideNamesThatDoNotFit() {
    const names = findAll("#ribbon span");
    names.forEach((name) => name.classList.remove("narrow"));
    const narrow = names.filter((name) => name.scrollWidth > name.clientWidth);
    narrow.forEach((name) => name.classList.add("narrow"));
  }

  function drawFace() {
    const { units, attention } = data;
    const gap = units ? pen.area(units, units.is_gap, 1) : "";
    for (const row of unitRows) {
      const values = units.values[row.dataset.unit];
      segments.draw(find(".lane", row), {
        gap,
        area: pen.area(units, values, HIGHEST_INTENSITY),
        edge: pen.edge(units, values, HIGHEST_INTENSITY),
      });
    }
    const lane = find("#attention .lane");
    if (!lane) return;
    const top = Math.max(2, ...attention.values);
    segments.draw(lane, {
      gap,
      area: pen.area(attention, attention.values, top),
      edge: pen.edge(attention, attention.values, top),
      even: pen.level(1 / top),
    });
  }

  function drawTicks() {
    const most = Math.max(2, position.clientWidth / PIXELS_OF_A_TICK);
    const each = TICK_STEPS.find((step) => data.duration / step <= most) ?? data.duration;
    const count = Math.ceil((data.duration - each / 2) / each);
    find(".ticks", position).replaceChildren(...Array.from({ length: count }, (_, i) => {
      const tick = document.createElement("span");
      const text = clockTime(i * each);
      tick.textContent = each < 1 ? text : text.slice(0, -2);
      tick.style.left = `${(100 * i * each) / data.duration}%`;
      return tick;
    }));
    for (const tick of findAll(".ticks span", position)) {
      if (tick.offsetLeft + tick.offsetWidth > position.clientWidth) tick.textContent = "";
    }
  }

  // What is shown of a moment.

  function valuesAt(time) {
    const timeline = system.timeline;
    const at = timeline ? segments.at(timeline, time) : null;
    return at === null ? null : timeline.values.map((of) => of[at]);
  }

  function inWords(values) {
    if (!values) return "no value here";
    const order = values.map((value, e) => [value, e]).sort((a, b) => b[0] - a[0]);
    return order.slice(0, 2).map(([value, e]) => `${data.emotions[e]} ${percent(value)}`).join(", ");
  }

  function showShares(column, values) {
    const first = values ? leader(values) : -1;
    emotionRows.forEach((row, e) => {
      const cell = find(`.${column}`, row);
      setText(find("b", cell), values ? percent(values[e]) : "–");
      cell.style.setProperty("--share", values ? values[e] : 0);
      cell.classList.toggle("leads", e === first);
    });
  }

  function showFace(time) {
    const { units, attention } = data;
    const at = units ? segments.at(units, time) : null;
    for (const row of unitRows) {
      const value = at === null ? null : units.values[row.dataset.unit][at];
      setText(find(".now b", row), value === null ? "–" : value.toFixed(1));
    }
    if (!find("#attention .lane")) return;
    const attended = segments.at(attention, time);
    const text = attended === null ? "–" : `${attention.values[attended].toFixed(1)} ×`;
    setText(find("#attention .now b"), text);
  }

  function show(time) {
    seconds = Math.min(data.duration, Math.max(0, time));
    const values = valuesAt(seconds);
    const words = system.timeline ? inWords(values) : `as a whole ${inWords(system.scores)}`;
    tracks.style.setProperty("--at", seconds / data.duration);
    setText(clock, clockTime(seconds));
    setText(reading, words);
    showShares("now", values);
    showFace(seconds);
    // Screen readers say each change of a focused slider: not all the time while it plays.
    const isPlaying = player && !player.paused;
    if (isPlaying && document.activeElement === position) return;
    position.setAttribute("aria-valuenow", seconds.toFixed(1));
    position.setAttribute("aria-valuetext", `${clockTime(seconds)}, ${words}`);
  }

  function showSystem() {
    const timeline = system.timeline;
    if (find("#expected")) {
      const isTold = system === data.systems[0] || !system.expected; // the first is told of above
      setText(find("#expected"), isTold ? "" : `${system.label}, in tests: ${system.expected}.`);
    }
    if (find("#window-note")) {
      setText(find("#window-note"), timeline
        ? `Each value stands for about ${timeline.window.toFixed(1)} s around its moment. `
          + "Lanes go from 0 to 100 %; the most likely emotion is filled. "
          + "On the right: now, and of the whole recording."
        : "There are no values over time here, only those of the whole recording.");
      for (const lane of [...emotionRows.map((row) => find(".lane", row)), find("#ribbon")]) {
        lane.replaceChildren();
      }
    }
    showShares("whole", system.scores);
    drawEmotions();
    if (find("#table")?.open) fillTable();
    show(seconds);
  }

  function fillTable() {
    const timeline = system.timeline ?? { from: [], values: [] };
    const every = Math.max(1, Math.ceil(timeline.from.length / MOST_ROWS));
    const rows = timeline.from.map((time, i) => [time, i]).filter(([, i]) => i % every === 0)
      .map(([time, i]) => [clockTime(time), ...timeline.values.map((of) => 100 * of[i])]);
    const columns = [{ name: "time" }, ...data.emotions.map((name) => ({ name, digits: 0 }))];
    const caption = `${system.label}, in percent${every > 1 ? ` (one moment of ${every})` : ""}`;
    const table = tables.make(columns, rows, { caption });
    [...table.tBodies[0].rows].forEach((row, i) =>
      row.cells[1 + leader(rows[i].slice(1))].classList.add("leads"));
    find("#table .scroll").replaceChildren(table);
  }

  // Moving about.

  function seek(time) {
    const within = Math.min(data.duration, Math.max(0, time));
    if (player) player.currentTime = within;
    show(within);
  }

  function step(count) {
    seek(seconds + count * (system.timeline?.hop ?? Math.max(0.1, data.duration / 100)));
  }

  const KEYS = {
    ArrowRight: () => step(1),
    ArrowUp: () => step(1),
    ArrowLeft: () => step(-1),
    ArrowDown: () => step(-1),
    PageUp: () => step(STEPS_OF_A_PAGE),
    PageDown: () => step(-STEPS_OF_A_PAGE),
    Home: () => seek(0),
    End: () => seek(data.duration),
    " ": () => (player?.paused ? player.play() : player?.pause()),
  };

  position.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  tracks.addEventListener("pointerdown", (event) => {
    const lane = event.target.closest(".lane");
    if (!lane || event.button) return;
    const seekTo = ({ clientX }) => {
      const { left, width } = lane.getBoundingClientRect();
      seek((data.duration * (clientX - left)) / width);
    };
    const released = new AbortController();
    const untilReleased = { signal: released.signal };
    lane.setPointerCapture(event.pointerId);
    lane.addEventListener("pointermove", seekTo, untilReleased);
    for (const end of ["pointerup", "pointercancel"]) {
      lane.addEventListener(end, () => released.abort(), untilReleased);
    }
    event.preventDefault();
    position.focus({ preventScroll: true });
    seekTo(event);
  });

  for (const radio of findAll("input[name=system]")) {
    radio.addEventListener("change", () => {
      system = data.systems[Number(radio.value)];
      showSystem();
    });
  }
  find("#table")?.addEventListener("toggle", fillTable);
  for (const button of findAll("[data-keep]")) {
    button.addEventListener("click", () => kept.save(button.dataset.keep, data));
  }

  // The recording: its bytes are in the page.

  function load() {
    const holder = find("#recording");
    const text = atob(holder.textContent);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
    player.src = URL.createObjectURL(new Blob([bytes], { type: holder.dataset.mediaType }));
    holder.remove();
    const follow = () => {
      show(player.currentTime);
      if (!player.paused && !prefersStillness.matches) requestAnimationFrame(follow);
    };
    for (const event of ["play", "timeupdate", "seeking", "pause"]) {
      player.addEventListener(event, event === "play" ? follow : () => show(player.currentTime));
    }
  }

  if (player) load();
  drawFace();
  showSystem();
  new ResizeObserver(() => {
    drawTicks();
    hideNamesThatDoNotFit();
  }).observe(position);
})();
