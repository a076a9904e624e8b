import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { t } from "../../i18n";

interface DrawerDialogProps {
  readonly title: string;
  readonly action: string;
  readonly busy: boolean;
  readonly error: string | undefined;
  /** The way back, instead of closing. */
  readonly back?: { readonly label: string; readonly onBack: () => void };
  /** Room for two columns. */
  readonly wide?: boolean;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A form about the drawer: one Enter, one act. */
export function DrawerDialog(props: DrawerDialogProps) {
  return (
    <Modal opened onClose={props.onClose} title={props.title} size={props.wide === true ? "lg" : "md"}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onSubmit();
        }}
      >
        <Stack gap="md">
          {props.children}
          {props.error !== undefined && <Text c="var(--ts-bad)" role="alert">{props.error}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.back?.onBack ?? props.onClose}>{props.back?.label ?? t.common.cancel}</Button>
            <Button type="submit" loading={props.busy}>{props.action}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
