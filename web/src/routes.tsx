import { Route, Switch } from "wouter";
import { EmployeesScreen } from "./features/employees/employees-screen";
import { InspectorScreen } from "./features/inspector/inspector-screen";
import { ProductsScreen } from "./features/products/products-screen";
import { SalesScreen } from "./features/sales/sales-screen";
import { SettingsScreen } from "./features/settings/settings-screen";
import { TillScreen } from "./features/till/till-screen";

/** One screen per address; whatever is unknown is the till. */
export function Routes() {
  return (
    <Switch>
      <Route path="/sales" component={SalesScreen} />
      <Route path="/products" component={ProductsScreen} />
      <Route path="/staff" component={EmployeesScreen} />
      <Route path="/sync" component={InspectorScreen} />
      <Route path="/settings" component={SettingsScreen} />
      <Route component={TillScreen} />
    </Switch>
  );
}
