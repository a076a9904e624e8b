/** English, a file per group of screens. */
import * as audit from "./en/audit";
import * as customers from "./en/customers";
import * as devices from "./en/devices";
import * as drawer from "./en/drawer";
import * as frame from "./en/frame";
import * as inbox from "./en/inbox";
import * as inspector from "./en/inspector";
import * as people from "./en/people";
import * as printing from "./en/printing";
import * as products from "./en/products";
import * as sales from "./en/sales";
import * as settings from "./en/settings";
import * as stock from "./en/stock";
import * as till from "./en/till";

export const en = {
  ...frame,
  ...people,
  ...printing,
  ...till,
  ...sales,
  ...products,
  ...inbox,
  ...inspector,
  ...audit,
  ...customers,
  ...devices,
  ...drawer,
  ...settings,
  ...stock,
};
