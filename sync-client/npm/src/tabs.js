// As in `src/platform/web/pulse.rs`, which a test holds this to.
const ASK_MS = 2_000;
const MISSES = 5;
const lockOf = (name = "tillsync") => `tillsync:${name}`;

/** Answers the tabs that wait, for as long as this one works. */
export function answer(client, name) {
  const channel = new BroadcastChannel(lockOf(name));
  // An engine that has stopped throws, and answers nothing.
  channel.onmessage = ({ data }) => data === "alive?" && client.status() && channel.postMessage("alive");
  const end = () => channel.close();
  client.on("other_tab", end);
  return end;
}

/**
 * Waits until this tab may work: `false` once the other one is gone, `true` once it has answered
 * nothing for so long that it has to be taken over. Only a tab that people look at asks.
 */
export async function turn(name) {
  const lock = lockOf(name);
  const end = new AbortController();
  const free = navigator.locks.request(lock, { signal: end.signal }, () => false);
  const silent = new Promise((resolve) => {
    const channel = new BroadcastChannel(lock);
    let missed = 0;
    channel.onmessage = ({ data }) => {
      if (data === "alive") missed = 0;
    };
    const timer = setInterval(() => {
      if (globalThis.document?.visibilityState !== "visible") missed = 0;
      else if (missed++ >= MISSES) resolve(true);
      else channel.postMessage("alive?");
    }, ASK_MS);
    end.signal.onabort = () => {
      clearInterval(timer);
      channel.close();
    };
  });
  try {
    return await Promise.race([free, silent]);
  } finally {
    free.catch(() => undefined);
    end.abort();
  }
}
