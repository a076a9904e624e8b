import { TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { CashCount, DrawerCount, DrawerReport, Id, Minor } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";
import { DrawerDialog } from "./drawer-dialog";
import classes from "./drawer.module.css";
import { useReason } from "./use-reason";

interface CloseDialogProps {
  readonly session: Id;
  readonly coins: readonly Minor[];
  readonly onDone: (report: DrawerReport) => void;
  readonly onClose: () => void;
}

/** First the count, without knowing what should be there; then what it comes to, and the end. */
export function CloseDialog(props: CloseDialogProps) {
  const backend = useBackend();
  const format = useFormat();
  const [typed, setTyped] = useState<ReadonlyMap<Minor, string>>(new Map());
  const [found, setFound] = useState<DrawerCount | null>(null);
  const { reason, refuse, field } = useReason();
  const counts: CashCount[] = [...typed].map(([value, text]) => ({ value, count: Number(text) })).filter(({ count }) => count > 0);
  const sum = counts.reduce((all, { value, count }) => all + value * count, 0);
  const [uncounted, setUncounted] = useState(false);
  const counting = useMutation(async () => {
    // Whoever has typed nothing has not counted, and would only read what should be there.
    const nothing = ![...typed.values()].some((text) => text !== "");
    setUncounted(nothing);
    if (!nothing) setFound(await backend.countDrawer(counts));
  });
  const closing = useMutation(async () => {
    if (found === null) return;
    if (found.difference !== 0 && reason === null) {
      refuse(t.drawer.whyMissing);
      return;
    }
    const report = await backend.closeDrawer({ session: props.session, counts, reason });
    notifyDone(t.drawer.done(t.drawer.number(report.closing?.number ?? 0)));
    props.onDone(report);
  });

  if (found === null) {
    return (
      <DrawerDialog
        key="count"
        wide
        title={t.drawer.countTitle}
        action={t.drawer.goOn}
        busy={counting.busy}
        error={counting.error?.message ?? (uncounted ? t.drawer.uncounted : undefined)}
        onSubmit={() => void counting.run()}
        onClose={props.onClose}
      >
        <p className={classes.hint}>{t.drawer.countHint}</p>
        <div className={classes.coins}>
          {props.coins.map((value, index) => {
            const text = typed.get(value) ?? "";
            return (
              <label key={value} className={classes.coin}>
                <span>{format.money(value)}</span>
                <TextInput
                  aria-label={t.drawer.coin(format.money(value))}
                  inputMode="numeric"
                  autoComplete="off"
                  {...(index === 0 ? { "data-autofocus": true } : {})}
                  value={text}
                  maxLength={5}
                  onChange={(event) => {
                    const digits = event.currentTarget.value.replace(/\D/g, "");
                    setTyped(new Map(typed).set(value, digits));
                  }}
                />
                <span className={classes.worth}>{text === "" ? "" : format.price(value * Number(text))}</span>
              </label>
            );
          })}
        </div>
        <p className={classes.sum}><span>{t.drawer.counted}</span> <strong>{format.money(sum)}</strong></p>
      </DrawerDialog>
    );
  }
  const { difference } = found;
  return (
    <DrawerDialog
      key="close"
      title={t.drawer.closeTitle}
      action={t.drawer.closeIt}
      busy={closing.busy}
      error={closing.error?.message}
      back={{ label: t.drawer.recount, onBack: () => setFound(null) }}
      onSubmit={() => void closing.run()}
      onClose={props.onClose}
    >
      <dl className={classes.found}>
        <dt>{t.drawer.counted}</dt>
        <dd>{format.money(found.counted)}</dd>
        <dt>{t.drawer.expected}</dt>
        <dd>{format.money(found.expected)}</dd>
      </dl>
      <p className={classes.verdict} data-right={difference === 0} role="status">
        {difference === 0 ? t.drawer.right : difference < 0 ? t.drawer.short(format.money(-difference)) : t.drawer.over(format.money(difference))}
      </p>
      {difference !== 0 && (
        <TextInput label={t.drawer.why} description={t.drawer.whyHint} data-autofocus maxLength={200} {...field} />
      )}
    </DrawerDialog>
  );
}
