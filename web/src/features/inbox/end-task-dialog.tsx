import { TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import type { Task, TaskAction } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";
import { TaskDialog } from "./task-dialog";

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
    <TaskDialog
      task={task}
      title={t.tasks.actions[action]}
      action={t.tasks.close}
      busy={busy}
      error={error}
      onSubmit={() => void run()}
      onClose={props.onClose}
    >
      <TextInput
        label={t.tasks.note}
        description={`${t.tasks.noteHint} (${t.common.optional})`}
        data-autofocus
        maxLength={200}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </TaskDialog>
  );
}
