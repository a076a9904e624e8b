import { en } from "./en";

/** Every text of the app. Another language is another object of this type. */
export const t: Texts = en;
export type Texts = typeof en;
