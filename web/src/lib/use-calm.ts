import { useEffect, useRef, useState } from "react";

/** So long nobody has pressed anything before the page may move, in milliseconds. */
const CALM_MS = 1_500;
/** A page that is touched all the time moves after this all the same. */
const AT_MOST_MS = 10_000;

/**
 * A value that follows the one given once nobody touches the page: what moves the page must not do
 * so under a finger that is about to press something.
 */
export function useCalm<T>(value: T): T {
  const [shown, setShown] = useState(value);
  const touched = useRef(0);
  useEffect(() => {
    const touch = () => (touched.current = Date.now());
    const watch = { capture: true, passive: true };
    for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, touch, watch);
    return () => {
      for (const kind of ["pointerdown", "keydown"]) window.removeEventListener(kind, touch, watch);
    };
  }, []);
  useEffect(() => {
    if (Object.is(value, shown)) return;
    const since = Date.now();
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      const calmAt = Math.min(touched.current + CALM_MS, since + AT_MOST_MS);
      const wait = calmAt - Date.now();
      // Also where the clock was set back.
      if (wait <= 0 || wait > AT_MOST_MS) setShown(value);
      else timer = setTimeout(look, wait);
    };
    look();
    return () => clearTimeout(timer);
  }, [value, shown]);
  return shown;
}
