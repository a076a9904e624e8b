import { createContext, useContext } from "react";
import type { Permission, Session } from "../../sync/backend";
import { useStatusPart } from "../../sync/use-status";

/** Who stands at the till. Locked keeps the name and the cart, and asks for a PIN again. */
export type SessionState =
  | { readonly kind: "out" }
  | { readonly kind: "locked"; readonly by: Session }
  | { readonly kind: "in"; readonly session: Session };

export interface SessionActions {
  readonly session: Session;
  readonly lock: () => void;
  /** Asks who takes over; the till stays open meanwhile. */
  readonly switchUser: () => void;
  readonly logout: () => void;
}

export const SessionContext = createContext<SessionActions | null>(null);

export function useSession(): SessionActions {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession outside of a login");
  return session;
}

/** Whether there is an audit to see here: for this person, and on this device. */
export function useAuditDoor(): "open" | "person" | "device" {
  const readOnly = useStatusPart((status) => status.device?.readOnly ?? false);
  const may = useMay("view_audit");
  if (readOnly) return "device";
  return may ? "open" : "person";
}

/** Hiding a button is not control: the backend and the master check again. */
export function useMay(permission: Permission): boolean {
  return useSession().session.permissions.includes(permission);
}
