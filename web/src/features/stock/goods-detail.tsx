import { Button, Group, Stack } from "@mantine/core";
import { IconPackageImport } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { BatchRow, Product } from "../../sync/backend";
import { BackButton } from "../../ui/split";
import { useMay } from "../login/session";
import { StockDialog } from "../products/stock-dialog";
import { BatchDialog } from "./batch-form";
import { BatchList } from "./batch-list";
import { CountBatchDialog } from "./count-batch-dialog";
import { useBatches } from "./use-batches";
import { WriteOffDialog } from "./write-off-dialog";
import classes from "./stock.module.css";

interface GoodsDetailProps {
  readonly product: Product;
  readonly onChanged: () => void;
  readonly onBack: () => void;
}

type Dialog = { readonly kind: "receive" | "adjust" } | { readonly kind: "count" | "write_off" | "edit"; readonly batch: BatchRow };

/** One product: what is there, of which batches, and what can be done about it. */
export function GoodsDetail(props: GoodsDetailProps) {
  const { product } = props;
  const format = useFormat();
  const mayReceive = useMay("receive_stock");
  const mayAdjust = useMay("adjust_stock");
  const mayEdit = useMay("edit_products");
  const { batches, refresh } = useBatches(product.id);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const done = () => {
    close();
    void refresh();
    props.onChanged();
  };
  return (
    <Stack gap="sm" data-testid="goods">
      <BackButton onBack={props.onBack} />
      <section className={classes.card}>
        <div className={classes.head}>
          <div>
            <h2>{product.name}</h2>
            <span className={classes.detail}>{product.code}</span>
          </div>
          <div className={classes.onHand}>
            <strong data-testid="on-hand">{format.quantity(product.on_hand ?? 0)}</strong>
            <span className={classes.detail}>{t.stock.inStock}</span>
          </div>
        </div>
        <Group gap="xs">
          {mayReceive && (
            <Button leftSection={<IconPackageImport size={20} aria-hidden />} onClick={() => setDialog({ kind: "receive" })}>{t.stock.receive}</Button>
          )}
          {mayAdjust && <Button variant="default" onClick={() => setDialog({ kind: "adjust" })}>{t.products.adjust}</Button>}
        </Group>
      </section>
      <section className={classes.card}>
        <h2>{t.stock.batches}</h2>
        <BatchList
          batches={batches}
          onCount={mayAdjust ? (batch) => setDialog({ kind: "count", batch }) : null}
          onWriteOff={mayAdjust ? (batch) => setDialog({ kind: "write_off", batch }) : null}
          onEdit={mayEdit ? (batch) => setDialog({ kind: "edit", batch }) : null}
        />
      </section>
      {(dialog?.kind === "receive" || dialog?.kind === "adjust") && <StockDialog product={product} kind={dialog.kind} onDone={done} onClose={close} />}
      {dialog?.kind === "count" && <CountBatchDialog product={product} batch={dialog.batch} onDone={done} onClose={close} />}
      {dialog?.kind === "edit" && <BatchDialog batch={dialog.batch} onDone={done} onClose={close} />}
      {dialog?.kind === "write_off" && (
        <WriteOffDialog
          goods={{ product: product.id, name: product.name, batch: dialog.batch.id, lot: dialog.batch.lot, onHand: dialog.batch.onHand, expired: dialog.batch.expired }}
          onDone={done}
          onClose={close}
        />
      )}
    </Stack>
  );
}
