import { Group, Stack } from "@mantine/core";
import { t } from "../../i18n";
import { type Format, useFormat } from "../../lib/use-format";
import type { DrawerReport, DrawerTotals, Minor } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { Pair, PrintPaper } from "../../ui/receipt";
import { BackButton } from "../../ui/split";
import paper from "../../ui/receipt.module.css";
import classes from "./drawer.module.css";

/** A report to look at and to print. */
export function ReportDetail(props: { readonly report: DrawerReport; readonly onBack: () => void }) {
  const backend = useBackend();
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <BackButton onBack={props.onBack} />
        <span />
        <PrintPaper onPrinter={() => backend.printReport(props.report.session)} failed={t.printing.reportNotPrinted}><Report report={props.report} /></PrintPaper>
      </Group>
      <Report report={props.report} />
    </Stack>
  );
}

/** A report as an 80 mm printer gives it. */
function Report({ report }: { readonly report: DrawerReport }) {
  const format = useFormat();
  const { closing, totals } = report;
  const by = (who: string | null) => (who === null ? "" : `, ${who}`);
  return (
    <article className={paper.receipt} data-testid="drawer-report">
      <header className={paper.head}>
        <strong className={paper.shop}>{report.shop}</strong>
        <strong className={paper.kind}>{report.till} · {closing === null ? t.drawer.xReport : t.drawer.number(closing.number)}</strong>
        {closing === null && <span>{t.drawer.xHint}</span>}
      </header>
      <div className={paper.facts}>
        {report.openedAt !== null && <Pair left={t.drawer.openedAt} right={`${format.dateTime(report.openedAt)}${by(report.openedBy)}`} />}
        {closing !== null && <Pair left={t.drawer.closedAt} right={`${format.dateTime(closing.at)}${by(closing.by)}`} />}
      </div>
      <div className={paper.sums}>
        <Pair left={t.drawer.sales(totals.sales)} right={format.price(totals.sales_total)} />
        <Pair left={t.drawer.refunds(totals.refunds)} right={minus(totals.refunds_total, format)} />
        <Pair left={t.drawer.total} right={format.price(totals.sales_total - totals.refunds_total)} />
      </div>
      <Cash report={report} format={format} />
      <Others totals={totals} format={format} />
      {report.moves.length > 0 && (
        <div className={paper.sums}>
          <strong>{t.drawer.moves}</strong>
          {report.moves.map((move) => (
            <Pair key={move.id} left={`${format.time(move.at)} ${move.reason}`} right={moved(move, format)} />
          ))}
        </div>
      )}
      {closing !== null && (
        <div className={paper.sums}>
          {closing.counts.map(({ value, count }) => (
            <Pair key={value} left={`${String(count)} × ${format.money(value)}`} right={format.price(value * count)} soft />
          ))}
          <Pair left={t.drawer.counted} right={format.price(closing.counted)} />
          <div className={paper.total}><Pair left={t.drawer.difference} right={format.money(closing.difference)} /></div>
          {closing.reason !== null && <span>{t.drawer.why}: {closing.reason}</span>}
        </div>
      )}
      <Amended report={report} format={format} />
    </article>
  );
}

function moved({ kind, amount }: DrawerReport["moves"][number], format: Format): string {
  return { add: format.price(amount), payout: minus(amount, format), no_sale: t.printing.noSale }[kind];
}

function minus(amount: Minor, format: Format): string {
  return amount === 0 ? format.price(0) : `−${format.price(amount)}`;
}

/** How the cash that should be there comes about; lines of nothing are left out. */
function Cash({ report, format }: { readonly report: DrawerReport; readonly format: Format }) {
  const { totals } = report;
  const lines: readonly (readonly [string, Minor])[] = [
    [t.drawer.cashSales, totals.cash_sales],
    [t.drawer.cashRefunds, -totals.cash_refunds],
    [t.drawer.creditPaid, totals.credit_paid],
    [t.drawer.add, totals.cash_in],
    [t.drawer.payout, -totals.cash_out],
  ];
  return (
    <div className={paper.sums}>
      <strong>{t.drawer.cash}</strong>
      <Pair left={t.drawer.float} right={format.price(report.float)} />
      {lines.filter(([, amount]) => amount !== 0).map(([label, amount]) => (
        <Pair key={label} left={label} right={amount < 0 ? minus(-amount, format) : format.price(amount)} />
      ))}
      <Pair left={t.drawer.expected} right={format.price(report.expected)} />
    </div>
  );
}

/** What was paid without cash. */
function Others({ totals, format }: { readonly totals: DrawerTotals; readonly format: Format }) {
  const lines: readonly (readonly [string, Minor])[] = [
    [t.drawer.cardSales, totals.card_sales],
    [t.drawer.cardRefunds, -totals.card_refunds],
    [t.drawer.creditSales, totals.credit_sales],
    [t.drawer.creditRefunds, -totals.credit_refunds],
  ];
  const there = lines.filter(([, amount]) => amount !== 0);
  if (there.length === 0) return null;
  return (
    <div className={paper.sums}>
      <strong>{t.drawer.tenders}</strong>
      {there.map(([label, amount]) => (
        <Pair key={label} left={label} right={amount < 0 ? minus(-amount, format) : format.price(amount)} />
      ))}
    </div>
  );
}

/** What came after the drawer was closed. */
function Amended({ report, format }: { readonly report: DrawerReport; readonly format: Format }) {
  const { amended, totals } = report;
  if (amended === null) return null;
  const later = amended.totals.sales + amended.totals.refunds - totals.sales - totals.refunds;
  return (
    <div className={classes.amended}>
      <strong>{t.drawer.amended}</strong>
      <span>{later > 0 ? t.drawer.amendedHint(later) : t.drawer.amendedOther}</span>
      <Pair left={t.drawer.sales(amended.totals.sales)} right={format.price(amended.totals.sales_total)} />
      <Pair left={t.drawer.refunds(amended.totals.refunds)} right={minus(amended.totals.refunds_total, format)} />
      <Pair left={t.drawer.expected} right={format.price(amended.expected)} />
    </div>
  );
}
