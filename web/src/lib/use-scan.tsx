import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { codeOf, scanner } from "./scanner";
import { type ScanHandlers, ScanListener } from "./scan-listener";

/** Who gets the next scan: the target that came last, as the dialog that opened last has the screen. */
export class ScanHub implements ScanHandlers {
  readonly #targets: ScanHandlers[] = [];

  add(target: ScanHandlers): () => void {
    this.#targets.push(target);
    return () => {
      const at = this.#targets.lastIndexOf(target);
      if (at >= 0) this.#targets.splice(at, 1);
    };
  }

  onScan(_text: string, at: number, sent: string): void {
    this.#targets.at(-1)?.onScan(codeOf(sent, scanner()), at, sent);
  }

  onTyped(text: string): void {
    this.#targets.at(-1)?.onTyped?.(text);
  }
}

const HubContext = createContext<ScanHub | null>(null);

/** The one listener of the page. */
export function ScanProvider(props: { readonly children: ReactNode }) {
  const hub = useMemo(() => new ScanHub(), []);
  useEffect(() => new ScanListener(hub).attach(document), [hub]);
  return <HubContext value={hub}>{props.children}</HubContext>;
}

/** Receives scans while mounted and `active`. */
export function useScanTarget(handlers: ScanHandlers, active = true): void {
  const hub = useContext(HubContext);
  const latest = useRef(handlers);
  useLayoutEffect(() => {
    latest.current = handlers;
  });
  useEffect(() => {
    if (!active || hub === null) return;
    return hub.add({
      onScan: (text, at, sent) => latest.current.onScan(text, at, sent),
      onTyped: (text) => latest.current.onTyped?.(text),
    });
  }, [hub, active]);
}
