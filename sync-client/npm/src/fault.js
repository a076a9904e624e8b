/** What the module died of, once it has. */
let fault = null;
const listeners = new Set();

/**
 * A module's exports, each watched. A trap (a fault of the library, or no memory left) leaves a
 * module half-way through something: nothing may call it any more, and whoever relies on it is told.
 */
export function guarded(exports) {
  const watched = {};
  for (const [name, value] of Object.entries(exports)) {
    watched[name] = typeof value === "function" ? watch(value) : value;
  }
  return watched;
}

const watch = (call) => (...given) => {
  if (fault) throw fault;
  try {
    return call(...given);
  } catch (thrown) {
    // No room on the stack is a RangeError; what else a listener throws does not come through here.
    if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) stop(thrown);
    throw thrown;
  }
};

function stop(thrown) {
  console.error("tillsync: the engine has stopped", thrown);
  const message = "the engine has stopped: reload the page, everything recorded is kept";
  fault = { code: "internal", class: "fatal", message, field: null };
  for (const listener of listeners) listener(fault);
}

/** Calls back once the module has stopped; the answer ends that. */
export function onFault(listener) {
  if (fault) listener(fault);
  listeners.add(listener);
  return () => listeners.delete(listener);
}
