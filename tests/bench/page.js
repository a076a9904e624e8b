// Lets `work.js` work, in a worker as a careful page does, or in the page itself.
let call;

/** Says where the work is done. */
globalThis.begin = async (place) => {
  if (place === "page") {
    const functions = await import("./work.js");
    call = (name, argument) => functions[name](argument);
    return;
  }
  const worker = new Worker("/worker.js", { type: "module" });
  let next = 0;
  const waiting = new Map();
  worker.onmessage = ({ data: { number, value, error } }) => {
    const { resolve, reject } = waiting.get(number);
    waiting.delete(number);
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  };
  worker.onerror = ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message));
  };
  call = (name, argument) =>
    new Promise((resolve, reject) => {
      next += 1;
      waiting.set(next, { resolve, reject });
      worker.postMessage({ number: next, name, argument });
    });
};

/** Calls a function of `work.js`. */
globalThis.work = (name, argument) => call(name, argument);
