import { SegmentedControl, Text } from "@mantine/core";
import { t } from "../../i18n";
import type { ShopRecord } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { useQuery } from "../../sync/use-query";
import { notifyDone } from "../../ui/toast";
import classes from "./settings-screen.module.css";

type How = NonNullable<ShopRecord["resolve_conflicts"]>;

/** Who ends it when two tills changed the same thing. For whoever changes the shop's settings. */
export function ConflictsCard() {
  const shop = useQuery<ShopRecord>({ collection: "settings", limit: 1 })?.items[0];
  const backend = useBackend();
  const now = shop?.resolve_conflicts ?? null;
  const { run, busy, error } = useMutation(async (how: How) => {
    await backend.editSettings({ resolve_conflicts: now }, { resolve_conflicts: how });
    notifyDone(t.settings.conflictsSaved);
  });
  if (shop === undefined) return null;
  const how = now ?? "by_hand";
  return (
    <section className={classes.card}>
      <h2>{t.settings.conflicts}</h2>
      <SegmentedControl
        aria-label={t.settings.conflicts}
        disabled={busy}
        value={how}
        onChange={(value) => void run(value)}
        data={[
          { value: "by_hand", label: t.settings.conflictsByHand },
          { value: "device_priority", label: t.settings.conflictsByPriority },
        ]}
      />
      <Text mt="xs">{how === "by_hand" ? t.settings.conflictsByHandHint : t.settings.conflictsByPriorityHint}</Text>
      {error !== null && <Text c="red" role="alert">{error.message}</Text>}
    </section>
  );
}
