import { Button, Stack, Text, Title } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { t } from "../../i18n";
import { lockedText, refusalText } from "../../lib/login-text";
import { useNow } from "../../lib/use-now";
import type { Id, LoginUser, Session } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { useQuery } from "../../sync/use-query";
import { useStatusPart } from "../../sync/use-status";
import { Arriving } from "../../ui/arriving";
import { Empty } from "../../ui/empty";
import { PinPad } from "../../ui/pin-pad";
import { UserTiles } from "../../ui/user-tiles";
import classes from "./login-screen.module.css";

interface LoginFormProps {
  /** What stands over the tiles. */
  readonly title: string;
  readonly hint?: string | null;
  /** Set while locked: their PIN is asked first. */
  readonly lockedBy?: Session | null;
  /** Who is there already, when it is about somebody else. */
  readonly except?: Id;
  readonly onLogin: (session: Session) => void;
}

/** Tiles of the people, then a PIN. Works without network. */
export function LoginForm(props: LoginFormProps) {
  const { lockedBy = null } = props;
  const backend = useBackend();
  const arrived = useStatusPart((status) => status.firstSync?.done ?? null);
  const toArrive = useStatusPart((status) => status.firstSync?.total ?? null);
  const employees = useQuery({ collection: "employees", limit: 1, fields: ["name"] });
  const [users, setUsers] = useState<readonly LoginUser[] | null>(null);
  const [chosen, setChosen] = useState<string | null>(lockedBy?.employeeId ?? null);
  const [message, setMessage] = useState<string | null>(null);

  const reload = useCallback(() => {
    backend.loginUsers().then(setUsers, () => setUsers([]));
  }, [backend]);
  // People arrive and change with the synchronisation.
  useEffect(reload, [reload, employees]);

  const user = users?.find((each) => each.id === chosen) ?? null;
  const now = useNow(1000, user?.lockedUntil !== null);
  const lockedOut = user !== null && user.lockedUntil !== null && user.lockedUntil > now;

  const { run, busy, error } = useMutation(async (who: LoginUser, pin: string) => {
    const result = await backend.login(who.id, pin);
    if (result.ok) {
      props.onLogin(result.session);
      return;
    }
    setMessage(refusalText(result, who.name, Date.now()));
    reload();
  });
  const choose = (id: string | null) => {
    setChosen(id);
    setMessage(null);
  };

  if (users === null) return null;
  if (users.length === 0 && arrived !== null) return <Arriving done={arrived} total={toArrive} />;
  if (users.length === 0) return <Empty title={t.login.noUsers} hint={t.login.noUsersHint} />;
  if (user === null) {
    return (
      <Stack gap="lg" w="100%" maw={760}>
        <Title order={1} ta="center">{props.title}</Title>
        <UserTiles users={users.filter((each) => each.id !== props.except)} focusFirst={props.except !== undefined} onChoose={(each) => choose(each.id)} />
        {typeof props.hint === "string" && <Text ta="center" c="dimmed">{props.hint}</Text>}
      </Stack>
    );
  }
  return (
    <Stack gap="sm" align="center">
      {lockedBy?.employeeId === user.id && (
        <Text className={classes.locked}>
          <IconLock size={20} aria-hidden /> {t.login.lockedBy(user.name)}
        </Text>
      )}
      <Title order={1} ta="center">{t.login.pinFor(user.name)}</Title>
      <PinPad
        key={user.id}
        label={t.login.pinFor(user.name)}
        message={lockedOut ? lockedText(user.lockedUntil, now) : (error?.message ?? message)}
        busy={busy}
        disabled={lockedOut}
        submitLabel={t.login.enter}
        onSubmit={(pin) => void run(user, pin)}
      />
      <Button variant="default" onClick={() => choose(null)}>{t.login.otherUser}</Button>
    </Stack>
  );
}
