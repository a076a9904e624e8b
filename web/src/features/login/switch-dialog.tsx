import { Modal } from "@mantine/core";
import { t } from "../../i18n";
import type { Session } from "../../sync/backend";
import { useTill } from "../till/use-till";
import { LoginForm } from "./login-form";

interface SwitchDialogProps {
  readonly session: Session;
  readonly onLogin: (session: Session) => void;
  readonly onClose: () => void;
}

/** Somebody else takes over; the till stays open behind, and whoever is there stays until the PIN is right. */
export function SwitchDialog(props: SwitchDialogProps) {
  const { cart } = useTill();
  return (
    <Modal opened onClose={props.onClose} title={t.frame.switchUser} size="lg" data-scan="off">
      <LoginForm
        title={t.login.switchTitle}
        hint={cart.lines.length === 0 ? null : t.login.switchHint(props.session.name)}
        except={props.session.employeeId}
        onLogin={props.onLogin}
      />
    </Modal>
  );
}
