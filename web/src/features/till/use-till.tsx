import { createContext, useContext, useSyncExternalStore } from "react";
import type { TillState, TillStore } from "./till-store";

export const TillContext = createContext<TillStore | null>(null);

export function useTillStore(): TillStore {
  const store = useContext(TillContext);
  if (store === null) throw new Error("useTillStore outside of TillContext");
  return store;
}

/** The till's state; redraws when it changes. */
export function useTill(): TillState {
  const store = useTillStore();
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
