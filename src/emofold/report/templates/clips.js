"use strict";
// The list of clips: each opens to its recording and to the probability of every emotion.
const clipList = (() => {
  const AT_ONCE = 25;
  const PLAYED_WITH_PICTURES = /\.(mp4|m4v|mov|webm|mkv|avi|ogv|mpg|mpeg|mts|3gp|flv|wmv)$/i;
  const { element } = tables;

  function percent(share) {
    if (share >= 99.5) return ">99 %";
    return share < 0.5 ? "<1 %" : `${Math.round(share)} %`;
  }

  function emotion(page, place) {
    return element("span", {
      class: "emotion", style: `--hue: var(--hue-${place + 1})`, text: page.emotions[place],
    });
  }

  function player(page, clip) {
    const media = page.clips.media[clip];
    if (!media) return element("p", { class: "small", text: "This run has no recording of the clip." });
    if (!/^(file|https?):$/.test(location.protocol)) {
      return element("p", {
        class: "small",
        text: `Within the report nothing can be played. Open results/${page.name}/report/results.html to hear and see the clips.`,
      });
    }
    const path = media.replace(/#.*/, "");
    const kind = PLAYED_WITH_PICTURES.test(path) ? "video" : "audio";
    const made = element(kind, {
      controls: true, preload: "auto", playsinline: true, "aria-label": page.clips.name[clip], src: media,
    });
    const box = element("div", { class: "player" }, made);
    made.addEventListener("error", () => {
      const name = decodeURIComponent(path.split("/").at(-1));
      box.replaceChildren(element("p", {
        class: "small",
        text: `${name} cannot be played: it does not lie where it did when this page was made, or the browser does not know its format.`,
      }));
    });
    return box;
  }

  function shares(page, clip, systems) {
    const box = element("div", { class: systems.length > 1 ? "shares two" : "shares" });
    if (systems.length > 1) {
      box.append(element("span"), ...systems.map((one) => element("span", { class: "head", text: one.system })));
    }
    page.emotions.forEach((_, place) => {
      box.append(emotion(page, place));
      for (const one of systems) {
        const value = one.scores ? one.scores[clip * page.emotions.length + place] : null;
        const leads = one.predicted[clip] === place;
        box.append(
          element("span", { class: "share", "aria-hidden": "true", style: `--to: ${value ?? 0}; --hue: var(--hue-${place + 1})` }),
          element("b", { class: leads && "leads", text: value === null ? (leads ? percent(one.confidence[clip] * 100) : "") : percent(value) }),
        );
      }
    });
    if (systems.every((one) => one.scores)) return box;
    const why = element("p", { class: "small", text: "Of systems whose probabilities the page has no space for, only the answer is shown." });
    return element("div", {}, box, why);
  }

  function inside(page, clip, systems) {
    const { speaker, fold, emotion: truth } = page.clips;
    const facts = element("p", { class: "small" }, `Speaker ${page.speakers[speaker[clip]]}, tested in fold ${fold[clip]}. Its emotion: `, emotion(page, truth[clip]), ".");
    return element("div", { class: "inside" }, player(page, clip), element("div", {}, facts, shares(page, clip, systems)));
  }

  function row(page, clip, systems) {
    const truth = page.clips.emotion[clip];
    const told = element("span", { class: "told" });
    told.append(emotion(page, truth));
    systems.forEach((one) => {
      const answer = one.predicted[clip];
      told.append(answer === truth ? " recognised" : " taken for ");
      if (answer !== truth) told.append(emotion(page, answer));
      if (one !== systems.at(-1)) told.append("; ");
    });
    const who = element("span", { class: "who" }, element("span", { class: "whole", text: page.clips.name[clip] }), " ",
      element("small", { text: `speaker ${page.speakers[page.clips.speaker[clip]]}` }));
    const sure = element("span", { class: "sure", text: `${(100 * systems[0].confidence[clip]).toFixed(1)} %` });
    const button = element("button", { type: "button", "aria-expanded": "false" },
      element("span", { class: "arrow", "aria-hidden": "true" }), who, told, sure);
    const box = element("div", { class: "clip" }, element("h3", {}, button));
    button.addEventListener("click", () => {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) box.lastChild.remove(); else box.append(inside(page, clip, systems));
    });
    return box;
  }

  function show(page, place, more, clips, systems) {
    let shown = 0;
    const next = () => {
      place.append(...clips.slice(shown, shown + AT_ONCE).map((clip) => row(page, clip, systems)));
      shown += AT_ONCE;
      more.hidden = shown >= clips.length;
    };
    place.replaceChildren();
    more.onclick = next;
    next();
  }

  return { show };
})();
