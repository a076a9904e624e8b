import type { ReactNode } from "react";
import classes from "./facts.module.css";

/** What is known of one thing: names (`dt`) and their values (`dd`) beside each other. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}
