import { Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { newId } from "../../lib/id";
import { useFormat } from "../../lib/use-format";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { notifyDone } from "../../ui/toast";
import { DrawerDialog } from "./drawer-dialog";

interface OpenDialogProps {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** What lies in the drawer at the beginning. */
export function OpenDialog(props: OpenDialogProps) {
  const backend = useBackend();
  const format = useFormat();
  const [id] = useState(newId);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const { run, busy, error } = useMutation(async () => {
    const float = format.parse(text);
    if (float === null || float < 0) {
      setProblem(t.drawer.invalid);
      return;
    }
    await backend.openDrawer(id, float);
    notifyDone(t.drawer.opened);
    props.onDone();
  });
  return (
    <DrawerDialog title={t.drawer.openTitle} action={t.drawer.openIt} busy={busy} error={error?.message} onSubmit={() => void run()} onClose={props.onClose}>
      <Text c="dimmed">{t.drawer.floatHint}</Text>
      <TextInput
        label={t.drawer.float}
        data-autofocus
        inputMode="decimal"
        autoComplete="off"
        value={text}
        error={problem}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setProblem(null);
        }}
      />
    </DrawerDialog>
  );
}
