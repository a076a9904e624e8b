import { Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconBarcode } from "@tabler/icons-react";
import { type KeyboardEvent, useMemo, useState } from "react";
import { t } from "../../i18n";
import { beepError } from "../../lib/beep";
import { useFormat } from "../../lib/use-format";
import { useScanTarget } from "../../lib/use-scan";
import type { Product, ReceiptView, RefundInput } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { useQuery } from "../../sync/use-query";
import { Stepper } from "../../ui/stepper";
import { addGoods, type Goods, setGoods } from "./goods";
import classes from "./refund-dialog.module.css";
import { RefundForm } from "./refund-form";

interface GoodsRefundDialogProps {
  readonly onDone: (receipt: ReceiptView) => void;
  readonly onClose: () => void;
}

/** Takes goods back without a receipt: found by search or scan, at a price somebody answers for. */
export function GoodsRefundDialog(props: GoodsRefundDialogProps) {
  const backend = useBackend();
  const format = useFormat();
  const [goods, setAll] = useState<readonly Goods[]>([]);
  const [search, setSearch] = useState("");
  const [unknown, setUnknown] = useState<string | null>(null);
  const text = search.trim();
  const found = useQuery<Product>({ collection: "products", ...(text === "" ? {} : { search: text }), sort: { field: "name" }, limit: text === "" ? 0 : 5 });

  const add = (product: Product, price = product.price) => {
    setAll((before) => addGoods(before, product, format.editable(price)));
    setSearch("");
    setUnknown(null);
  };
  const enter = async (code: string, first: Product | undefined) => {
    const answer = await backend.scan(code);
    if (answer.kind === "product") add(answer.product, answer.unitPrice);
    else if (first !== undefined) add(first);
    else {
      beepError();
      setUnknown(t.till.unknownCode(code));
    }
  };
  const attempt = (work: Promise<unknown>) => {
    work.catch((thrown: unknown) => setUnknown(toBackendError(thrown).message));
  };
  useScanTarget({ onScan: (code) => attempt(enter(code, undefined)) });
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter" || event.repeat || text === "") return;
    event.preventDefault();
    attempt(enter(text, found?.items[0]));
  };

  const wrong = goods.find((line) => (format.parse(line.price) ?? -1) < 0);
  const lines = useMemo<RefundInput["lines"]>(
    () =>
      goods
        .filter((line) => line.quantity > 0)
        .map(({ product, quantity, price }) => ({ kind: "product", product: product.id, quantity, unitPrice: format.parse(price) ?? 0 })),
    [goods, format],
  );
  return (
    <RefundForm
      title={t.refund.goodsTitle}
      saleId={null}
      lines={lines}
      problem={wrong === undefined ? null : t.refund.priceInvalid(wrong.product.name)}
      onDone={props.onDone}
      onClose={props.onClose}
    >
      <div>
        <TextInput
          label={t.refund.find}
          data-autofocus
          autoComplete="off"
          leftSection={<IconBarcode size={22} aria-hidden />}
          value={search}
          error={unknown}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setUnknown(null);
          }}
          onKeyDown={onKeyDown}
        />
        {text !== "" &&
          found?.items.map((product) => (
            <UnstyledButton key={product.id} className={classes.found} onClick={() => add(product)}>
              <span>{product.name}</span>
              <strong>{format.price(product.price)}</strong>
            </UnstyledButton>
          ))}
        {text !== "" && found?.items.length === 0 && <Text c="dimmed" mt={4}>{t.till.noMatch(text)}</Text>}
      </div>
      {goods.length > 0 && (
        <ul className={classes.lines} aria-label={t.refund.comesBack}>
          {goods.map((line) => (
            <li key={line.product.id} className={classes.line}>
              <div className={classes.what}>
                <span>{line.product.name}</span>
                <span className={classes.detail}>{line.product.code}</span>
              </div>
              <TextInput
                className={classes.price}
                aria-label={t.refund.priceOf(line.product.name)}
                inputMode="decimal"
                autoComplete="off"
                value={line.price}
                onChange={(event) => setAll(setGoods(goods, line.product.id, { price: event.currentTarget.value }))}
              />
              <Stepper
                name={line.product.name}
                label={t.refund.quantityOf(line.product.name)}
                quantity={line.quantity}
                most={null}
                onChange={(quantity) => setAll(setGoods(goods, line.product.id, { quantity }))}
              />
            </li>
          ))}
        </ul>
      )}
    </RefundForm>
  );
}
