import { Button, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useCallback, useMemo } from "react";
import { t } from "../i18n";
import type { Id, Printed, Printing, SyncBackend } from "../sync/backend";
import { toBackendError } from "../sync/backend-error";
import { useBackend } from "../sync/context";
import { useAsked } from "../sync/use-asked";
import { useStatusPart } from "../sync/use-status";
import { notifyDone } from "./toast";

/** Where paper would come out now; `null` until it is known. */
export function usePrinting(): Printing | null {
  const backend = useBackend();
  // The main server's printer is only there while that is.
  const state = useStatusPart((status) => status.connection.state);
  return useAsked(useCallback(() => backend.printing(), [backend]), state).value;
}

/** Prints, and says so where it did not: nobody waits for it. */
export function printOr(print: () => Promise<Printed>, failed: (why: string) => string, dialog: (() => void) | null): void {
  print().then(
    (printed) => {
      if (printed === "done") notifyDone(t.printing.printed);
    },
    (thrown: unknown) => notifyNotPrinted(failed(toBackendError(thrown).message), () => printOr(print, failed, dialog), dialog),
  );
}

/** Prints a sale or refund that was just made, where the settings say so, and opens the drawer; `null` where there can be no printer. */
export function usePrintMade(): ((id: Id) => void) | null {
  const backend = useBackend();
  const hasOwn = (usePrinting()?.settings ?? null) !== null;
  return useMemo(() => (hasOwn ? (id) => printMade(backend, id) : null), [backend, hasOwn]);
}

function printMade(backend: SyncBackend, id: Id): void {
  backend.printReceipt(id, "made").catch((thrown: unknown) => {
    const again = () => printOr(() => backend.printReceipt(id, "first"), t.printing.notPrinted, null);
    notifyNotPrinted(t.printing.notPrinted(toBackendError(thrown).message), again, null);
  });
}

/** Stays until somebody reads it: the customer may want their receipt. */
function notifyNotPrinted(message: string, again: () => void, dialog: (() => void) | null): void {
  const act = (how: () => void) => () => {
    notifications.hide(id);
    how();
  };
  const id = notifications.show({
    autoClose: 30_000,
    color: "yellow",
    icon: <IconAlertTriangle size={20} aria-hidden />,
    message: (
      <Stack gap="xs">
        <Text>{message}</Text>
        <Group gap="xs">
          <Button size="md" variant="default" onClick={act(again)}>{t.printing.again}</Button>
          {dialog !== null && <Button size="md" variant="default" onClick={act(dialog)}>{t.printing.dialog}</Button>}
        </Group>
      </Stack>
    ),
  });
}
