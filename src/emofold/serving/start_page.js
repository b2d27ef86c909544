"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const { maxBytes, maxMegabytes, maxDuration, work } = document.body.dataset;
  const TYPES = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
  const SOUND_TYPES = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4"];
  const SECOND = 1000;
  const TOLD_EVERY = 25; // percent

  let page = null;
  let upload = null;
  let recording = null;

  function show(state) {
    document.body.className = state;
    for (const part of document.querySelectorAll("[data-shown-in]")) {
      part.hidden = !part.dataset.shownIn.split(" ").includes(state);
    }
  }

  function say(text) {
    if (find("#status").textContent !== text) find("#status").textContent = text;
  }

  function clockTime(seconds) {
    return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  }

  // What is wrong, in the place where files are chosen.

  function complain({ found, expected, remedy }) {
    const told = [["Found", found], ["Expected", expected], ["What to do", remedy]];
    show("choosing");
    say("");
    find("#problem").replaceChildren(...told.filter(([, text]) => text).map(([name, text]) => {
      const line = document.createElement("p");
      const label = document.createElement("b");
      label.textContent = `${name}: `;
      line.append(label, text);
      return line;
    }));
    find("#file").focus();
  }

  const UNANSWERED = {
    found: "no answer",
    expected: "emofold serve at work on this machine",
    remedy: "see in its console whether it has ended; start it again and open its new address",
  };

  // A file on its way to its answer.

  async function send(file, name) {
    find("#problem").replaceChildren();
    if (file.size > Number(maxBytes)) {
      complain({
        found: `${name}, which has more than ${maxMegabytes} MB`,
        expected: `a file of at most ${maxMegabytes} MB`,
        remedy: "cut it, or start emofold serve with another --max-size",
      });
      return;
    }
    upload = new AbortController();
    show("waiting");
    find("#waiting-heading").textContent = name;
    tell("Reading the file.");
    find("#cancel").focus();
    try {
      const response = await fetch(`clips?${new URLSearchParams({ name })}`, {
        method: "POST", body: file, signal: upload.signal,
        headers: { "Content-Type": "application/octet-stream" },
      });
      if (response.ok) await follow(response.body, name);
      else complain(await response.json());
    } catch (error) {
      if (error.name === "AbortError") choose("Cancelled.");
      else complain(UNANSWERED);
    }
  }

  async function follow(stream, name) {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new TypeError("it ended before the answer");
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const news = JSON.parse(line);
        if (news.stage === "done") return answer(news.page, name);
        if (news.stage === "failed") return complain(news);
        tellOf(news);
      }
    }
  }

  function tellOf({ stage, ahead, percent }) {
    if (stage === "waiting") {
      const others = ahead === 1 ? "One recording comes" : `${ahead} recordings come`;
      tell(ahead ? `${others} before it.` : "It comes next.");
    } else if (stage === "page") {
      tell("Making the page.");
    } else {
      tell(work, percent || undefined);
    }
  }

  function tell(text, percent) {
    find("#news").textContent = text;
    const isKnown = percent !== undefined;
    if (isKnown) find("#progress").value = percent;
    else find("#progress").removeAttribute("value");
    find("#percent").textContent = isKnown ? `${percent} %` : "";
    const step = isKnown ? TOLD_EVERY * Math.floor(percent / TOLD_EVERY) : 0;
    say(step ? `${text} ${step} percent.` : text);
  }

  function answer(address, name) {
    page = address;
    find("#page").title = `The page of ${name}`;
    find("#page").src = address;
    find("#save").href = address;
    find("#save").download = `${name.replace(/\.[^.]*$/, "")}.html`;
    document.title = `${name}: emofold`;
    show("answered");
    say("The page of the recording is there.");
    find("#answer-heading").focus();
  }

  function forget() {
    if (page) fetch(page, { method: "DELETE", keepalive: true }).catch(() => {});
    page = null;
  }

  function choose(text = "") {
    forget();
    find("#page").removeAttribute("src");
    find("#file").value = "";
    document.title = "emofold: which emotion does a recording show?";
    show("choosing");
    say(text);
    find("#file").focus();
  }

  // By camera and microphone.

  async function record() {
    find("#problem").replaceChildren();
    const video = find("#camera").checked, audio = find("#microphone").checked;
    if (!video && !audio) {
      complain({ found: "neither camera nor microphone", expected: "one of them", remedy: "tick one" });
      return;
    }
    find("#record").disabled = true;
    let stream;
    try {
      say("The browser asks whether it may record.");
      stream = await navigator.mediaDevices.getUserMedia({ video, audio });
      if (document.body.className === "choosing") start(stream, video);
      else silence(stream); // a file was given meanwhile
    } catch (error) {
      if (stream) silence(stream);
      const what = [video && "camera", audio && "microphone"].filter(Boolean).join(" and ");
      complain({
        found: `no recording by ${what} (${error.message || error.name})`,
        expected: `a ${what} that this page may use`,
        remedy: "allow it in the browser, or untick what is not there",
      });
    } finally {
      find("#record").disabled = false;
    }
  }

  function silence(stream) {
    stream.getTracks().forEach((track) => track.stop());
  }

  function start(stream, hasPictures) {
    const known = (hasPictures ? TYPES : SOUND_TYPES).find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, known ? { mimeType: known } : {});
    const chunks = [];
    const began = performance.now();
    const clock = setInterval(() => {
      const seconds = (performance.now() - began) / SECOND;
      find("#clock").textContent = `${clockTime(seconds)} of at most ${clockTime(maxDuration)}`;
      if (seconds > maxDuration - 1) recording.end(true);
    }, SECOND / 4);
    recorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
    recorder.addEventListener("error", () => recording?.end(true));
    recorder.addEventListener("stop", () => {
      clearInterval(clock);
      find("#preview").srcObject = null;
      const { isWanted } = recording;
      recording = null;
      if (!isWanted) return choose("Discarded.");
      const type = recorder.mimeType.split(";")[0];
      const now = new Date().toTimeString().slice(0, 8).replaceAll(":", "-");
      const ending = type.split("/")[1].replace("x-matroska", "mkv");
      return send(new Blob(chunks, { type }), `recording-${now}.${ending}`);
    });
    recording = {
      isWanted: true,
      end(isWanted) {
        recording.isWanted = isWanted;
        if (recorder.state !== "inactive") recorder.stop();
        silence(stream);
      },
    };
    find("#clock").textContent = clockTime(0);
    find("#preview").hidden = !hasPictures;
    if (hasPictures) {
      find("#preview").srcObject = stream;
      find("#preview").play();
    }
    recorder.start(SECOND);
    show("recording");
    say("Recording.");
    find("#stop").focus();
  }

  // What a person does.

  function take(files) {
    if (files.length === 1) send(files[0], files[0].name);
    else if (files.length) {
      complain({ found: `${files.length} files`, expected: "one at a time", remedy: "drop one of them" });
    }
  }

  find("#file").addEventListener("change", ({ target }) => take(target.files));
  find("#record").addEventListener("click", record);
  find("#stop").addEventListener("click", () => recording?.end(true));
  find("#discard").addEventListener("click", () => recording?.end(false));
  find("#cancel").addEventListener("click", () => upload?.abort());
  find("#again").addEventListener("click", () => choose());
  addEventListener("pagehide", forget);

  const drop = find("#drop");
  for (const event of ["dragover", "dragleave", "drop"]) {
    addEventListener(event, (dragged) => {
      dragged.preventDefault();
      drop.classList.toggle("over", event === "dragover");
      if (event === "drop" && document.body.className === "choosing") take(dragged.dataTransfer.files);
    });
  }

  show("choosing");
})();
