import type { ReactElement, ReactNode } from "react";
import type { Client, Conflict, Doc, Events, Id, Query, QueryResult, Status } from "../index.js";

/** Gives a client to everything below. */
export declare function ClientProvider(props: { client: Client; children?: ReactNode }): ReactElement;
/** The client of the provider above. */
export declare function useClient(): Client;
/** The status, now and from now on. */
export declare function useStatus(): Status;
/** A live query: `null` before the first answer; while another query is asked, the last answer stays. */
export declare function useQuery(query: Query): QueryResult | null;
/** One live record; `null` where there is none, and before the first answer. */
export declare function useDoc(collection: string, id: Id): Doc | null;
/** The open tasks, or those that were closed; `null` before the first answer. */
export declare function useTasks(status?: "open" | "closed"): Doc[] | null;
/** The conflicts that wait for a person, or those that were resolved; `null` before the first answer. */
export declare function useConflicts(status?: "open" | "resolved"): Conflict[] | null;
/** What this device still has to show; `null` before the first answer. */
export declare function useNotices(): Doc[] | null;
/** Calls back whenever it happens, for as long as the component is there. */
export declare function useEvent<E extends keyof Events>(event: E, listener: (what: Events[E]) => void): void;
