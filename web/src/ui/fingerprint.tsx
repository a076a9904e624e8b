import classes from "./fingerprint.module.css";

const IN_A_ROW = 4;

/** What a certificate is known by, in rows that two people can read to each other. */
export function Fingerprint(props: { readonly groups: readonly string[] }) {
  const rows = Array.from({ length: Math.ceil(props.groups.length / IN_A_ROW) }, (_, row) => props.groups.slice(row * IN_A_ROW, (row + 1) * IN_A_ROW));
  return (
    <div className={classes.print} data-testid="fingerprint">
      {rows.map((row, at) => <span key={at}>{row.join(" ")}</span>)}
    </div>
  );
}
