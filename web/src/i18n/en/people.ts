/** Who may use the till: setting up, login, staff. */
import { plural } from "../plural";

export const login = {
  title: "Who is selling?",
  pinFor: (name: string) => `PIN of ${name}`,
  otherUser: "Other user",
  locked: "Locked",
  lockedBy: (name: string) => `Locked by ${name}. The cart is kept.`,
  wrongPin: (left: number) => `Wrong PIN. ${plural(left, "try", "tries")} left.`,
  lockedOut: (seconds: number) => `Too many wrong tries. Try again in ${String(seconds)} s, or ask another user to log in.`,
  expired: "This till has not reached the main server for too long to check this PIN. Connect once, or ask another user.",
  unknownUser: "This user is not known on this till any more. Choose another one.",
  noUsers: "No users here yet",
  noUsersHint: "They appear as soon as this till has received the shop's data from the main server.",
  digits: (n: number) => `${plural(n, "digit", "digits")} typed`,
  demoHint: "Sample shop: the users and their PINs are printed where the demo was started.",
  roles: { owner: "Owner", manager: "Manager", cashier: "Cashier", stock_clerk: "Stock clerk", viewer: "Viewer" },
  enter: "Log in",
  deleteDigit: "Delete last digit",
};

export const enrol = {
  title: "Set up this till",
  hint: "A manager opens a code on the main server. It is valid for five minutes.",
  code: "Code",
  codePlaceholder: "8 characters",
  codeWrong: "The code has 8 letters and digits.",
  device: "Name of this till",
  devicePlaceholder: "Till 1",
  deviceMissing: "Give this till a name, so that others know it.",
  submit: "Set up",
  offline: "The main server is not reachable. Setting up needs it once; selling later does not.",
  howTo: "On the machine of the main server:",
};

export const blocked = {
  otherTabTitle: "This till is open in another tab",
  otherTabHint: "One tab sells at a time. If you take over, the other one stops and the cart comes here.",
  takeOver: "Take over",
  memoryTitle: "This window keeps nothing",
  memoryHint: "Private windows forget everything when they close. Open the till in a normal window to sell.",
  lostTitle: "The storage was closed",
  lostHint: "The browser closed this till's storage. Reload the page; what was sold before is safe.",
  insecureTitle: "Not a secure connection",
  insecureHint: "On plain http the browser offers no offline start and no safe storage. Selling works only while this page stays open. Ask for the https address.",
};

export const override = {
  title: "Needs approval",
  choose: "Who approves this?",
  nobody: "Nobody who may approve this is known on this till.",
  notAllowed: (name: string) => `${name} may not approve this. Choose somebody else.`,
  approve: "Approve",
};

export const employees = {
  title: "Staff",
  search: "Search by name",
  new: "Add person",
  editTitle: (name: string) => `Edit ${name}`,
  newTitle: "Add person",
  name: "Name",
  email: "E-mail",
  role: "Role",
  active: "Works here",
  inactive: "Left",
  pin: "New PIN",
  pinHint: "4 to 8 digits. Leave empty to keep the old one.",
  pinHintNew: "4 to 8 digits.",
  pinInvalid: "A PIN has 4 to 8 digits.",
  nameMissing: "A person needs a name.",
  emailInvalid: "That is no e-mail address.",
  saved: (name: string) => `Saved ${name}`,
  needsMaster: "Users and roles are changed on the main server, which is not reachable now. Selling goes on.",
  readOnly: "Your role can look at staff but not change it.",
  none: "Nobody here yet",
  noneHint: "Add the people who sell; each gets a PIN.",
  noMatch: "Nobody matches",
  may: "May",
  list: "List of staff",
  permissions: {
    sell: "sell",
    discount: "give discounts",
    override_price: "change prices while selling",
    refund: "refund with receipt",
    refund_without_receipt: "refund without receipt",
    edit_products: "change products",
    adjust_stock: "correct stock",
    receive_stock: "receive goods",
    manage_employees: "manage staff",
    view_reports: "see reports",
  },
};
