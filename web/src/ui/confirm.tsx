import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { t } from "../i18n";

interface ConfirmProps {
  readonly opened: boolean;
  readonly title: string;
  readonly hint: string;
  /** What will happen, as a verb. */
  readonly action: string;
  readonly cancel?: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** For what cannot be undone. The safe answer has the focus. */
export function Confirm(props: ConfirmProps) {
  return (
    <Modal opened={props.opened} onClose={props.onCancel} title={props.title} size="sm">
      <Stack gap="lg">
        <Text>{props.hint}</Text>
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={props.onCancel}>{props.cancel ?? t.common.cancel}</Button>
          <Button color="red" onClick={props.onConfirm}>{props.action}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
