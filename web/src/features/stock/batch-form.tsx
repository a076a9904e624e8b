import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { difference } from "../../lib/difference";
import { useFormat } from "../../lib/use-format";
import type { BatchChanges, BatchRow } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";

interface BatchDialogProps {
  readonly batch: BatchRow;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** What somebody misread: the date or the cost of a batch. */
export function BatchDialog(props: BatchDialogProps) {
  const [batch] = useState(props.batch);
  const backend = useBackend();
  const format = useFormat();
  const [expiry, setExpiry] = useState(batch.expiry ?? "");
  const [cost, setCost] = useState(batch.cost === null ? "" : format.editable(batch.cost));
  const [problem, setProblem] = useState<string | null>(null);
  const { run, busy, error } = useMutation(async () => {
    const amount = cost.trim() === "" ? null : format.parse(cost);
    if (cost.trim() !== "" && (amount === null || amount < 0)) {
      setProblem(t.stock.costInvalid);
      return;
    }
    const shown: Required<BatchChanges> = { expiry: batch.expiry, cost: batch.cost };
    const [seen, changes] = difference(shown, { expiry: expiry === "" ? null : expiry, cost: amount });
    if (Object.keys(changes).length > 0) {
      await backend.editBatch(batch.id, seen, changes);
      notifyDone(t.stock.saved(batch.lot));
    }
    props.onDone();
  });
  return (
    <Modal opened onClose={props.onClose} title={t.stock.editTitle(batch.lot)} size="sm" data-scan="off">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="md">
          <TextInput label={t.stock.expiry} type="date" data-autofocus value={expiry} onChange={(event) => setExpiry(event.currentTarget.value)} />
          <TextInput
            label={t.stock.cost}
            inputMode="decimal"
            autoComplete="off"
            value={cost}
            error={problem}
            onChange={(event) => {
              setCost(event.currentTarget.value);
              setProblem(null);
            }}
          />
          {error !== null && <Text c="var(--ts-bad)" role="alert">{error.message}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
            <Button type="submit" loading={busy}>{t.common.save}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
