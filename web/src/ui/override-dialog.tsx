import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useSession } from "../features/login/session";
import { t } from "../i18n";
import { refusalText } from "../lib/login-text";
import type { Approval, LoginUser, Permission, Role } from "../sync/backend";
import { asSentence } from "../sync/backend-error";
import { useBackend } from "../sync/context";
import { useMutation } from "../sync/use-mutation";
import { PinPad } from "./pin-pad";
import { UserTiles } from "./user-tiles";

export interface Need {
  readonly permission: Permission;
  readonly reason: string;
}

interface OverrideDialogProps {
  /** `null`: closed. */
  readonly need: Need | null;
  readonly onApproved: (approval: Approval) => void;
  readonly onCancel: () => void;
}

/** A second person lends a permission with their PIN; who is logged in stays logged in. */
export function OverrideDialog(props: OverrideDialogProps) {
  return (
    <Modal opened={props.need !== null} onClose={props.onCancel} title={t.override.title} size="md">
      {props.need !== null && <Steps need={props.need} onApproved={props.onApproved} onCancel={props.onCancel} />}
    </Modal>
  );
}

function Steps(props: { readonly need: Need } & Pick<OverrideDialogProps, "onApproved" | "onCancel">) {
  const { need } = props;
  const backend = useBackend();
  const { session } = useSession();
  const [users, setUsers] = useState<readonly LoginUser[] | null>(null);
  const [chosen, setChosen] = useState<LoginUser | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    const load = async () => {
      const all = await backend.loginUsers();
      const roles = [...new Set(all.map((user) => user.role))];
      const may = new Set<Role>();
      for (const role of roles) {
        if ((await backend.permissions(role)).includes(need.permission)) may.add(role);
      }
      if (current) setUsers(all.filter((user) => may.has(user.role) && user.id !== session.employeeId));
    };
    load().catch(() => {
      if (current) setUsers([]);
    });
    return () => {
      current = false;
    };
  }, [backend, need.permission, session.employeeId]);

  const { run, busy, error } = useMutation(async (user: LoginUser, pin: string) => {
    const result = await backend.verifyOverride(user.id, pin, need.permission);
    if (result.ok) props.onApproved(result.approval);
    else setMessage(refusalText(result, user.name, Date.now()));
  });

  return (
    <Stack gap="md">
      <Text>{asSentence(need.reason)}</Text>
      {chosen === null ? (
        <>
          <Text fw={600}>{t.override.choose}</Text>
          {users?.length === 0 && <Text c="dimmed">{t.override.nobody}</Text>}
          <UserTiles users={users ?? []} focusFirst onChoose={setChosen} />
        </>
      ) : (
        <>
          <Text ta="center" fw={600}>{t.login.pinFor(chosen.name)}</Text>
          <PinPad
            label={t.login.pinFor(chosen.name)}
            message={error?.message ?? message}
            busy={busy}
            submitLabel={t.override.approve}
            onSubmit={(pin) => void run(chosen, pin)}
          />
        </>
      )}
      <Group justify="space-between">
        {chosen === null ? (
          <span />
        ) : (
          <Button variant="default" onClick={() => { setChosen(null); setMessage(null); }}>{t.common.back}</Button>
        )}
        <Button variant="default" onClick={props.onCancel}>{t.common.cancel}</Button>
      </Group>
    </Stack>
  );
}
