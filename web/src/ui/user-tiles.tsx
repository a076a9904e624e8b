import { UnstyledButton } from "@mantine/core";
import { useEffect, useRef } from "react";
import { t } from "../i18n";
import type { LoginUser } from "../sync/backend";
import classes from "./user-tiles.module.css";

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.charAt(0) ?? "").join("").toUpperCase();
}

interface UserTilesProps {
  readonly users: readonly LoginUser[];
  /** In a dialog, whose focus would else be on its cross: the people come a moment after it opened. */
  readonly focusFirst?: boolean;
  readonly onChoose: (user: LoginUser) => void;
}

/** One tile per person. */
export function UserTiles(props: UserTilesProps) {
  const list = useRef<HTMLUListElement>(null);
  const wanted = props.focusFirst === true && props.users.length > 0;
  useEffect(() => {
    if (wanted) list.current?.querySelector("button")?.focus();
  }, [wanted]);
  return (
    <ul ref={list} className={classes["tiles"]}>
      {props.users.map((user) => (
        <li key={user.id}>
          <UnstyledButton className={classes["tile"]} onClick={() => props.onChoose(user)}>
            <span className={classes["initials"]} aria-hidden>{initials(user.name)}</span>
            <span className={classes["name"]}>{user.name}</span>
            <span className={classes["role"]}>{t.login.roles[user.role]}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
