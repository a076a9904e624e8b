import { askToPersist } from "../lib/storage";

let asked = false;

/**
 * Asks the browser once to keep this till's data, when somebody has logged in: a page that is only
 * looked at has nothing to keep, and a question that comes with the first sale comes in the way.
 */
export async function askOnceToPersist(): Promise<void> {
  if (asked) return;
  asked = true;
  await askToPersist();
}
