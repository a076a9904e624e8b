import { Alert, CloseButton, Modal, Text, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconCash, IconCreditCard, IconNotebook } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import { useKeys } from "../../lib/use-keys";
import { useScanTarget } from "../../lib/use-scan";
import type { Approval, PaymentInput, Settlement } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { KeyHint } from "../../ui/key-hint";
import { keepFocus, Numpad } from "../../ui/numpad";
import { type Need, OverrideDialog } from "../../ui/override-dialog";
import { notifyProblem } from "../../ui/toast";
import { useCustomer } from "../customers/use-customer";
import { useReservation } from "./use-reservation";
import { useTill, useTillStore } from "./use-till";
import classes from "./pay-dialog.module.css";

/** A second click of the press that opened the dialog must not pay. */
const ARMED_AFTER_MS = 250;

/** Takes cash and card, in one or several parts; the sale is made when nothing is left to pay. */
export function PayDialog(props: { readonly onClose: () => void }) {
  const store = useTillStore();
  const { cart, paying, error } = useTill();
  const backend = useBackend();
  const format = useFormat();
  const [payments, setPayments] = useState<readonly PaymentInput[]>([]);
  const [settlement, setSettlement] = useState<Settlement | null>(null);
  const [entry, showEntry] = useState("");
  // Digits and the Enter behind them can come in one event, before React draws again.
  const typed = useRef("");
  const [problem, setProblem] = useState<string | null>(null);
  /** What a manager has to approve, and the payments that wait for it. */
  const [asking, setAsking] = useState<{ readonly need: Need; readonly payments: readonly PaymentInput[] } | null>(null);
  const [armed, setArmed] = useState(false);
  const reservation = useReservation(cart);
  const customer = useCustomer(cart.customer);
  const mayOwe = (customer?.credit_limit ?? 0) > 0;

  useEffect(() => {
    const timer = setTimeout(() => setArmed(true), ARMED_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    let current = true;
    backend.settle(cart, payments).then(
      (answer) => {
        if (current) setSettlement(answer);
      },
      (thrown: unknown) => {
        if (current) setProblem(toBackendError(thrown).message);
      },
    );
    return () => {
      current = false;
    };
  }, [backend, cart, payments]);

  const setEntry = (text: string) => {
    typed.current = text.slice(0, 10);
    showEntry(typed.current);
  };
  const ready = armed && settlement !== null && !paying;

  const take = async (payment: PaymentInput) => {
    if (!ready) return;
    setProblem(null);
    const next = [...payments, payment];
    let answer: Settlement;
    try {
      answer = await backend.settle(cart, next);
    } catch (thrown) {
      setProblem(toBackendError(thrown).message);
      return;
    }
    setEntry("");
    if (!answer.complete) {
      setPayments(next);
      return;
    }
    await complete(next);
  };

  const complete = async (all: readonly PaymentInput[]) => {
    // The cart changes with the sale, before its answer is here.
    reservation.selling(true);
    const done = await store.pay(all);
    if (done !== null) {
      props.onClose();
      return;
    }
    reservation.selling(false);
    const refused = store.snapshot().error;
    if (refused?.permission === "manage_credit") setAsking({ need: { permission: refused.permission, reason: refused.message }, payments: all });
  };
  const approved = async (approval: Approval) => {
    const waiting = asking;
    setAsking(null);
    await store.approve(approval);
    if (waiting !== null) await complete(waiting.payments);
  };

  const amount = (fallback: number): number | null => {
    if (typed.current === "") return fallback;
    const value = format.parse(typed.current);
    if (value === null || value <= 0) {
      setProblem(t.price.invalid);
      return null;
    }
    return value;
  };
  const cash = () => {
    if (settlement === null) return;
    const tendered = amount(settlement.remainingCash);
    if (tendered !== null) void take({ method: "cash", tendered });
  };
  const card = () => {
    if (settlement === null) return;
    const value = amount(settlement.remaining);
    if (value === null) return;
    if (value > settlement.remaining) setProblem(t.pay.tooMuchCard);
    else void take({ method: "card", amount: value });
  };
  const credit = () => {
    if (settlement === null || !mayOwe) return;
    const value = amount(settlement.remaining);
    if (value === null) return;
    if (value > settlement.remaining) setProblem(t.pay.tooMuchCredit);
    else void take({ method: "credit", amount: value });
  };
  const type = (digits: string) => {
    setProblem(null);
    setEntry(typed.current + digits);
  };
  const deleteDigit = () => setEntry(typed.current.slice(0, -1));

  // What is typed while a manager approves is their PIN.
  useScanTarget({
    onScan: () => notifyProblem(t.till.finishPayment),
    onTyped: (text) => type(text.replaceAll(",", ".").replace(/[^\d.]/g, "")),
  }, asking === null);
  useKeys({
    Backspace: deleteDigit,
    Enter: (event) => {
      // Enter on a focused button presses that button.
      if (event.target instanceof HTMLButtonElement) return false;
      cash();
      return true;
    },
    F9: () => cash(),
    F10: () => {
      if (settlement !== null) void take({ method: "cash", tendered: settlement.remainingCash });
    },
    c: () => card(),
    k: () => credit(),
  }, asking === null);

  return (
    <Modal
      opened
      onClose={props.onClose}
      closeOnEscape={!paying && asking === null}
      closeOnClickOutside={false}
      title={t.pay.title}
      size="auto"
    >
      {/* The focus starts on no button: Enter takes cash. */}
      <div className={classes.pay} data-testid="pay-dialog" tabIndex={-1} data-autofocus>
        <div className={classes.sums}>
          <div>
            <Text c="dimmed">{payments.length === 0 ? t.pay.toPay : t.pay.remaining}</Text>
            <output className={classes.remaining}>{settlement === null ? "" : format.money(settlement.remaining)}</output>
            {settlement !== null && settlement.remainingCash !== settlement.remaining && (
              <Text c="dimmed">{t.pay.cashRemaining(format.money(settlement.remainingCash))}</Text>
            )}
          </div>
          {payments.length > 0 && (
            <ul className={classes.taken} aria-label={t.pay.payments}>
              {payments.map((payment, index) => {
                const what = { cash: t.pay.cashPaid, card: t.pay.cardPaid, credit: t.pay.creditPaid }[payment.method];
                return (
                  <li key={index}>
                    <span>{what}</span>
                    <span>{format.money(payment.method === "cash" ? payment.tendered : payment.amount)}</span>
                    <CloseButton
                      aria-label={t.pay.removePayment(what)}
                      disabled={paying}
                      onClick={() => setPayments(payments.filter((_, at) => at !== index))}
                    />
                  </li>
                );
              })}
            </ul>
          )}
          <div className={classes.quick} role="group" aria-label={t.pay.quick}>
            {settlement?.suggestions.map((sum) => (
              <UnstyledButton
                key={sum}
                className={classes.suggestion}
                disabled={!ready}
                onMouseDown={keepFocus}
                onClick={() => void take({ method: "cash", tendered: sum })}
              >
                {format.price(sum)}
              </UnstyledButton>
            ))}
          </div>
          {reservation.elsewhere.map((goods) => (
            <Alert key={goods.productId} color="yellow" role="status" icon={<IconAlertTriangle size={20} aria-hidden />}>
              {t.pay.heldElsewhere(goods.till, goods.name, format.quantity(goods.held), format.quantity(goods.wanted))}
            </Alert>
          ))}
          <Text c="dimmed" size="sm">{t.pay.cardHint}</Text>
          {customer !== null && mayOwe && (
            <Text size="sm">{t.pay.creditLeft(customer.name, format.money(Math.max(0, (customer.credit_limit ?? 0) - (customer.credit_balance ?? 0))))}</Text>
          )}
          <p className={classes.problem} role="alert">{problem ?? error?.message ?? ""}</p>
        </div>
        <div className={classes.keys}>
          <output className={classes.entry} aria-label={t.pay.given}>
            {entry !== "" ? entry : settlement === null ? "" : format.editable(settlement.remainingCash)}
          </output>
          <Numpad onDigit={type} onDelete={deleteDigit} />
        </div>
        <div className={classes.methods} data-three={mayOwe}>
          <UnstyledButton className={classes.method} disabled={!ready} data-testid="pay-card" onClick={card}>
            <IconCreditCard size={26} aria-hidden /> {t.pay.card} <KeyHint>C</KeyHint>
          </UnstyledButton>
          {mayOwe && (
            <UnstyledButton className={classes.method} disabled={!ready} data-testid="pay-credit" onClick={credit}>
              <IconNotebook size={26} aria-hidden /> {t.pay.credit} <KeyHint>K</KeyHint>
            </UnstyledButton>
          )}
          <UnstyledButton className={classes.method} data-main disabled={!ready} data-testid="pay-cash" onClick={cash}>
            <IconCash size={26} aria-hidden /> {t.pay.cash} <KeyHint>↵</KeyHint>
          </UnstyledButton>
        </div>
        {paying && <Text role="status" className={classes.foot}>{t.pay.working}</Text>}
      </div>
      <OverrideDialog need={asking?.need ?? null} onCancel={() => setAsking(null)} onApproved={(approval) => void approved(approval)} />
    </Modal>
  );
}
