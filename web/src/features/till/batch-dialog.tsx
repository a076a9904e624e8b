import { Modal, UnstyledButton } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { type KeyboardEvent, useRef } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { CartLine, Id } from "../../sync/backend";
import { ExpiryText } from "../stock/expiry-text";
import classes from "../stock/stock.module.css";
import { useBatches } from "../stock/use-batches";

interface BatchDialogProps {
  readonly line: CartLine;
  /** The line's product: what has no record has no batches either. */
  readonly product: Id;
  /** `null`: whatever expires first. */
  readonly onChoose: (lot: string | null, expiry: string | null) => void;
  readonly onClose: () => void;
}

/** Which batch the goods of a line are of: one press, or arrows and Enter. */
export function BatchDialog(props: BatchDialogProps) {
  const { line, onChoose } = props;
  const format = useFormat();
  const { batches } = useBatches(props.product);
  const list = useRef<HTMLUListElement>(null);
  const move = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const choices = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = choices.findIndex((each) => each === document.activeElement);
    choices.at((at + by) % choices.length)?.focus();
  };
  const there = batches?.batches.filter((batch) => batch.onHand > 0 || batch.lot === line.batch) ?? [];
  return (
    <Modal opened onClose={props.onClose} title={t.lots.title(line.name)} data-scan="off">
      <ul ref={list} className={classes.choices} aria-label={t.lots.choose} onKeyDown={move}>
        <li>
          <UnstyledButton className={classes.choice} data-autofocus data-chosen={line.batch === null} onClick={() => onChoose(null, null)}>
            <span className={classes.what}>
              <strong>{t.lots.automatic}</strong>
              <span className={classes.detail}>{t.lots.automaticHint}</span>
            </span>
            {line.batch === null && <IconCheck size={22} aria-hidden />}
          </UnstyledButton>
        </li>
        {there.map((batch) => (
          <li key={batch.id}>
            <UnstyledButton className={classes.choice} data-chosen={line.batch === batch.lot} onClick={() => onChoose(batch.lot, batch.expiry)}>
              <span className={classes.what}>
                <strong>{t.lots.lot(batch.lot)}</strong>
                <ExpiryText expiry={batch.expiry} expired={batch.expired} today={batches?.today ?? ""} />
              </span>
              <span className={classes.amount}>{format.quantity(batch.onHand)}</span>
              {line.batch === batch.lot && <IconCheck size={22} aria-hidden />}
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {batches !== null && there.length === 0 && <p className={classes.none}>{t.lots.none}</p>}
    </Modal>
  );
}
