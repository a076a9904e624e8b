import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { lazy, Suspense, useCallback, useRef, useState } from "react";
import { useLocation } from "wouter";
import { t } from "../../i18n";
import { parseQuantity } from "../../lib/money";
import { receiptPath } from "../../lib/receipt-path";
import { isEditable } from "../../lib/scan-listener";
import { useFormat } from "../../lib/use-format";
import { useKeys } from "../../lib/use-keys";
import { useScanTarget } from "../../lib/use-scan";
import type { Cart, Id, OverrideNeed, Product, ReceiptView } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { Confirm } from "../../ui/confirm";
import { OverrideDialog } from "../../ui/override-dialog";
import { ReceiptDialog } from "../../ui/receipt";
import { notifyProblem, notifyUndo } from "../../ui/toast";
import { AmountDialog } from "./amount-dialog";
import { CartPanel } from "./cart-panel";
import { additionOf, ONE } from "./cart-edit";
import { Catalogue } from "./catalogue";
import { DiscountDialog } from "./discount-dialog";
import { HoldDialog } from "./hold-dialog";
import { PayDialog } from "./pay-dialog";
import { PayKey, Tender } from "./tender";
import { useHeldSales } from "./use-held-sales";
import { useTill, useTillStore } from "./use-till";
import classes from "./till-screen.module.css";

// With its form it is large, and not what a till begins with.
const BatchDialog = lazy(async () => ({ default: (await import("./batch-dialog")).BatchDialog }));
const ChooseDialog = lazy(async () => ({ default: (await import("../customers/choose-dialog")).ChooseDialog }));

type Dialog =
  | { readonly kind: "pay" }
  | { readonly kind: "quantity" }
  | { readonly kind: "price" }
  | { readonly kind: "discount"; readonly onLine: boolean; readonly entry: string }
  | { readonly kind: "customer" }
  | { readonly kind: "batch"; readonly line: Id }
  | { readonly kind: "hold" }
  | { readonly kind: "clear" }
  | { readonly kind: "receipt"; readonly receipt: ReceiptView }
  /** `before`: the cart to go back to when nobody approves. */
  | { readonly kind: "override"; readonly need: OverrideNeed; readonly before: Cart | null };

