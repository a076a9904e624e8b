import { Badge, UnstyledButton } from "@mantine/core";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { DrawerReport, Id } from "../../sync/backend";
import { Empty } from "../../ui/empty";
import classes from "./drawer.module.css";

interface ReportListProps {
  readonly reports: readonly DrawerReport[];
  readonly chosen: Id | null;
  readonly onChoose: (report: DrawerReport) => void;
}

/** The Z reports of all tills, newest first. */
export function ReportList(props: ReportListProps) {
  if (props.reports.length === 0) return <Empty title={t.drawer.noReports} hint={t.drawer.noReportsHint} />;
  return (
    <section className={classes.reports}>
      <h2>{t.drawer.reports}</h2>
      <ul aria-label={t.drawer.reports}>
        {props.reports.map((report) => (
          <Row key={report.session} report={report} chosen={report.session === props.chosen} onChoose={() => props.onChoose(report)} />
        ))}
      </ul>
    </section>
  );
}

function Row(props: { readonly report: DrawerReport; readonly chosen: boolean; readonly onChoose: () => void }) {
  const { till, closing, amended, pending } = props.report;
  const format = useFormat();
  if (closing === null) return null;
  const { difference } = closing;
  return (
    <li data-testid="z-report">
      <UnstyledButton className={classes.row} aria-current={props.chosen} onClick={props.onChoose}>
        <span className={classes.name}>
          <strong>{till} · {t.drawer.number(closing.number)}</strong>
          <span>{[format.dateTime(closing.at), closing.by].filter(Boolean).join(" · ")}</span>
        </span>
        {pending && <Badge size="lg" radius="sm" variant="light" color="blue" tt="none">{t.common.notSent}</Badge>}
        {amended !== null && <span className={classes.late}>{t.drawer.amended}</span>}
        <span className={classes.amounts}>
          <strong>{format.money(closing.counted)}</strong>
          <span data-right={difference === 0}>
            {difference === 0 ? t.drawer.right : difference < 0 ? t.drawer.short(format.money(-difference)) : t.drawer.over(format.money(difference))}
          </span>
        </span>
      </UnstyledButton>
    </li>
  );
}
