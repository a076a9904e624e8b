import { Button, Group, Select, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { t } from "../../i18n";
import { afterEvent } from "../../lib/after-event";
import { difference } from "../../lib/difference";
import { newId } from "../../lib/id";
import { decimal, formatRate, parseQuantity } from "../../lib/money";
import { useFormat } from "../../lib/use-format";
import type { Category, Id, NewProduct, Product } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend, useShop } from "../../sync/context";
import { ArchiveButton } from "../../ui/archive-button";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyDone, notifyProblem, notifyUndo } from "../../ui/toast";
import { useMay } from "../login/session";
import { StockDialog } from "./stock-dialog";

interface ProductDrawerProps {
  /** `null`: a new one. */
  readonly product: Product | null;
  readonly categories: readonly Category[];
  readonly onClose: () => void;
}

interface FormValues {
  name: string;
  code: string;
  barcode: string;
  category: string;
  price: string;
  cost: string;
  tax_rate: string;
  unit: string;
  stocked: boolean;
  reorder_level: string;
}

/** One product as a form. Sends only what was changed, from the values it showed. */
export function ProductDrawer(props: ProductDrawerProps) {
  const { product } = props;
  const backend = useBackend();
  const shop = useShop();
  const format = useFormat();
  const mayEdit = useMay("edit_products");
  const mayReceive = useMay("receive_stock");
  const mayAdjust = useMay("adjust_stock");
  const [stock, setStock] = useState<"receive" | "adjust" | null>(null);
  const [id] = useState(() => product?.id ?? newId());

  const form = useForm<FormValues>({
    mode: "controlled",
    initialValues: valuesOf(product, shop.exponent, shop.taxRates[0]?.rate ?? 0),
    validateInputOnBlur: true,
    validate: {
      name: (text) => (text.trim() === "" ? t.products.nameMissing : null),
      code: (text) => (text.trim() === "" ? t.products.codeMissing : null),
      unit: (text) => (text.trim() === "" ? t.products.unitMissing : null),
      price: (text) => ((format.parse(text) ?? -1) < 0 ? t.products.priceInvalid : null),
      cost: (text) => (text !== "" && (format.parse(text) ?? -1) < 0 ? t.products.priceInvalid : null),
      reorder_level: (text) => (text !== "" && parseQuantity(text) === null ? t.products.quantityInvalid : null),
    },
  });

  const save = async (values: FormValues) => {
    const now = fieldsOf(values, format.parse);
    if (product === null) {
      await backend.createProduct(id, now);
      notifyDone(t.products.created(now.name));
      return;
    }
    const [seen, changes] = difference<NewProduct>(product, now);
    if (Object.keys(changes).length === 0) return;
    await backend.editProduct(id, seen, changes);
    notifyDone(t.products.saved(now.name));
  };
  const attempt = (work: Promise<unknown>) => {
    work.catch((thrown: unknown) => notifyProblem(toBackendError(thrown).message));
  };
  const archive = async (target: Product) => {
    await backend.archiveProduct(target.id);
    props.onClose();
    notifyUndo(t.products.archivedToast(target.name), () => attempt(backend.restoreProduct(target.id)));
  };
  const restore = async (target: Product) => {
    await backend.restoreProduct(target.id);
    props.onClose();
    notifyDone(t.products.restored(target.name));
  };

  return (
    <>
      <FormDrawer
        title={product === null ? t.products.new : t.products.editTitle}
        form={form}
        editable={mayEdit}
        onSave={save}
        onClose={props.onClose}
        covered={stock !== null}
        head={
          <>
            {!mayEdit && <Text c="dimmed">{t.products.readOnly}</Text>}
            {product !== null && product.stocked && (
              <Group justify="space-between">
                <Text fw={600}>{t.products.onHand(format.quantity(product.on_hand ?? 0))}</Text>
                <Group gap="xs">
                  {mayReceive && <Button size="md" variant="default" onClick={() => setStock("receive")}>{t.products.receive}</Button>}
                  {mayAdjust && <Button size="md" variant="default" onClick={() => setStock("adjust")}>{t.products.adjust}</Button>}
                </Group>
              </Group>
            )}
          </>
        }
        action={
          product !== null && mayEdit ? (
            <ArchiveButton
              archived={product.archived}
              onArchive={() => attempt(archive(product))}
              onRestore={() => attempt(restore(product))}
              archiveHint={t.products.archivedHint}
              restoreLabel={t.products.restore}
            />
          ) : null
        }
      >
        <TextInput label={t.products.name} data-autofocus={product === null || undefined} {...form.getInputProps("name")} />
        <Group grow align="flex-start">
          <TextInput label={t.products.price} inputMode="decimal" {...form.getInputProps("price")} />
          <TextInput label={t.products.cost} inputMode="decimal" {...form.getInputProps("cost")} />
        </Group>
        <Group grow align="flex-start">
          <TextInput label={t.products.code} {...form.getInputProps("code")} />
          <TextInput label={t.products.barcode} inputMode="numeric" data-scan="field" {...form.getInputProps("barcode")} />
        </Group>
        <Select
          label={t.products.category}
          data={categoryOptions(props.categories, product?.category ?? null)}
          searchable
          {...form.getInputProps("category")}
        />
        <Group grow align="flex-start">
          <Select label={t.products.tax} data={taxOptions(shop.taxRates, product?.tax_rate)} {...form.getInputProps("tax_rate")} />
          <TextInput label={t.products.unit} {...form.getInputProps("unit")} />
        </Group>
        <Group grow align="center">
          <Switch label={t.products.stocked} {...form.getInputProps("stocked", { type: "checkbox" })} />
          <TextInput
            label={t.products.reorder}
            inputMode="decimal"
            disabled={!form.values.stocked}
            {...form.getInputProps("reorder_level")}
          />
        </Group>
      </FormDrawer>
      {product !== null && stock !== null && (
        <StockDialog product={product} kind={stock} onClose={afterEvent(() => setStock(null))} onDone={props.onClose} />
      )}
    </>
  );
}

