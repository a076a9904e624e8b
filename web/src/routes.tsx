import { lazy, Suspense, useDeferredValue } from "react";
import { Route, Switch, useLocation } from "wouter";
import { TillScreen } from "./features/till/till-screen";

// Only the till is there from the start; the others come when they are wanted, from the cache of the app.
const SalesScreen = lazy(async () => ({ default: (await import("./features/sales/sales-screen")).SalesScreen }));
const ProductsScreen = lazy(async () => ({ default: (await import("./features/products/products-screen")).ProductsScreen }));
const EmployeesScreen = lazy(async () => ({ default: (await import("./features/employees/employees-screen")).EmployeesScreen }));
const InspectorScreen = lazy(async () => ({ default: (await import("./features/inspector/inspector-screen")).InspectorScreen }));
const SettingsScreen = lazy(async () => ({ default: (await import("./features/settings/settings-screen")).SettingsScreen }));

/** One screen per address; whatever is unknown is the till. */
export function Routes() {
  const [path] = useLocation();
  // Deferred, so that drawing a screen gives way to keys and scans in between.
  const shown = useDeferredValue(path);
  return (
    <Suspense>
      <Switch location={shown}>
        <Route path="/sales" component={SalesScreen} />
        <Route path="/products" component={ProductsScreen} />
        <Route path="/staff" component={EmployeesScreen} />
        <Route path="/sync" component={InspectorScreen} />
        <Route path="/settings" component={SettingsScreen} />
        <Route component={TillScreen} />
      </Switch>
    </Suspense>
  );
}
