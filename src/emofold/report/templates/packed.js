"use strict";
// What a page carries in little space: bytes that are deflated, in base64.
const packed = (() => {
  async function bytes(text) {
    const raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const inflated = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(inflated).arrayBuffer());
  }

  async function json(text) {
    return JSON.parse(new TextDecoder().decode(await bytes(text)));
  }

  // The bytes of numbers of two bytes, the lower one first.
  function numbers(of) {
    return Array.from({ length: of.length / 2 }, (_, i) => of[2 * i] + 256 * of[2 * i + 1]);
  }

  return { bytes, json, numbers };
})();
