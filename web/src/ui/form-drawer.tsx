import { Button, Drawer, Group, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type ReactNode, useState } from "react";
import { t } from "../i18n";
import { afterEvent } from "../lib/after-event";
import { toBackendError } from "../sync/backend-error";
import { useMutation } from "../sync/use-mutation";
import { Confirm } from "./confirm";
import classes from "./form-drawer.module.css";

interface FormDrawerProps<Values> {
  readonly title: string;
  readonly form: UseFormReturnType<Values>;
  /** False: the fields are shown and cannot be changed. */
  readonly editable: boolean;
  /** Called with values that passed the form's checks; the drawer closes when it resolves. */
  readonly onSave: (values: Values) => Promise<void>;
  readonly onClose: () => void;
  /** A dialog of its own lies over it and has the Escape key. */
  readonly covered?: boolean;
  /** Above the fields. */
  readonly head?: ReactNode;
  /** Beside Cancel and Save, for what else can be done with the record. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** One record as a form: what is wrong stands at its field, and what was typed is not lost by accident. */
export function FormDrawer<Values extends object>(props: FormDrawerProps<Values>) {
  const { form, editable } = props;
  const [discarding, setDiscarding] = useState(false);
  const { run, busy, error } = useMutation(async (values: Values) => {
    try {
      await props.onSave(values);
      props.onClose();
    } catch (thrown) {
      const refused = toBackendError(thrown);
      if (refused.field === null || !(refused.field in values)) throw refused;
      form.setFieldError(refused.field, refused.message);
    }
  });
  const close = () => {
    if (form.isDirty()) afterEvent(() => setDiscarding(true))();
    else props.onClose();
  };
  return (
    <Drawer
      opened
      onClose={close}
      closeOnEscape={!discarding && props.covered !== true}
      title={props.title}
      data-scan="off"
    >
      <form onSubmit={form.onSubmit((values) => void run(values))}>
        <Stack gap="sm">
          {props.head}
          <fieldset disabled={!editable} className={classes.fields}>
            <Stack gap="sm">{props.children}</Stack>
          </fieldset>
          {error !== null && <Text c="var(--ts-bad)" role="alert">{error.message}</Text>}
          <Group justify="space-between">
            {props.action ?? <span />}
            <Group gap="xs">
              <Button variant="default" onClick={close}>{editable ? t.common.cancel : t.common.close}</Button>
              {editable && <Button type="submit" loading={busy}>{t.common.save}</Button>}
            </Group>
          </Group>
        </Stack>
      </form>
      <Confirm
        opened={discarding}
        title={t.common.discard}
        hint={t.common.discardHint}
        action={t.common.discardNow}
        cancel={t.common.keepEditing}
        onCancel={afterEvent(() => setDiscarding(false))}
        onConfirm={props.onClose}
      />
    </Drawer>
  );
}
