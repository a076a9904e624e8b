import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { afterEvent } from "../../lib/after-event";
import { useFormat } from "../../lib/use-format";
import type { HeldSale } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { Confirm } from "../../ui/confirm";
import { Empty } from "../../ui/empty";
import { notifyDone } from "../../ui/toast";
import { useHeldSales } from "./use-held-sales";
import { useTill, useTillStore } from "./use-till";
import classes from "./hold-dialog.module.css";

/** Holds the cart, or gives a held one back. */
export function HoldDialog(props: { readonly onClose: () => void }) {
  const store = useTillStore();
  const { cart } = useTill();
  const backend = useBackend();
  const format = useFormat();
  const held = useHeldSales();
  const [label, setLabel] = useState("");
  const [dropping, setDropping] = useState<HeldSale | null>(null);
  const full = cart.lines.length > 0;
  const { run, busy, error } = useMutation((action: () => Promise<void>) => action());

  const hold = () =>
    run(async () => {
      const name = label.trim() === "" ? t.hold.fallback(format.time(Date.now())) : label.trim();
      if (await store.hold(name)) notifyDone(t.hold.held(name));
      props.onClose();
    });
  const recall = (sale: HeldSale) =>
    run(async () => {
      await store.recall(sale.id);
      props.onClose();
    });
  const drop = (sale: HeldSale) => {
    setDropping(null);
    return run(() => backend.dropHeld(sale.id));
  };

  return (
    <Modal opened onClose={props.onClose} closeOnEscape={dropping === null} title={t.hold.title} size="lg">
      <Stack gap="md">
        {full && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void hold();
            }}
          >
            <Group align="flex-end" wrap="nowrap">
              <TextInput
                flex={1}
                label={t.hold.label}
                placeholder={t.hold.labelPlaceholder}
                description={t.common.optional}
                data-autofocus
                maxLength={60}
                value={label}
                onChange={(event) => setLabel(event.currentTarget.value)}
              />
              <Button type="submit" loading={busy}>{t.hold.holdNow}</Button>
            </Group>
          </form>
        )}
        {error !== null && <Text c="var(--ts-bad)" role="alert">{error.message}</Text>}
        {held !== null && held.items.length === 0 && !full && <Empty title={t.hold.none} hint={t.hold.noneHint} />}
        {held !== null && held.items.length > 0 && (
          <>
            {full && <Text c="dimmed">{t.hold.cartFull}</Text>}
            <ul className={classes.list}>
              {held.items.map((sale) => (
                <li key={sale.id} className={classes.row}>
                  <div className={classes.what}>
                    <strong>{sale.label}</strong>
                    <span className={classes.detail}>
                      {[format.time(sale.held_at), sale.employee_name, t.hold.lines(sale.line_count)].filter(Boolean).join(" · ")}
                    </span>
                  </div>
                  <span className={classes.total}>{format.money(sale.total)}</span>
                  <Button variant="default" disabled={busy} onClick={() => setDropping(sale)}>{t.hold.drop}</Button>
                  <Button disabled={full || busy} onClick={() => void recall(sale)}>{t.hold.recall}</Button>
                </li>
              ))}
            </ul>
          </>
        )}
      </Stack>
      <Confirm
        opened={dropping !== null}
        title={t.hold.dropTitle(dropping?.label ?? "")}
        hint={t.hold.dropHint}
        action={t.hold.drop}
        onCancel={afterEvent(() => setDropping(null))}
        onConfirm={() => {
          if (dropping !== null) void drop(dropping);
        }}
      />
    </Modal>
  );
}
