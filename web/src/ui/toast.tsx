import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { t } from "../i18n";

/** Said in passing: it worked. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: "green", icon: <IconCheck size={20} aria-hidden />, autoClose: 4000 });
}

/** Something was refused; stays long enough to be read. */
export function notifyProblem(message: string): void {
  notifications.show({ message, color: "red", icon: <IconAlertTriangle size={20} aria-hidden />, autoClose: 10_000 });
}

/** It happened, and can be taken back while the toast stands. */
export function notifyUndo(message: string, undo: () => void): void {
  const id = notifications.show({
    autoClose: 8000,
    color: "teal",
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text>{message}</Text>
        <Button
          size="md"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {t.common.undo}
        </Button>
      </Group>
    ),
  });
}
