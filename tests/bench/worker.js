import * as functions from "./work.js";

globalThis.onmessage = async ({ data: { number, name, argument } }) => {
  try {
    globalThis.postMessage({ number, value: await functions[name](argument) });
  } catch (error) {
    globalThis.postMessage({ number, error: error?.message ?? String(error) });
  }
};
