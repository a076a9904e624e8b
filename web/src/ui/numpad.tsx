import { UnstyledButton } from "@mantine/core";
import { IconBackspace } from "@tabler/icons-react";
import { t } from "../i18n";
import classes from "./numpad.module.css";

const KEYS = ["7", "8", "9", "4", "5", "6", "1", "2", "3", "0", "."] as const;

/** Digits and a point, 64 px each. What they mean is decided by the key pressed next. */
export function Numpad(props: { readonly onDigit: (digit: string) => void; readonly onDelete: () => void }) {
  return (
    <div className={classes.pad} role="group" aria-label={t.keys.numpad}>
      {KEYS.map((key) => (
        <UnstyledButton key={key} className={classes.key} onClick={() => props.onDigit(key)}>
          {key}
        </UnstyledButton>
      ))}
      <UnstyledButton className={classes.key} aria-label={t.keys.delete} onClick={props.onDelete}>
        <IconBackspace aria-hidden />
      </UnstyledButton>
    </div>
  );
}
