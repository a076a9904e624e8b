import { UnstyledButton } from "@mantine/core";
import { IconArrowRight, IconBackspace } from "@tabler/icons-react";
import { useEffect, useId, useRef, useState } from "react";
import { t } from "../i18n";
import classes from "./pin-pad.module.css";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
const LONGEST = 8;

interface PinPadProps {
  readonly label: string;
  /** What was wrong with the last try. */
  readonly message: string | null;
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly submitLabel: string;
  readonly onSubmit: (pin: string) => void;
}

/**
 * Digits by touch or keyboard. The field is a password field, so that the barcode listener keeps
 * off it, and asks for no on-screen keyboard, because the pad is one.
 */
export function PinPad(props: PinPadProps) {
  const [pin, setPin] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const messageId = useId();
  const blocked = props.busy || props.disabled === true;

  useEffect(() => {
    if (!blocked) field.current?.focus();
  }, [blocked]);

  const submit = () => {
    if (pin === "" || blocked) return;
    props.onSubmit(pin);
    setPin("");
  };
  const press = (digit: string) => setPin((now) => (now + digit).slice(0, LONGEST));

  return (
    <form
      className={classes["pad"]}
      data-scan="off"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <input
        ref={field}
        className={classes["field"]}
        type="password"
        inputMode="none"
        autoComplete="off"
        aria-label={props.label}
        aria-describedby={messageId}
        aria-invalid={props.message !== null}
        value={pin}
        disabled={blocked}
        onChange={(event) => setPin(event.currentTarget.value.replace(/\D/g, "").slice(0, LONGEST))}
      />
      <p id={messageId} className={classes["message"]} role="alert">{props.message}</p>
      <div className={classes["keys"]}>
        {DIGITS.map((digit) => (
          <UnstyledButton key={digit} className={classes["key"]} disabled={blocked} onClick={() => press(digit)}>
            {digit}
          </UnstyledButton>
        ))}
        <UnstyledButton
          className={classes["key"]}
          aria-label={t.login.deleteDigit}
          disabled={blocked}
          onClick={() => setPin((now) => now.slice(0, -1))}
        >
          <IconBackspace aria-hidden />
        </UnstyledButton>
        <UnstyledButton className={classes["key"]} disabled={blocked} onClick={() => press("0")}>0</UnstyledButton>
        <UnstyledButton
          type="submit"
          className={classes["enter"]}
          aria-label={props.submitLabel}
          disabled={blocked || pin.length < 4}
        >
          <IconArrowRight aria-hidden />
        </UnstyledButton>
      </div>
    </form>
  );
}
