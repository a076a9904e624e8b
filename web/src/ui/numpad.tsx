import { UnstyledButton } from "@mantine/core";
import { IconBackspace } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { t } from "../i18n";
import classes from "./numpad.module.css";

const KEYS = ["7", "8", "9", "4", "5", "6", "1", "2", "3", "0", "."] as const;

/** For keys that are pressed many times: the focus stays, so that Enter does not press them again. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

/** Digits and a point, 64 px each. What they mean is decided by the key pressed next. */
export function Numpad(props: { readonly onDigit: (digit: string) => void; readonly onDelete: () => void }) {
  return (
    <div className={classes.pad} role="group" aria-label={t.keys.numpad}>
      {KEYS.map((key) => (
        <UnstyledButton key={key} className={classes.key} onMouseDown={keepFocus} onClick={() => props.onDigit(key)}>
          {key}
        </UnstyledButton>
      ))}
      <UnstyledButton className={classes.key} aria-label={t.keys.delete} onMouseDown={keepFocus} onClick={props.onDelete}>
        <IconBackspace aria-hidden />
      </UnstyledButton>
    </div>
  );
}
