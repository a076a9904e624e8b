/**
 * Marks that measurements in a browser read with `performance.getEntriesByName`.
 *
 * `scan-to-row`: last character of a scan → its row is painted. `key-to-results`: keystroke in the
 * search → its results are painted. `pay-to-durable`: press → the sale is recorded on this device.
 */
export type Measure = "scan-to-row" | "key-to-results" | "pay-to-durable";

const started = new Map<Measure, number>();

export function markStart(measure: Measure, at = performance.now()): void {
  started.set(measure, at);
  performance.mark(`${measure}:start`, { startTime: at });
}

export function markEnd(measure: Measure): void {
  const start = started.get(measure);
  if (start === undefined) return;
  started.delete(measure);
  performance.mark(`${measure}:end`);
  performance.measure(measure, { start, end: performance.now() });
}

/** Ends the measure after the browser has painted what was just put into the document. */
export function markPainted(measure: Measure): void {
  if (!started.has(measure)) return;
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      markEnd(measure);
      channel.port1.close();
    };
    channel.port2.postMessage(null);
  });
}
