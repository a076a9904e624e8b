import { Button, Group } from "@mantine/core";
import { IconArrowBarDown, IconArrowBarUp, IconCalculator, IconLockOpen, IconReportMoney } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { DrawerReport, DrawerState } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { usePrinting } from "../../ui/printing";
import { notifyProblem } from "../../ui/toast";
import { useMay } from "../login/session";
import { CashDialog } from "./cash-dialog";
import { CloseDialog } from "./close-dialog";
import classes from "./drawer.module.css";
import { NoSaleDialog } from "./no-sale-dialog";
import { OpenDialog } from "./open-dialog";

interface DrawerCardProps {
  readonly drawer: DrawerState;
  readonly editable: boolean;
  readonly onChanged: () => void;
  readonly onReport: (report: DrawerReport) => void;
}

type Dialog = "open" | "add" | "payout" | "close" | "no_sale";

/** Whether the drawer is open, and what can be done with it. */
export function DrawerCard(props: DrawerCardProps) {
  const { open, coins } = props.drawer;
  const backend = useBackend();
  const format = useFormat();
  const maySee = useMay("view_reports");
  const printing = usePrinting();
  const hasDrawer = printing?.place === "here" && printing.settings?.drawer === true;
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { run: read, busy } = useMutation(async () => {
    if (open === null) return;
    await backend.drawerReport(open.id).then(props.onReport, (thrown: unknown) => notifyProblem((thrown as Error).message));
  });
  const close = () => setDialog(null);
  const done = () => {
    close();
    props.onChanged();
  };
  return (
    <section className={classes.card} data-open={open !== null} aria-label={t.drawer.title}>
      <div className={classes.state}>
        <h2>{open === null ? t.drawer.closed : t.drawer.open}</h2>
        <p>{open === null ? t.drawer.closedHint : t.drawer.since(format.dateTime(open.openedAt), open.openedBy)}</p>
        {open !== null && <p className={classes.float}>{t.drawer.float} <strong>{format.money(open.float)}</strong></p>}
      </div>
      {props.editable && open === null && <Button onClick={() => setDialog("open")}>{t.drawer.openIt}</Button>}
      {open !== null && (
        <Group gap="xs">
          {props.editable && (
            <>
              <Button variant="default" leftSection={<IconArrowBarDown size={20} aria-hidden />} onClick={() => setDialog("add")}>{t.drawer.add}</Button>
              <Button variant="default" leftSection={<IconArrowBarUp size={20} aria-hidden />} onClick={() => setDialog("payout")}>{t.drawer.payout}</Button>
              {hasDrawer && <Button variant="default" leftSection={<IconLockOpen size={20} aria-hidden />} onClick={() => setDialog("no_sale")}>{t.printing.openDrawer}</Button>}
            </>
          )}
          {maySee && (
            <Button variant="default" leftSection={<IconReportMoney size={20} aria-hidden />} loading={busy} onClick={() => void read()}>{t.drawer.report}</Button>
          )}
          {props.editable && (
            <Button leftSection={<IconCalculator size={20} aria-hidden />} onClick={() => setDialog("close")}>{t.drawer.count}</Button>
          )}
        </Group>
      )}
      {dialog === "open" && <OpenDialog onDone={done} onClose={close} />}
      {(dialog === "add" || dialog === "payout") && <CashDialog kind={dialog} onDone={done} onClose={close} />}
      {dialog === "no_sale" && <NoSaleDialog onDone={done} onClose={close} />}
      {dialog === "close" && open !== null && (
        <CloseDialog
          session={open.id}
          coins={coins}
          onClose={close}
          onDone={(report) => {
            done();
            props.onReport(report);
          }}
        />
      )}
    </section>
  );
}
