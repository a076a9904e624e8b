import { Button, Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { Minor, ShopRecord } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { useQuery } from "../../sync/use-query";
import { notifyDone } from "../../ui/toast";
import classes from "./settings-screen.module.css";

/** As `retail` has it where nobody said. */
const DEFAULT: Minor = 10_000;

/** How much a till lends while it cannot ask the main server. For whoever changes the shop's settings. */
export function CreditCard() {
  const shop = useQuery<ShopRecord>({ collection: "settings", limit: 1 })?.items[0];
  // What others change shows up; what was typed here stays until it is saved.
  return shop === undefined ? null : <Card key={shop.offline_credit} now={shop.offline_credit} />;
}

function Card(props: { readonly now: Minor | null }) {
  const backend = useBackend();
  const format = useFormat();
  const [now] = useState(props.now);
  const [text, setText] = useState(format.editable(now ?? DEFAULT));
  const [problem, setProblem] = useState<string | null>(null);
  const { run, busy, error } = useMutation(async () => {
    const amount = format.parse(text);
    if (amount === null || amount < 0) {
      setProblem(t.settings.offlineCreditInvalid);
      return;
    }
    if (amount === now) return;
    await backend.editSettings({ offline_credit: now }, { offline_credit: amount });
    notifyDone(t.settings.offlineCreditSaved);
  });
  return (
    <section className={classes.card}>
      <h2>{t.settings.credit}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t.settings.offlineCredit}
            description={t.settings.offlineCreditHint}
            inputMode="decimal"
            autoComplete="off"
            value={text}
            error={problem ?? error?.message}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setProblem(null);
            }}
          />
          <Button type="submit" variant="default" loading={busy}>{t.common.save}</Button>
        </Group>
      </form>
    </section>
  );
}
