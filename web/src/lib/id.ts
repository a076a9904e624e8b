import { v7 } from "uuid";
import type { Id } from "../sync/backend";

/** A new record id. Uses `getRandomValues`, so that it also works where the page is not a secure context. */
export function newId(): Id {
  return v7();
}
