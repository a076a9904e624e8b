import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./page.module.css";

/** Title, tools and a body that fills what is left. */
export function Page(props: { readonly title: string; readonly note?: string; readonly tools?: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Title order={1} size="h3">{props.title}</Title>
        <span className={classes.note} role="status">{props.note}</span>
        {props.tools !== undefined && <div className={classes.tools}>{props.tools}</div>}
      </header>
      <div className={classes.body}>{props.children}</div>
    </div>
  );
}
