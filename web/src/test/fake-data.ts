import type { Category, Employee, Id, LoginUser, Permission, Product, Role, ShopInfo, SyncStatus } from "../sync/backend";

/*
 * Data for the fake backend of component tests and screenshots. Nothing of this is in a production
 * build.
 */
const NAMES = [
  "White hanging heart T-light holder",
  "Regency cakestand 3 tier",
  "Jumbo bag red retrospot",
  "Assorted colour bird ornament",
  "Party bunting",
  "Lunch bag black skull",
  "Set of 3 cake tins pantry design",
  "Pack of 72 retrospot cake cases",
  "Paper chain kit 50's Christmas",
  "Natural slate heart chalkboard",
  "Heart of wicker small",
  "Jam making set with jars",
  "Rabbit night light",
  "Wooden picture frame white finish",
  "Alarm clock bakelike green",
  "Hand warmer union jack",
  "Red woolly hottie white heart",
  "Glass star frosted T-light holder",
  "Victorian glass hanging T-light",
  "Zinc metal heart decoration",
  "Doormat keep calm and come in",
  "Lantern, powder blue, for the garden table",
  "Wiederverwendbare Geschenkverpackungsschleife",
  "Mixed nuts, loose",
] as const;

export const CATEGORIES: readonly Category[] = ["Lights", "Bags", "Kitchen", "Seasonal", "Home", "Garden"].map((name, index) => ({
  id: `category-${String(index)}`,
  version: 1,
  name,
  position: index,
}));

export function makeProducts(count: number): Product[] {
  return Array.from({ length: count }, (_, index) => {
    const name = NAMES[index % NAMES.length] ?? "";
    const round = Math.floor(index / NAMES.length);
    return {
      id: `product-${String(index)}`,
      version: 1,
      name: round === 0 ? name : `${name} no. ${String(round + 1)}`,
      code: String(20_000 + index),
      barcode: ean13(`40063813${String(index % 10_000).padStart(4, "0")}`),
      category: CATEGORIES[index % CATEGORIES.length]?.id ?? null,
      price: 85 + ((index * 37) % 40) * 25,
      cost: null,
      tax_rate: 2000,
      unit: name.includes("loose") ? "kg" : "pc",
      stocked: true,
      reorder_level: 5000,
      archived: false,
      on_hand: index % 9 === 4 ? 0 : index % 7 === 3 ? 3000 : 48_000,
    };
  });
}

export function ean13(first: string): string {
  const sum = [...first].reduce((all, digit, index) => all + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return `${first}${String((10 - (sum % 10)) % 10)}`;
}

export const PEOPLE: readonly (LoginUser & { readonly pin: string })[] = [
  { id: "anna", name: "Anna Berger", role: "owner", lockedUntil: null, pin: "1111" },
  { id: "marco", name: "Marco Rossi", role: "manager", lockedUntil: null, pin: "2222" },
  { id: "cleo", name: "Cleo Winter", role: "cashier", lockedUntil: null, pin: "3333" },
  { id: "sam", name: "Sam O'Neill", role: "stock_clerk", lockedUntil: null, pin: "4444" },
];

export function makeEmployees(): Employee[] {
  return PEOPLE.map(({ id, name, role }) => ({ id, version: 1, name, role, active: true, email: `${id}@example.com` }));
}

const CLERK: readonly Permission[] = ["edit_products", "adjust_stock", "receive_stock"];
const CASHIER: readonly Permission[] = ["sell", "discount", "refund", "use_drawer", "edit_customers"];
export const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  owner: [...CASHIER, ...CLERK, "edit_settings", "override_price", "refund_without_receipt", "sell_expired", "manage_employees", "close_tasks", "resolve_conflicts", "manage_devices", "view_audit", "view_reports", "manage_credit"],
  manager: [...CASHIER, ...CLERK, "override_price", "refund_without_receipt", "sell_expired", "manage_employees", "close_tasks", "resolve_conflicts", "manage_devices", "view_audit", "view_reports", "manage_credit"],
  cashier: CASHIER,
  stock_clerk: CLERK,
  viewer: [],
};

/** The cashier's own limit in the fake. */
export const CASHIER_DISCOUNT = 1000;

export function initialOf(id: Id): LoginUser | undefined {
  return PEOPLE.find((person) => person.id === id);
}

export const SHOP: ShopInfo = {
  name: "Corner Gifts",
  addressLines: ["12 Market Street", "Bath BA1 5AA"],
  currency: "GBP",
  exponent: 2,
  locale: "en-GB",
  till: "T03",
  taxIncluded: true,
  taxRates: [
    { name: "Standard", rate: 2000 },
    { name: "Reduced", rate: 500 },
    { name: "Zero", rate: 0 },
  ],
  cashRounding: 1,
  demo: true,
  insecureLan: false,
};

export const ONLINE: SyncStatus = {
  connection: { state: "online" },
  since: 0,
  device: { id: "0192f3aa-0000-7000-8000-000000000003", name: "Till 3", kind: "till", readOnly: false },
  registered: true,
  role: "client",
  master: "http://127.0.0.1:8080",
  pending: 0,
  oldestPendingAt: null,
  stalled: false,
  inFlight: 0,
  attention: 0,
  conflicts: 0,
  tasks: 0,
  lastSyncedAt: 1_795_000_000_000,
  firstSync: null,
  clockSkewMs: 0,
  lastError: null,
  storage: { durability: "kept", recordsKept: true, usedBytes: 42_000_000, quotaBytes: 10_000_000_000, nearlyFull: false },
};
