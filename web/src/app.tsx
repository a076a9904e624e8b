import { useCallback, useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { blockedBy } from "./features/enrol/blocked-screen";
import { EnrolScreen } from "./features/enrol/enrol-screen";
import { LoginScreen } from "./features/login/login-screen";
import { SessionContext, type SessionState } from "./features/login/session";
import { TillStore } from "./features/till/till-store";
import { TillContext } from "./features/till/use-till";
import { t } from "./i18n";
import { useScanTarget } from "./lib/use-scan";
import type { Session, ShopInfo } from "./sync/backend";
import { ShopProvider, useBackend } from "./sync/context";
import { useQuery } from "./sync/use-query";
import { useStatus } from "./sync/use-status";
import { Empty } from "./ui/empty";
import { ErrorBoundary } from "./ui/error-boundary";
import { Frame } from "./ui/frame";
import { SyncToasts } from "./ui/sync-toasts";
import { Routes } from "./routes";

/** What may be shown: a reason why not, the enrolment, or the shop. */
export function App() {
  const status = useStatus();
  const blocked = blockedBy(status.connection);
  if (blocked !== null) return blocked;
  if (!status.registered) return <EnrolScreen />;
  return <Shop />;
}

function Shop() {
  const backend = useBackend();
  const [shop, setShop] = useState<ShopInfo | null>(null);
  const settings = useQuery({ collection: "settings", limit: 1 });
  const store = useMemo(() => new TillStore(backend, safeStorage()), [backend]);
  // The shop's name and rounding come with the first synchronisation and may change.
  useEffect(() => {
    let current = true;
    backend.shop().then(
      (answer) => {
        if (current) setShop(answer);
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [backend, settings]);
  if (shop === null) return <Empty title={t.app.opening} hint={t.app.openingHint} />;
  return (
    <ShopProvider shop={shop}>
      <TillContext value={store}>
        <SyncToasts />
        <People store={store} />
      </TillContext>
    </ShopProvider>
  );
}

function People(props: { readonly store: TillStore }) {
  const backend = useBackend();
  const [state, setState] = useState<SessionState>({ kind: "out" });
  const login = useCallback((session: Session) => setState({ kind: "in", session }), []);
  const session = state.kind === "in" ? state.session : null;
  const { store } = props;
  useEffect(() => {
    if (session !== null) void store.resume();
  }, [store, session]);
  const actions = useMemo(() => {
    if (session === null) return null;
    const leave = (next: SessionState) => {
      // The screen closes at once; behind the door the session ends a moment later.
      setState(next);
      void backend.logout().catch(() => undefined);
    };
    return {
      session,
      lock: () => leave({ kind: "locked", by: session }),
      logout: () => leave({ kind: "out" }),
    };
  }, [backend, session]);
  if (actions === null) {
    return <LoginScreen key={state.kind} lockedBy={state.kind === "locked" ? state.by : null} onLogin={login} />;
  }
  return (
    <SessionContext value={actions}>
      <ScanToTill store={store} />
      <Frame>
        <ErrorBoundary>
          <Routes />
        </ErrorBoundary>
      </Frame>
    </SessionContext>
  );
}

/** A scan on any other screen goes to the till; screens and dialogs that came later hear it first. */
function ScanToTill(props: { readonly store: TillStore }) {
  const [, navigate] = useLocation();
  useScanTarget({
    onScan: (text, at) => {
      navigate("/");
      void props.store.scan(text, at);
    },
  });
  return null;
}

/** Storage that the browser may forbid altogether. */
function safeStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
