import { useEffect, useLayoutEffect, useRef } from "react";

/** "F9", "Escape", "?", "ctrl+l" → action. Return false to leave the key to the browser. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void | boolean>>;

function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
}

/** Keys for the whole page. Held-down keys are ignored: one press, one action. */
export function useKeys(keys: KeyMap, active = true): void {
  const latest = useRef(keys);
  // Before it is painted: what can be seen can be pressed.
  useLayoutEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (!active) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const action = latest.current[nameOf(event)];
      if (action === undefined) return;
      if (event.repeat) {
        event.preventDefault();
        return;
      }
      if (action(event) !== false) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [active]);
}
