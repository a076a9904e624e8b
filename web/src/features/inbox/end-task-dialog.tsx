import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import type { Task, TaskAction } from "../../sync/backend";
import { asSentence } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";

interface EndTaskDialogProps {
  readonly task: Task;
  readonly action: TaskAction;
  readonly onClose: () => void;
}

/** What was done about a task, for whoever looks later. */
export function EndTaskDialog(props: EndTaskDialogProps) {
  const { task, action } = props;
  const backend = useBackend();
  const [note, setNote] = useState("");
  const { run, busy, error } = useMutation(async () => {
    await backend.closeTask({ task: task.id, count: task.count, action, note: note.trim() });
    notifyDone(t.tasks.closed);
    props.onClose();
  });
  return (
    <Modal opened onClose={props.onClose} title={t.tasks.actions[action]}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="md">
          <Text>{asSentence(task.message)}</Text>
          <TextInput
            label={t.tasks.note}
            description={`${t.tasks.noteHint} (${t.common.optional})`}
            data-autofocus
            maxLength={200}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Text c="var(--ts-bad)" role="alert">{error?.message}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
            <Button type="submit" loading={busy}>{t.tasks.close}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
