import { Text, TextInput } from "@mantine/core";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";
import { DrawerDialog } from "./drawer-dialog";
import { useReason } from "./use-reason";

/** Opens the cash drawer without a sale: why stands in its report. */
export function NoSaleDialog(props: { readonly onDone: () => void; readonly onClose: () => void }) {
  const backend = useBackend();
  const { reason, refuse, field } = useReason(t.printing.openReason);
  const { run, busy, error } = useMutation(async () => {
    if (reason === null) {
      refuse(t.drawer.reasonMissing);
      return;
    }
    await backend.openCashDrawer(newId(), reason);
    notifyDone(t.printing.opened);
    props.onDone();
  });
  return (
    <DrawerDialog title={t.printing.openTitle} action={t.printing.openDrawer} busy={busy} error={error?.message} onSubmit={() => void run()} onClose={props.onClose}>
      <Text>{t.printing.openHint}</Text>
      <TextInput label={t.drawer.reason} data-autofocus maxLength={120} {...field} />
    </DrawerDialog>
  );
}
