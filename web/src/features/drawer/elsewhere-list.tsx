import { Button } from "@mantine/core";
import { IconTransferIn } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { OpenElsewhere } from "../../sync/backend";
import { asSentence, toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { Confirm } from "../../ui/confirm";
import { notifyDone, notifyProblem } from "../../ui/toast";
import classes from "./drawer.module.css";

interface ElsewhereListProps {
  readonly tills: readonly OpenElsewhere[];
  readonly onChanged: () => void;
}

/** What other tills have open: a manager takes over what one left behind that is gone or was set up anew. */
export function ElsewhereList(props: ElsewhereListProps) {
  const backend = useBackend();
  const format = useFormat();
  const [chosen, setChosen] = useState<OpenElsewhere | null>(null);
  const { run, busy } = useMutation(async (left: OpenElsewhere) => {
    setChosen(null);
    try {
      await backend.takeOverTill(left.device);
      notifyDone(t.drawer.tookOver(left.till));
    } catch (thrown) {
      notifyProblem(asSentence(toBackendError(thrown).message));
    }
    props.onChanged();
  });
  if (props.tills.length === 0) return null;
  return (
    <section className={classes.reports} aria-label={t.drawer.elsewhere}>
      <h2>{t.drawer.elsewhere}</h2>
      {props.tills.map((left) => (
        <div key={left.device} className={classes.card} data-testid="open-elsewhere">
          <div className={classes.state}>
            <h2>{left.till ?? t.drawer.someTill}</h2>
            {left.openedAt !== null && <p>{t.drawer.since(format.dateTime(left.openedAt), left.openedBy)}</p>}
            {left.held > 0 && <p>{t.drawer.heldThere(left.held)}</p>}
          </div>
          <Button variant="default" leftSection={<IconTransferIn size={20} aria-hidden />} loading={busy} onClick={() => setChosen(left)}>
            {t.drawer.takeOver}
          </Button>
        </div>
      ))}
      <Confirm
        opened={chosen !== null}
        title={t.drawer.takeOverTitle(chosen?.till ?? null)}
        hint={t.drawer.takeOverHint}
        action={t.drawer.takeOver}
        onConfirm={() => {
          if (chosen !== null) void run(chosen);
        }}
        onCancel={() => setChosen(null)}
      />
    </section>
  );
}
