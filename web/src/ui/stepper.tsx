import { UnstyledButton } from "@mantine/core";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import { t } from "../i18n";
import { useFormat } from "../lib/use-format";
import type { Milli } from "../sync/backend";
import classes from "./stepper.module.css";

const ONE = 1000;

interface StepperProps {
  /** What the quantity is of. */
  readonly name: string;
  readonly label: string;
  readonly quantity: Milli;
  /** `null`: any. */
  readonly most: Milli | null;
  readonly onChange: (quantity: Milli) => void;
}

/** A quantity between nothing and what there is, a piece at a time. */
export function Stepper({ name, label, quantity, most, onChange }: StepperProps) {
  const format = useFormat();
  return (
    <div className={classes.stepper} role="group" aria-label={label}>
      <UnstyledButton
        className={classes.step}
        aria-label={t.cart.less(name)}
        disabled={quantity <= 0}
        onClick={() => onChange(Math.max(quantity - ONE, 0))}
      >
        <IconMinus size={20} aria-hidden />
      </UnstyledButton>
      <output className={classes.quantity}>{format.quantity(quantity)}</output>
      <UnstyledButton
        className={classes.step}
        aria-label={t.cart.more(name)}
        disabled={most !== null && quantity >= most}
        onClick={() => onChange(most === null ? quantity + ONE : Math.min(quantity + ONE, most))}
      >
        <IconPlus size={20} aria-hidden />
      </UnstyledButton>
    </div>
  );
}
