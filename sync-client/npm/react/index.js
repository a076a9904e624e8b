// Hooks over a client: each reads a snapshot, subscribes, returns. No more than that.
import { createContext, createElement, useContext, useEffect, useRef, useState } from "react";

/** Notices end by the clock; nothing else tells. */
const AGAIN_MS = 60_000;

const Shared = createContext(null);

export function ClientProvider({ client, children }) {
  return createElement(Shared.Provider, { value: client }, children);
}

export function useClient() {
  const client = useContext(Shared);
  if (client === null) throw new Error("there is no ClientProvider above");
  return client;
}

export function useStatus() {
  const client = useClient();
  const [status, setStatus] = useState(() => client.status());
  useEffect(() => client.on("status", setStatus), [client]);
  return status;
}

export function useQuery(query) {
  const client = useClient();
  const [result, setResult] = useState(null);
  const asked = JSON.stringify(query);
  useEffect(() => {
    const number = client.subscribe(JSON.parse(asked), setResult);
    return () => client.unsubscribe(number);
  }, [client, asked]);
  return result;
}

export function useDoc(collection, id) {
  return useLive((client) => client.get(collection, id), `${collection} ${id}`, (name) => name === collection);
}

export function useTasks(status = "open") {
  return useLive((client) => client.tasks(status), status, (name) => name === "tasks");
}

export function useConflicts(status = "open") {
  // What stands is in the collection that the conflict is about.
  return useLive((client) => client.conflicts(status), status, () => true);
}

export function useNotices() {
  return useLive((client) => client.notices(), "", () => true);
}

export function useEvent(event, listener) {
  const client = useClient();
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => client.on(event, (what) => newest.current(what)), [client, event]);
}

/** Reads again whenever a collection changed that matters; `null` before the first answer. */
function useLive(read, key, matters) {
  const client = useClient();
  const [value, setValue] = useState(null);
  const newest = useRef({ read, matters });
  useEffect(() => {
    newest.current = { read, matters };
  });
  useEffect(() => {
    let wanted = true;
    const look = async () => {
      const found = await newest.current.read(client);
      if (wanted) setValue(found);
    };
    const end = client.on("changed", (name) => newest.current.matters(name) && look());
    const timer = setInterval(look, AGAIN_MS);
    look();
    return () => {
      wanted = false;
      clearInterval(timer);
      end();
    };
  }, [client, key]);
  return value;
}
