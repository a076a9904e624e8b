import { Button } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { t } from "../i18n";
import classes from "./split.module.css";

interface SplitProps {
  /** What is chosen in the list. */
  readonly detail: ReactNode;
  readonly detailLabel: string;
  /** Something is chosen: where there is no room for both, it stands in front of the list. */
  readonly open: boolean;
  readonly children: ReactNode;
}

/** A list, and beside it what is chosen in it. */
export function Split(props: SplitProps) {
  return (
    <div className={classes.split} data-open={props.open}>
      {props.children}
      <section className={classes.detail} aria-label={props.detailLabel} tabIndex={0}>{props.detail}</section>
    </div>
  );
}

/** Back to the list, where list and detail do not stand beside each other. */
export function BackButton(props: { readonly onBack: () => void }) {
  return (
    <Button className={classes.back} variant="default" leftSection={<IconArrowLeft size={20} aria-hidden />} onClick={props.onBack}>
      {t.common.back}
    </Button>
  );
}
