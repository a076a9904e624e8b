import { lazy, Suspense, useDeferredValue } from "react";
import { Route, Switch, useLocation } from "wouter";
import { TillScreen } from "./features/till/till-screen";

/** What is not there from the start, so that the till comes sooner. */
const screens = {
  sales: async () => ({ default: (await import("./features/sales/sales-screen")).SalesScreen }),
  products: async () => ({ default: (await import("./features/products/products-screen")).ProductsScreen }),
  stock: async () => ({ default: (await import("./features/stock/stock-screen")).StockScreen }),
  customers: async () => ({ default: (await import("./features/customers/customers-screen")).CustomersScreen }),
  drawer: async () => ({ default: (await import("./features/drawer/drawer-screen")).DrawerScreen }),
  employees: async () => ({ default: (await import("./features/employees/employees-screen")).EmployeesScreen }),
  devices: async () => ({ default: (await import("./features/devices/devices-screen")).DevicesScreen }),
  audit: async () => ({ default: (await import("./features/audit/audit-screen")).AuditScreen }),
  inbox: async () => ({ default: (await import("./features/inbox/inbox-screen")).InboxScreen }),
  inspector: async () => ({ default: (await import("./features/inspector/inspector-screen")).InspectorScreen }),
  settings: async () => ({ default: (await import("./features/settings/settings-screen")).SettingsScreen }),
};
const SalesScreen = lazy(screens.sales);
const ProductsScreen = lazy(screens.products);
const StockScreen = lazy(screens.stock);
const CustomersScreen = lazy(screens.customers);
const DrawerScreen = lazy(screens.drawer);
const EmployeesScreen = lazy(screens.employees);
const DevicesScreen = lazy(screens.devices);
const AuditScreen = lazy(screens.audit);
const InboxScreen = lazy(screens.inbox);
const InspectorScreen = lazy(screens.inspector);
const SettingsScreen = lazy(screens.settings);

/** Fetches them all while the master is there: a first visit has no service worker to ask later. */
export async function fetchScreens(): Promise<void> {
  // One after the other: what each needs is put into the page in a piece of its own.
  for (const fetch of Object.values(screens)) await fetch().catch(() => undefined);
}

/** One screen per address; whatever is unknown is the till. */
export function Routes() {
  const [path] = useLocation();
  // Deferred, so that drawing a screen gives way to keys and scans in between. The first one comes
  // after the frame around it: together they would hold the main thread too long.
  const shown = useDeferredValue<string | null>(path, null);
  if (shown === null) return null;
  return (
    <Suspense>
      <Switch location={shown}>
        <Route path="/sales" component={SalesScreen} />
        <Route path="/products" component={ProductsScreen} />
        <Route path="/stock" component={StockScreen} />
        <Route path="/customers" component={CustomersScreen} />
        <Route path="/drawer" component={DrawerScreen} />
        <Route path="/staff" component={EmployeesScreen} />
        <Route path="/tasks" component={InboxScreen} />
        <Route path="/devices" component={DevicesScreen} />
        <Route path="/audit" component={AuditScreen} />
        <Route path="/sync" component={InspectorScreen} />
        <Route path="/settings" component={SettingsScreen} />
        <Route component={TillScreen} />
      </Switch>
    </Suspense>
  );
}
