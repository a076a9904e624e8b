import { Button, Stack, Text, Title } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { t } from "../../i18n";
import { lockedText, refusalText } from "../../lib/login-text";
import { useNow } from "../../lib/use-now";
import type { LoginUser, Session } from "../../sync/backend";
import { useBackend, useShop } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { useQuery } from "../../sync/use-query";
import { ConnectionBanner } from "../../ui/connection-banner";
import { ConnectionChip } from "../../ui/connection-chip";
import { Empty } from "../../ui/empty";
import { PinPad } from "../../ui/pin-pad";
import { UserTiles } from "../../ui/user-tiles";
import classes from "./login-screen.module.css";

interface LoginScreenProps {
  /** Set while locked: their PIN is asked first. */
  readonly lockedBy: Session | null;
  readonly onLogin: (session: Session) => void;
}

/** Tiles of the people, then a PIN. Works without network. */
export function LoginScreen(props: LoginScreenProps) {
  const backend = useBackend();
  const shop = useShop();
  const employees = useQuery({ collection: "employees", limit: 1, fields: ["name"] });
  const [users, setUsers] = useState<readonly LoginUser[] | null>(null);
  const [chosen, setChosen] = useState<string | null>(props.lockedBy?.employeeId ?? null);
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

  return (
    <div className={classes.screen}>
      <ConnectionBanner />
      <section className={classes.top} aria-label={t.frame.label}>
        <Text fw={650}>{shop.name}</Text>
        <Text c="dimmed">{shop.till}</Text>
        <span className={classes.gap} />
        <ConnectionChip />
      </section>
      <main className={classes.main}>
        {users !== null && users.length === 0 && <Empty title={t.login.noUsers} hint={t.login.noUsersHint} />}
        {users !== null && users.length > 0 && user === null && (
          <Stack gap="lg" w="100%" maw={760}>
            <Title order={1} ta="center">{t.login.title}</Title>
            <UserTiles users={users} onChoose={(each) => choose(each.id)} />
            {shop.demo && <Text ta="center" c="dimmed">{t.login.demoHint}</Text>}
          </Stack>
        )}
        {user !== null && (
          <Stack gap="sm" align="center">
            {props.lockedBy?.employeeId === user.id && (
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
        )}
      </main>
    </div>
  );
}
