import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { t } from "../../i18n";
import type { Task } from "../../sync/backend";
import { asSentence, type BackendError } from "../../sync/backend-error";

interface TaskDialogProps {
  readonly task: Task;
  readonly title: string;
  /** What the button does, as a verb. */
  readonly action: string;
  readonly busy: boolean;
  readonly error: BackendError | null;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What a task says, and a form that does something about it. */
export function TaskDialog(props: TaskDialogProps) {
  return (
    <Modal opened onClose={props.onClose} title={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onSubmit();
        }}
      >
        <Stack gap="md">
          <Text>{asSentence(props.task.message)}</Text>
          {props.children}
          <Text c="var(--ts-bad)" role="alert">{props.error?.message}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
            <Button type="submit" loading={props.busy}>{props.action}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
