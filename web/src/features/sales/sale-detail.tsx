import { Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useCallback, useEffect, useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { Id, ReceiptView, RefundSummary } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { useQuery } from "../../sync/use-query";
import { Empty } from "../../ui/empty";
import { usePrintMade } from "../../ui/printing";
import { PrintButton, Receipt, ReceiptDialog } from "../../ui/receipt";
import { BackButton } from "../../ui/split";
import { notifyDone } from "../../ui/toast";
import { useMay } from "../login/session";
import { RefundDialog } from "./refund-dialog";

interface DetailProps {
  readonly id: Id;
  readonly onBack: () => void;
}

/** The receipt of a sale, its refunds, and the way to one more. */
export function SaleDetail(props: DetailProps) {
  const backend = useBackend();
  const format = useFormat();
  const mayRefund = useMay("refund");
  const printMade = usePrintMade();
  const [receipt, setReceipt] = useState<ReceiptView | null>(null);
  const [shown, setShown] = useState<{ readonly receipt: ReceiptView; readonly occasion: "first" | "copy" } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [refunding, setRefunding] = useState(false);
  const filter = [{ field: "sale", op: "eq", value: props.id }] as const;
  // The receipt is asked for again when the sale or one of its refunds changes.
  const refunds = useQuery<RefundSummary>({ collection: "refunds", filter, fields: ["number"] });
  const sale = useQuery({ collection: "sales", filter: [{ field: "id", op: "eq", value: props.id }], fields: ["number"], limit: 1 });
  const load = useCallback(async () => setReceipt(await backend.receipt(props.id)), [backend, props.id]);
  useEffect(() => {
    load().catch((thrown: unknown) => setProblem(toBackendError(thrown).message));
  }, [load, refunds, sale]);

  if (problem !== null) return <Empty title={t.common.failed} hint={problem} />;
  if (receipt === null) return null;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <BackButton onBack={props.onBack} />
        <Text fw={600}>{t.sales.refunded[receipt.refunded]}</Text>
        <Group gap="xs">
          {receipt.refunded !== "fully" && (
            <Button
              variant="default"
              leftSection={<IconArrowBackUp size={20} aria-hidden />}
              title={mayRefund ? undefined : t.override.title}
              onClick={() => setRefunding(true)}
            >
              {t.sales.refund}
            </Button>
          )}
          <PrintButton receipt={receipt} occasion="copy" />
        </Group>
      </Group>
      <Receipt receipt={receipt} />
      {receipt.refunds.length > 0 && (
        <section>
          <Text fw={600} mb={4}>{t.sales.refundsOf}</Text>
          {receipt.refunds.map((refund) => (
            <Button
              key={refund.id}
              fullWidth
              variant="default"
              justify="space-between"
              mb={8}
              rightSection={format.money(refund.total)}
              onClick={() => {
                backend.receipt(refund.id).then((old) => setShown({ receipt: old, occasion: "copy" }), (thrown: unknown) => setProblem(toBackendError(thrown).message));
              }}
            >
              {refund.number}
            </Button>
          ))}
        </section>
      )}
      {refunding && (
        <RefundDialog
          saleId={props.id}
          onClose={() => setRefunding(false)}
          onDone={(made) => {
            setRefunding(false);
            setShown({ receipt: made, occasion: "first" });
            printMade?.(made.id);
            notifyDone(t.refund.done(made.number));
            void load();
          }}
        />
      )}
      <ReceiptDialog receipt={shown?.receipt ?? null} occasion={shown?.occasion ?? "copy"} onClose={() => setShown(null)} />
    </Stack>
  );
}

/** The receipt of a refund. */
export function RefundDetail(props: DetailProps) {
  const backend = useBackend();
  const [receipt, setReceipt] = useState<ReceiptView | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const refund = useQuery({ collection: "refunds", filter: [{ field: "id", op: "eq", value: props.id }], fields: ["number"], limit: 1 });
  useEffect(() => {
    backend.receipt(props.id).then(setReceipt, (thrown: unknown) => setProblem(toBackendError(thrown).message));
  }, [backend, props.id, refund]);
  if (problem !== null) return <Empty title={t.common.failed} hint={problem} />;
  if (receipt === null) return null;
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <BackButton onBack={props.onBack} />
        <span />
        <PrintButton receipt={receipt} occasion="copy" />
      </Group>
      <Receipt receipt={receipt} />
    </Stack>
  );
}
