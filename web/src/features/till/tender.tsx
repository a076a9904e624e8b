import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { t } from "../../i18n";
import { KeyHint } from "../../ui/key-hint";
import { Numpad } from "../../ui/numpad";
import { useTill, useTillStore } from "./use-till";
import classes from "./tender.module.css";

interface TenderProps {
  readonly onQuantity: () => void;
  readonly onPrice: () => void;
  readonly onDiscount: () => void;
  readonly onHold: () => void;
  readonly onExactCash: () => void;
  readonly onPay: () => void;
  readonly held: number;
}

/** Number pad and the keys that end a sale, always at the same place. */
export function Tender(props: TenderProps) {
  const store = useTillStore();
  const { cart, priced, entry, paying, lookingUp } = useTill();
  const empty = cart.lines.length === 0;
  const notReady = empty || priced === null || paying || lookingUp > 0;
  return (
    <section className={classes.tender} aria-label={t.pay.title}>
      <output className={classes.entry} aria-label={t.keys.entry}>{entry === "" ? "0" : entry}</output>
      <Numpad onDigit={(digit) => store.type(digit)} onDelete={() => store.deleteDigit()} />
      <div className={classes.functions}>
        <Key label={t.keys.quantity} hint="F4" disabled={empty} onClick={props.onQuantity} />
        <Key label={t.keys.price} hint="F3" disabled={empty} onClick={props.onPrice} />
        <Key label={t.keys.discount} hint="F7" disabled={empty} onClick={props.onDiscount} />
        <Key
          label={empty ? t.keys.recall : t.keys.hold}
          hint="F8"
          disabled={empty && props.held === 0}
          onClick={props.onHold}
        />
      </div>
      <UnstyledButton className={classes.exact} disabled={notReady} onClick={props.onExactCash}>
        {t.keys.exactCash} <KeyHint>F10</KeyHint>
      </UnstyledButton>
      <PayKey disabled={notReady} onPay={props.onPay} />
    </section>
  );
}

/** The one key that is also on the closed cart of a tablet. */
export function PayKey(props: { readonly disabled: boolean; readonly onPay: () => void; readonly children?: ReactNode }) {
  return (
    <UnstyledButton className={classes.pay} disabled={props.disabled} data-testid="pay" onClick={props.onPay}>
      {t.keys.pay} <KeyHint>F9</KeyHint>
    </UnstyledButton>
  );
}

function Key(props: { readonly label: string; readonly hint: string; readonly disabled: boolean; readonly onClick: () => void }) {
  return (
    <UnstyledButton className={classes.function} disabled={props.disabled} onClick={props.onClick}>
      {props.label} <KeyHint>{props.hint}</KeyHint>
    </UnstyledButton>
  );
}
