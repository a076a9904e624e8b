import { Modal } from "@mantine/core";
import { t } from "../../i18n";
import { KeyHint } from "../../ui/key-hint";
import classes from "./help-dialog.module.css";

const GROUPS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    t.help.groups.till,
    [
      ["F2", t.help.search],
      ["↵", t.help.enterCode],
      ["F8", t.help.hold],
      ["F9", t.help.pay],
      ["F10", t.help.exact],
    ],
  ],
  [
    t.help.groups.cart,
    [
      ["↑ ↓", t.help.up],
      ["+ −", t.help.plus],
      ["0 … 9", t.help.digits],
      ["F4", t.help.quantity],
      ["F3", t.help.price],
      ["F6", t.help.customer],
      ["F7", t.help.discount],
      ["Ctrl B", t.help.batch],
      ["Del", t.help.del],
    ],
  ],
  [
    t.help.groups.pay,
    [
      ["↵", t.help.cash],
      ["C", t.help.card],
      ["K", t.help.credit],
      ["F10", t.help.exact],
    ],
  ],
  [
    t.help.groups.everywhere,
    [
      ["Esc", t.help.back],
      ["Ctrl L", t.help.lock],
      ["?", t.help.help],
    ],
  ],
];

/** Every key of the app. */
export function HelpDialog(props: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t.help.title} size="lg">
      <div className={classes.groups}>
        {GROUPS.map(([title, keys]) => (
          <section key={title}>
            <h3 className={classes.title}>{title}</h3>
            <dl className={classes.keys}>
              {keys.map(([key, what]) => (
                <div key={key} className={classes.row}>
                  <dt className={classes.key}><KeyHint>{key}</KeyHint><span className={classes.spoken}>{key}</span></dt>
                  <dd className={classes.what}>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