/** One that is out of use is offered only where the product has it. */
function categoryOptions(categories: readonly Category[], present: Id | null) {
  const offered = categories.filter((each) => each.archived !== true || each.id === present);
  return [{ value: "", label: t.products.noCategory }, ...offered.map((each) => ({ value: each.id, label: each.name }))];
}

function valuesOf(product: Product | null, exponent: number, firstRate: number): FormValues {
  const money = (value: number | null | undefined) => (typeof value === "number" ? decimal(value, exponent) : "");
  return {
    name: product?.name ?? "",
    code: product?.code ?? "",
    barcode: product?.barcode ?? "",
    category: product?.category ?? "",
    price: money(product?.price),
    cost: money(product?.cost),
    tax_rate: String(product?.tax_rate ?? firstRate),
    unit: product?.unit ?? "pc",
    stocked: product?.stocked ?? true,
    reorder_level: typeof product?.reorder_level === "number" ? decimal(product.reorder_level, 3).replace(/\.?0+$/, "") : "",
  };
}

/** Called with values that passed the form's checks. */
function fieldsOf(values: FormValues, parse: (text: string) => number | null): NewProduct {
  const orNull = (text: string) => (text.trim() === "" ? null : text.trim());
  return {
    name: values.name.trim(),
    code: values.code.trim(),
    barcode: orNull(values.barcode),
    category: orNull(values.category),
    price: parse(values.price) ?? 0,
    cost: values.cost === "" ? null : parse(values.cost),
    tax_rate: Number(values.tax_rate),
    unit: values.unit.trim(),
    stocked: values.stocked,
    reorder_level: values.reorder_level === "" ? null : parseQuantity(values.reorder_level),
  };
}

function taxOptions(rates: readonly { readonly name: string; readonly rate: number }[], present: number | undefined) {
  const options = rates.map(({ name, rate }) => ({ value: String(rate), label: `${name} (${formatRate(rate)})` }));
  // A rate that is no longer offered stays what it is until somebody changes it.
  if (present !== undefined && !rates.some(({ rate }) => rate === present)) {
    options.push({ value: String(present), label: formatRate(present) });
  }
  if (options.length === 0) options.push({ value: "0", label: formatRate(0) });
  return options;
}
