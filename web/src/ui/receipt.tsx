import { Button, Group, Modal, Portal } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { t } from "../i18n";
import { formatRate } from "../lib/money";
import { type Format, useFormat } from "../lib/use-format";
import type { Printed, ReceiptView } from "../sync/backend";
import { useBackend } from "../sync/context";
import { useStatusPart } from "../sync/use-status";
import { printOr, usePrinting } from "./printing";
import classes from "./receipt.module.css";

/** A receipt as an 80 mm printer gives it. */
export function Receipt(props: { readonly receipt: ReceiptView; readonly copy?: boolean }) {
  const { receipt } = props;
  const format = useFormat();
  // A receipt is a picture of its moment; whether it still waits is the till's to say.
  const waits = useStatusPart((status) => status.pending > 0) && receipt.pending;
  return (
    <article className={classes.receipt} aria-label={`${t.receipt.title} ${receipt.number}`} data-testid="receipt">
      <header className={classes.head}>
        <strong className={classes.shop}>{receipt.shop}</strong>
        {receipt.addressLines.map((line) => <span key={line}>{line}</span>)}
        {receipt.kind === "refund" && <strong className={classes.kind}>{t.receipt.refundTitle}</strong>}
        {props.copy === true && <strong className={classes.kind}>{t.printing.copy}</strong>}
      </header>
      <div className={classes.facts}>
        <strong>{receipt.number}</strong>
        <Pair left={format.dateTime(receipt.at)} right={`${t.receipt.till} ${receipt.till}`} />
        {receipt.cashier !== null && <span>{t.receipt.cashier} {receipt.cashier}</span>}
        {typeof receipt.sale?.number === "string" && <span>{t.receipt.for(receipt.sale.number)}</span>}
        {receipt.reason !== null && receipt.reason !== "" && <span>{t.receipt.reason}: {receipt.reason}</span>}
      </div>
      <ul className={classes.lines}>
        {receipt.lines.map((line) => (
          <li key={line.id}>
            <span className={classes.name}>{line.name}</span>
            <Pair
              left={`${format.quantity(line.quantity)} × ${format.price(line.unitPrice)}`}
              right={format.price(line.total)}
            />
            {line.discount !== 0 && <Pair left={t.receipt.discount} right={`−${format.price(line.discount)}`} soft />}
          </li>
        ))}
      </ul>
      <Sums receipt={receipt} format={format} />
      <footer className={classes.foot}>
        {receipt.footer !== null && receipt.footer !== "" && <span>{receipt.footer}</span>}
        {waits && <span className={classes.pending} data-no-print>{t.receipt.pending}</span>}
      </footer>
    </article>
  );
}

function Sums(props: { readonly receipt: ReceiptView; readonly format: Format }) {
  const { receipt, format } = props;
  const tax = receipt.tax.filter((line) => line.tax !== 0);
  return (
    <div className={classes.sums}>
      {receipt.discount !== 0 && (
        <>
          <Pair left={t.receipt.subtotal} right={format.price(receipt.subtotal)} />
          <Pair left={t.receipt.discount} right={`−${format.price(receipt.discount)}`} />
        </>
      )}
      <div className={classes.total}>
        <Pair left={t.receipt.total} right={format.money(receipt.total)} />
      </div>
      {receipt.rounding !== 0 && <Pair left={t.receipt.rounding} right={format.price(receipt.rounding)} />}
      {receipt.payments.map((payment, index) => (
        <Pair key={index} left={{ cash: t.receipt.cash, card: t.receipt.card, credit: t.receipt.credit }[payment.method]} right={format.price(payment.amount)} />
      ))}
      {receipt.change !== 0 && <Pair left={t.receipt.change} right={format.price(receipt.change)} />}
      {tax.length > 0 && (
        <div className={classes.tax}>
          {receipt.taxIncluded && <span>{t.receipt.taxIncluded}</span>}
          {tax.map((line) => (
            <Pair key={line.rate} left={`${formatRate(line.rate)} · ${t.receipt.net} ${format.price(line.net)}`} right={format.price(line.tax)} />
          ))}
        </div>
      )}
    </div>
  );
}

export function Pair(props: { readonly left: string; readonly right: string; readonly soft?: boolean }) {
  return (
    <span className={classes.pair} data-soft={props.soft === true}>
      <span>{props.left}</span>
      <span>{props.right}</span>
    </span>
  );
}

interface PrintProps {
  readonly receipt: ReceiptView;
  /** A copy says so. */
  readonly occasion: "first" | "copy";
}

/** The receipt to look at and to print. */
export function ReceiptDialog(props: Omit<PrintProps, "receipt"> & { readonly receipt: ReceiptView | null; readonly onClose: () => void }) {
  return (
    <Modal opened={props.receipt !== null} onClose={props.onClose} title={t.receipt.title} size="auto">
      {props.receipt !== null && (
        <>
          <Receipt receipt={props.receipt} />
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={props.onClose}>{t.common.close}</Button>
            <PrintButton receipt={props.receipt} occasion={props.occasion} />
          </Group>
        </>
      )}
    </Modal>
  );
}

/** Prints the receipt alone. */
export function PrintButton({ receipt, occasion }: PrintProps) {
  const backend = useBackend();
  return (
    <PrintPaper onPrinter={() => backend.printReceipt(receipt.id, occasion)} failed={t.printing.notPrinted}>
      <Receipt receipt={receipt} copy={occasion === "copy"} />
    </PrintPaper>
  );
}

interface PaperProps {
  /** Prints it on the printer of a till. */
  readonly onPrinter: () => Promise<Printed>;
  /** What is said where that did not print. */
  readonly failed: (why: string) => string;
  readonly children: ReactNode;
}

/**
 * Prints one paper alone: on the printer of a till where one can be reached, else with the dialog of this
 * device. For that a copy of it stands at the end of the page, shown only on paper.
 */
export function PrintPaper(props: PaperProps) {
  const printing = usePrinting();
  const dialog = () => window.print();
  const print = () => {
    if (printing === null || printing.place === "nowhere") dialog();
    else printOr(props.onPrinter, props.failed, dialog);
  };
  return (
    <>
      <Button leftSection={<IconPrinter size={20} aria-hidden />} data-autofocus onClick={print}>
        {t.receipt.print}
      </Button>
      <Portal>
        <div className={classes.paper} data-print aria-hidden>{props.children}</div>
      </Portal>
    </>
  );
}
