import { memo, startTransition, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";
import { blockedBy } from "./features/enrol/blocked-screen";
import { EnrolScreen } from "./features/enrol/enrol-screen";
import { handOver } from "./features/login/hand-over";
import { LoginScreen } from "./features/login/login-screen";
import { SessionContext, type SessionState } from "./features/login/session";
import { SwitchDialog } from "./features/login/switch-dialog";
import { PrintMade } from "./features/till/print-made";
import { TillStore } from "./features/till/till-store";
import { TillContext } from "./features/till/use-till";
import { t } from "./i18n";
import { receiptPath } from "./lib/receipt-path";
import { useScanTarget } from "./lib/use-scan";
import type { Session, ShopInfo } from "./sync/backend";
import { toBackendError } from "./sync/backend-error";
import { ShopProvider, useBackend, useServices } from "./sync/context";
import { keptHere } from "./sync/tabs/place";
import { useQuery } from "./sync/use-query";
import { useStatus } from "./sync/use-status";
import { Empty } from "./ui/empty";
import { ErrorBoundary } from "./ui/error-boundary";
import { Frame } from "./ui/frame";
import { SyncToasts } from "./ui/sync-toasts";
import { notifyDone, notifyProblem } from "./ui/toast";
import { Routes } from "./routes";

export { fetchScreens } from "./routes";

/** What may be shown: a reason why not, the enrolment, or the shop. */
export function App() {
  const status = useStatus();
  const blocked = blockedBy(status.connection);
  // A till that goes to another main server while it joins is opened anew in between, and does not know
  // for that moment that it has no identity: what was typed stays.
  const [joins, setJoins] = useState(false);
  const joining = status.device === null && (!status.registered || joins);
  if (joining !== joins) setJoins(joining);
  if (blocked !== null) return blocked;
  if (joining) return <EnrolScreen />;
  return <Shop />;
}

/** Takes nothing from the status: what does asks for its part, so that a heartbeat draws no screen again. */
const Shop = memo(function Shop() {
  const backend = useBackend();
  const [shop, setShop] = useState<ShopInfo | null>(null);
  const settings = useQuery({ collection: "settings", limit: 1 });
  const store = useMemo(() => new TillStore(backend, keptHere()), [backend]);
  // The shop's name and rounding come with the first synchronisation and may change.
  useEffect(() => {
    let current = true;
    backend.shop().then(
      (answer) => {
        // What it opens is much at once: drawn in pieces, so that keys are heard in between.
        if (current) startTransition(() => setShop(answer));
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
});

function People(props: { readonly store: TillStore }) {
  const { store } = props;
  const { backend, status } = useServices();
  const [, navigate] = useLocation();
  const [state, setState] = useState<SessionState>({ kind: "out" });
  const [switching, setSwitching] = useState(false);
  const last = useRef<Session | null>(null);
  const session = state.kind === "in" ? state.session : null;
  const login = useCallback((next: Session) => {
    startTransition(() => {
      setSwitching(false);
      setState({ kind: "in", session: next });
    });
  }, []);
  useEffect(() => {
    if (session === null) return;
    const before = last.current;
    last.current = session;
    // Whoever comes begins at the till, and not where somebody else was.
    if (before !== null && before.employeeId !== session.employeeId) navigate("/");
    const device = status.snapshot().device?.id ?? null;
    handOver({ backend, store, device }, before, session).then(
      (held) => {
        if (held !== null) notifyDone(t.hold.held(held));
        return store.resume();
      },
      (thrown: unknown) => {
        notifyProblem(toBackendError(thrown).message);
        return store.resume();
      },
    );
  }, [backend, store, status, session, navigate]);
  const actions = useMemo(() => {
    if (session === null) return null;
    const leave = (next: SessionState) => {
      // The screen closes at once; behind the door the session ends a moment later.
      setState(next);
      setSwitching(false);
      void backend.logout().catch(() => undefined);
    };
    return {
      session,
      lock: () => leave({ kind: "locked", by: session }),
      switchUser: () => setSwitching(true),
      logout: () => leave({ kind: "out" }),
    };
  }, [backend, session]);
  if (actions === null) {
    return <LoginScreen key={state.kind} lockedBy={state.kind === "locked" ? state.by : null} onLogin={login} />;
  }
  return (
    <SessionContext value={actions}>
      <ScanToTill store={store} />
      <PrintMade />
      <Frame>
        <ErrorBoundary>
          <Routes />
        </ErrorBoundary>
      </Frame>
      {switching && <SwitchDialog session={actions.session} onLogin={login} onClose={() => setSwitching(false)} />}
    </SessionContext>
  );
}

/** A scan on any other screen goes to the till; screens and dialogs that came later hear it first. */
function ScanToTill(props: { readonly store: TillStore }) {
  const [, navigate] = useLocation();
  useScanTarget({
    onScan: (text, at) => {
      const receipt = receiptPath(text);
      if (receipt !== null) return navigate(receipt);
      navigate("/");
      void props.store.scan(text, at);
    },
  });
  return null;
}
