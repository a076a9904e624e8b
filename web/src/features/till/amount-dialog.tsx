import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";

interface AmountDialogProps {
  readonly title: string;
  readonly label: string;
  readonly hint?: string;
  readonly initial: string;
  readonly parse: (text: string) => number | null;
  readonly invalid: string;
  readonly submit: string;
  readonly onSubmit: (value: number) => void;
  readonly onClose: () => void;
}

/** One number, one Enter. */
export function AmountDialog(props: AmountDialogProps) {
  const [text, setText] = useState(props.initial);
  const [error, setError] = useState<string | null>(null);
  return (
    <Modal opened onClose={props.onClose} title={props.title} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const value = props.parse(text);
          if (value === null || value < 0) setError(props.invalid);
          else props.onSubmit(value);
        }}
      >
        <Stack gap="md">
          {props.hint !== undefined && <Text c="dimmed">{props.hint}</Text>}
          <TextInput
            label={props.label}
            inputMode="decimal"
            data-autofocus
            autoComplete="off"
            value={text}
            error={error}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setError(null);
            }}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>{t.common.cancel}</Button>
            <Button type="submit">{props.submit}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
