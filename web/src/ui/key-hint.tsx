import classes from "./key-hint.module.css";

/** The key that does the same, shown on the button. Hidden where there is no keyboard. */
export function KeyHint(props: { readonly children: string }) {
  return <kbd className={classes.key} aria-hidden>{props.children}</kbd>;
}
