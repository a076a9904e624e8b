import { Button, Modal } from "@mantine/core";
import { useCallback, useState } from "react";
import { t } from "../../i18n";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useStatusPart } from "../../sync/use-status";
import { notifyDone } from "../../ui/toast";
import { JoinForm } from "./join-form";

/**
 * For a device that the main server no longer lets in: sent away, or unknown to a server that came
 * back from a backup. What it has not sent yet goes out under its new identity.
 */
export function Rejoin() {
  const backend = useBackend();
  const [open, setOpen] = useState(false);
  const name = useStatusPart((status) => status.device?.name ?? "");
  const { value: about } = useAsked(useCallback(() => backend.about(), [backend]), null);
  const done = () => {
    setOpen(false);
    notifyDone(t.enrol.joinedAgain);
  };
  return (
    <>
      <Button size="md" variant="default" onClick={() => setOpen(true)}>{t.enrol.again}</Button>
      <Modal opened={open && about !== null} onClose={() => setOpen(false)} title={t.enrol.againTitle} size="md">
        {about !== null && <JoinForm about={about} name={name} hint={t.enrol.againHint} onDone={done} />}
      </Modal>
    </>
  );
}
