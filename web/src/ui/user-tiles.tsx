import { UnstyledButton } from "@mantine/core";
import { t } from "../i18n";
import type { LoginUser } from "../sync/backend";
import classes from "./user-tiles.module.css";

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.charAt(0) ?? "").join("").toUpperCase();
}

/** One tile per person. */
export function UserTiles(props: { readonly users: readonly LoginUser[]; readonly onChoose: (user: LoginUser) => void }) {
  return (
    <ul className={classes["tiles"]}>
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
