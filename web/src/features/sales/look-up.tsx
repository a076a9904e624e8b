import { Button, Text } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import type { Id } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useMutation } from "../../sync/use-mutation";
import { useStatusPart } from "../../sync/use-status";
import { Empty } from "../../ui/empty";

interface LookUpProps {
  /** As it was typed. */
  readonly number: string;
  readonly onFound: (id: Id) => void;
}

/** No receipt here has this number: older ones are at the main server alone. */
export function LookUp({ number, onFound }: LookUpProps) {
  const backend = useBackend();
  const online = useStatusPart((status) => status.connection.state === "online");
  const [unknown, setUnknown] = useState(false);
  const { run, busy, error } = useMutation(async () => {
    const id = await backend.lookUpSale(number.trim().toUpperCase());
    if (id === null) setUnknown(true);
    else onFound(id);
  });
  if (unknown) return <Empty title={t.sales.noMatch} hint={t.sales.unknownEverywhere} />;
  return (
    <Empty title={t.sales.notHere} hint={online ? t.sales.lookUpHint : t.sales.lookUpOffline}>
      <Button loading={busy} disabled={!online} leftSection={<IconSearch size={20} aria-hidden />} onClick={() => void run()}>
        {t.sales.lookUp}
      </Button>
      <Text c="var(--ts-bad)" role="alert">{error?.message}</Text>
    </Empty>
  );
}
