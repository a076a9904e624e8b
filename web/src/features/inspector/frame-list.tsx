import { IconArrowDownLeft, IconArrowUpRight } from "@tabler/icons-react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { FrameLogEntry } from "../../sync/backend";
import classes from "./inspector-screen.module.css";

/** The last frames, newest first. */
export function FrameList(props: { readonly frames: readonly FrameLogEntry[] }) {
  const format = useFormat();
  return (
    <ol className={classes.rows} data-testid="frames">
      {props.frames.toReversed().map((frame, index) => (
        <li key={index} className={classes.frame}>
          <time dateTime={new Date(frame.at).toISOString()}>{format.clock(frame.at)}</time>
          <span className={classes.direction} data-direction={frame.direction} title={t.inspector[frame.direction]}>
            {frame.direction === "in" ? <IconArrowDownLeft size={16} aria-label={t.inspector.in} /> : <IconArrowUpRight size={16} aria-label={t.inspector.out} />}
          </span>
          <span className={classes.kind}>{frame.kind}</span>
          <span className={classes.summary}>{frame.summary}</span>
          <span className={classes.bytes}>{t.inspector.bytes(format.count(frame.bytes))}</span>
        </li>
      ))}
    </ol>
  );
}
