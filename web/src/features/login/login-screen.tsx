import { Text } from "@mantine/core";
import { t } from "../../i18n";
import type { Session } from "../../sync/backend";
import { useShop } from "../../sync/context";
import { ConnectionBanner } from "../../ui/connection-banner";
import { ConnectionChip } from "../../ui/connection-chip";
import { LoginForm } from "./login-form";
import classes from "./login-screen.module.css";

interface LoginScreenProps {
  /** Set while locked: their PIN is asked first. */
  readonly lockedBy: Session | null;
  readonly onLogin: (session: Session) => void;
}

/** The whole page while nobody is logged in. */
export function LoginScreen(props: LoginScreenProps) {
  const shop = useShop();
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
        <LoginForm
          title={t.login.title}
          hint={shop.demo ? t.login.demoHint : null}
          lockedBy={props.lockedBy}
          onLogin={props.onLogin}
        />
      </main>
    </div>
  );
}