/** Catalogue, cart and tender keys at fixed places; on a narrow screen the cart is a sheet. */
export function TillScreen() {
  const store = useTillStore();
  const till = useTill();
  const format = useFormat();
  const held = useHeldSales();
  const [, navigate] = useLocation();
  const search = useRef<HTMLInputElement>(null);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [sheet, setSheet] = useState(false);
  const close = () => setDialog(null);
  const { cart, priced } = till;
  const empty = cart.lines.length === 0;
  const line = cart.lines.find((each) => each.id === till.selected) ?? null;
  const batched = cart.lines.find((each) => dialog?.kind === "batch" && each.id === dialog.line);

  // The catalogue is the largest part of the screen: it must not be drawn again with every cart.
  const add = useCallback((product: Product) => attempt(store.add(additionOf(product))), [store]);
  const enter = useCallback(
    (text: string, first: Product | null) => store.enter(text, first === null ? null : additionOf(first)),
    [store],
  );

  /** Makes a change; what the person may not do alone is approved by another or undone. */
  const guarded = async (change: () => Promise<void>) => {
    const before = store.snapshot().cart;
    await change();
    const need = store.needs[0];
    if (need !== undefined) setDialog({ kind: "override", need, before });
  };

  const openPay = () => {
    if (empty || till.paying || till.lookingUp > 0) return;
    const need = store.needs[0];
    setDialog(need === undefined ? { kind: "pay" } : { kind: "override", need, before: null });
  };
  // No dialog is open that would show it.
  const sayRefusal = () => {
    const { error } = store.snapshot();
    if (error !== null) notifyProblem(error.message);
  };
  const exactCash = () => {
    const need = store.needs[0];
    if (need === undefined) attempt(store.payExactCash().then(sayRefusal));
    else setDialog({ kind: "override", need, before: null });
  };
  const quantity = () => {
    if (line === null) return;
    const typed = parseQuantity(store.takeEntry());
    if (typed === null) setDialog({ kind: "quantity" });
    else attempt(store.setQuantity(line.id, typed));
  };
  const price = () => {
    if (line === null) return;
    const typed = format.parse(store.takeEntry());
    if (typed === null) setDialog({ kind: "price" });
    else attempt(guarded(() => store.setPrice(line.id, typed)));
  };
  const remove = (id: Id) => {
    const index = cart.lines.findIndex((each) => each.id === id);
    const gone = cart.lines[index];
    if (gone === undefined) return;
    attempt(store.remove(id));
    notifyUndo(t.cart.removed(gone.name), () => attempt(store.putBack(cart.id, gone, index)));
  };

  useScanTarget({
    onScan: (text, at) => {
      const receipt = receiptPath(text);
      if (dialog !== null) notifyProblem(t.till.finishFirst);
      else if (receipt !== null) navigate(receipt);
      else attempt(store.scan(text, at));
    },
    onTyped: (text) => {
      if (dialog !== null) return;
      if (/^[\d.,]+$/.test(text)) store.type(text.replaceAll(",", "."));
      else if (/^\p{L}/u.test(text)) typeInto(search.current, text);
    },
  });
  const inField = (event: KeyboardEvent) => isEditable(event.target);
  useKeys(
    {
      F2: () => search.current?.select(),
      F3: price,
      F4: quantity,
      F6: () => setDialog({ kind: "customer" }),
      F7: () => {
        if (!empty) setDialog({ kind: "discount", onLine: false, entry: store.takeEntry() });
      },
      F8: () => setDialog({ kind: "hold" }),
      F9: openPay,
      F10: exactCash,
      "ctrl+b": () => {
        if (line !== null) setDialog({ kind: "batch", line: line.id });
      },
      "+": (event) => !inField(event) && line !== null && (attempt(store.step(line.id, ONE)), true),
      "-": (event) => !inField(event) && line !== null && (attempt(store.step(line.id, -ONE)), true),
      ArrowUp: (event) => !inField(event) && (store.selectNext(-1), true),
      ArrowDown: (event) => !inField(event) && (store.selectNext(1), true),
      Delete: (event) => !inField(event) && line !== null && (remove(line.id), true),
      Backspace: (event) => !inField(event) && (store.deleteDigit(), true),
      Escape: () => {
        store.takeEntry();
        store.dismissError();
        setSheet(false);
      },
    },
    dialog === null,
  );

  return (
    <div className={classes.till} data-sheet={sheet}>
      <h1 className={classes.title}>{t.till.title}</h1>
      <Catalogue
        searchField={search}
        onAdd={add}
        onEnter={enter}
      />
      <div className={classes.checkout} id="checkout">
        <CartPanel
          onDiscount={(id) => setDialog({ kind: "discount", onLine: id !== null, entry: store.takeEntry() })}
          onCustomer={() => setDialog({ kind: "customer" })}
          onBatch={(id) => setDialog({ kind: "batch", line: id })}
          onReceipt={(receipt) => setDialog({ kind: "receipt", receipt })}
          onRemove={remove}
          onClear={() => setDialog({ kind: "clear" })}
        />
        <Tender
          held={held?.total ?? 0}
          onQuantity={quantity}
          onPrice={price}
          onDiscount={() => setDialog({ kind: "discount", onLine: false, entry: store.takeEntry() })}
          onHold={() => setDialog({ kind: "hold" })}
          onExactCash={exactCash}
          onPay={openPay}
        />
      </div>
      <div className={classes.bar}>
        <UnstyledButton
          className={classes.toggle}
          aria-expanded={sheet}
          aria-controls="checkout"
          data-testid="cart-toggle"
          onClick={() => setSheet(!sheet)}
        >
          <VisuallyHidden>{sheet ? t.cart.hide : t.cart.show}</VisuallyHidden>
          {sheet ? <IconChevronDown aria-hidden /> : <IconChevronUp aria-hidden />}
          <BarText />
        </UnstyledButton>
        <PayKey disabled={empty || priced === null || till.paying || till.lookingUp > 0} onPay={openPay} />
      </div>

      {dialog?.kind === "pay" && (
        <PayDialog
          onClose={() => {
            close();
            setSheet(false);
          }}
        />
      )}
      {dialog?.kind === "quantity" && line !== null && (
        <AmountDialog
          title={t.quantity.title(line.name)}
          label={t.cart.quantity}
          initial={format.quantity(line.quantity)}
          parse={parseQuantity}
          invalid={t.quantity.invalid}
          submit={t.quantity.set}
          onClose={close}
          onSubmit={(value) => {
            close();
            attempt(store.setQuantity(line.id, value));
          }}
        />
      )}
      {dialog?.kind === "price" && line !== null && (
        <AmountDialog
          title={t.price.title(line.name)}
          label={t.cart.price}
          hint={t.price.list(format.money(line.listPrice))}
          initial={format.editable(line.unitPrice)}
          parse={format.parse}
          invalid={t.price.invalid}
          submit={t.price.set}
          onClose={close}
          onSubmit={(value) => {
            close();
            attempt(guarded(() => store.setPrice(line.id, value)));
          }}
        />
      )}
      {dialog?.kind === "discount" && (
        <DiscountDialog
          line={line}
          orderDiscount={cart.discount}
          startWithLine={dialog.onLine}
          entry={dialog.entry}
          onClose={close}
          onSubmit={(target, discount) => {
            close();
            attempt(guarded(() => store.setDiscount(target, discount)));
          }}
        />
      )}
      {dialog?.kind === "customer" && (
        <Suspense>
          <ChooseDialog
            chosen={cart.customer}
            onClose={close}
            onChoose={(customer) => {
              close();
              attempt(store.setCustomer(customer));
            }}
          />
        </Suspense>
      )}
      {dialog?.kind === "batch" && batched !== undefined && batched.product !== null && (
        <Suspense>
          <BatchDialog
            line={batched}
            product={batched.product}
            onClose={close}
            onChoose={(lot, expiry) => {
              close();
              attempt(guarded(() => store.setBatch(batched.id, lot, expiry)));
            }}
          />
        </Suspense>
      )}
      {dialog?.kind === "hold" && <HoldDialog onClose={close} />}
      <Confirm
        opened={dialog?.kind === "clear"}
        title={t.cart.clearTitle}
        hint={t.cart.clearHint(t.cart.items(format.quantity(priced?.units ?? 0)), format.money(priced?.total ?? 0))}
        action={t.cart.clear}
        onCancel={close}
        onConfirm={() => {
          close();
          const before = cart;
          store.clear();
          notifyUndo(t.cart.cleared, () => attempt(store.restore(before)));
        }}
      />
      <OverrideDialog
        need={dialog?.kind === "override" ? dialog.need : null}
        onCancel={() => {
          close();
          if (dialog?.kind === "override" && dialog.before !== null) attempt(store.restore(dialog.before));
        }}
        onApproved={(approval) => {
          close();
          attempt(guarded(() => store.approve(approval)));
        }}
      />
      <ReceiptDialog receipt={dialog?.kind === "receipt" ? dialog.receipt : null} occasion="first" onClose={close} />
    </div>
  );
}

/** The closed cart in two words: what came last and the total, or the change of the sale just made. */
function BarText() {
  const { cart, priced, done, lastAdded } = useTill();
  const format = useFormat();
  const last = cart.lines.find((each) => each.id === lastAdded)?.name ?? t.cart.items(format.quantity(priced?.units ?? 0));
  const [text, sum] =
    cart.lines.length > 0
      ? [last, priced?.total ?? 0]
      : done === null
        ? [t.cart.empty, 0]
        : done.change > 0
          ? [t.cart.changeDue, done.change]
          : [t.cart.noChange, done.receipt.total];
  return (
    <>
      <span className={classes.barLast}>{text}</span>
      <span className={classes.barTotal} data-testid="bar-total">{format.money(sum)}</span>
    </>
  );
}

function attempt(work: Promise<unknown>): void {
  work.catch((thrown: unknown) => notifyProblem(toBackendError(thrown).message));
}

/** What was typed while nothing had the focus goes into the search, and so does what follows. */
function typeInto(field: HTMLInputElement | null, text: string): void {
  if (field === null) return;
  field.focus();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, field.value + text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
