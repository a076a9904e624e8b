import { Button, CloseButton, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconBarcodeOff, IconCheck, IconDiscount2, IconMinus, IconPackage, IconPlus, IconShieldCheck, IconTrash, IconUser } from "@tabler/icons-react";
import { memo, useEffect, useRef } from "react";
import { t } from "../../i18n";
import { formatRate } from "../../lib/money";
import { markPainted } from "../../lib/marks";
import { type Format, useFormat } from "../../lib/use-format";
import { useShop } from "../../sync/context";
import type { CartLine, CompletedSale, Id, PricedLine, ReceiptView, TakenBatches } from "../../sync/backend";
import { KeyHint } from "../../ui/key-hint";
import { useCustomer } from "../customers/use-customer";
import { ONE } from "./cart-edit";
import type { ScanProblem } from "./till-store";
import { useTill, useTillStore } from "./use-till";
import classes from "./cart-panel.module.css";

interface CartPanelProps {
  readonly onDiscount: (line: Id | null) => void;
  readonly onCustomer: () => void;
  readonly onBatch: (line: Id) => void;
  readonly onReceipt: (receipt: ReceiptView) => void;
  readonly onRemove: (line: Id) => void;
  readonly onClear: () => void;
}

/** The lines, what was scanned in vain, and the totals, or the change of the sale just made. */
export function CartPanel(props: CartPanelProps) {
  const store = useTillStore();
  const till = useTill();
  const format = useFormat();
  const list = useRef<HTMLUListElement>(null);
  const priced = new Map(till.priced?.lines.map((line) => [line.id, line]));
  const taken = new Map(till.priced?.batches.map((each) => [each.line, each]));
  const upToDate = till.pricedCart === till.cart;

  useEffect(() => {
    if (upToDate) markPainted("scan-to-row");
  }, [upToDate, till.priced]);
  useEffect(() => {
    if (till.selected === null) return;
    list.current?.querySelector('[data-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [till.selected, till.lastAdded, till.cart.lines.length, till.priced]);

  return (
    <section className={classes.cart} aria-label={t.cart.title} data-testid="cart">
      {till.scanProblems.map((problem, index) => (
        <ProblemRow key={index} problem={problem} onDismiss={() => store.dismissScanProblem(index)} />
      ))}
      <CustomerRow customer={till.cart.customer} onOpen={props.onCustomer} />
      {till.cart.lines.length === 0 ? (
        till.done === null ? (
          <div className={classes.empty}>
            <p className={classes.emptyTitle}>{t.cart.empty}</p>
            <p>{t.cart.emptyHint}</p>
          </div>
        ) : (
          <ChangeDue done={till.done} format={format} onReceipt={props.onReceipt} />
        )
      ) : (
        <>
          <div className={classes.head}>
            <span>{t.cart.items(format.quantity(till.priced?.units ?? 0))}</span>
            <UnstyledButton className={classes.clear} onClick={props.onClear}>{t.cart.clear}</UnstyledButton>
          </div>
          <ul ref={list} className={classes.lines}>
            {till.cart.lines.map((line) => (
              <Row
                key={line.id}
                line={line}
                priced={priced.get(line.id) ?? null}
                taken={taken.get(line.id)}
                selected={line.id === till.selected}
                added={line.id === till.lastAdded}
                format={format}
                onSelect={(id) => store.select(id)}
                onStep={(id, delta) => void store.step(id, delta)}
                onRemove={props.onRemove}
                onDiscount={props.onDiscount}
                onBatch={props.onBatch}
              />
            ))}
          </ul>
          <Totals onDiscount={props.onDiscount} format={format} />
        </>
      )}
    </section>
  );
}

interface RowProps {
  readonly line: CartLine;
  readonly priced: PricedLine | null;
  /** Where its product has batches. */
  readonly taken: TakenBatches | undefined;
  readonly selected: boolean;
  readonly added: boolean;
  readonly format: Format;
  readonly onSelect: (id: Id) => void;
  readonly onStep: (id: Id, delta: number) => void;
  readonly onRemove: (id: Id) => void;
  readonly onDiscount: (id: Id) => void;
  readonly onBatch: (id: Id) => void;
}

const Row = memo(
  function Row({ line, priced, taken, selected, added, format, ...act }: RowProps) {
    return (
      <li className={classes.line} data-selected={selected} data-added={added} data-testid="cart-line">
        <UnstyledButton className={classes.main} aria-pressed={selected} onClick={() => act.onSelect(line.id)}>
          <span className={classes.quantity}>{format.quantity(line.quantity)} ×</span>
          <span className={classes.name}>{line.name}</span>
          <span className={classes.total}>{priced === null ? "" : format.price(priced.total)}</span>
          <span className={classes.detail}>
            <span>{format.price(line.unitPrice)}</span>
            {line.unitPrice !== line.listPrice && <span>{t.cart.was(format.price(line.listPrice))}</span>}
            <Batches line={line} taken={taken} format={format} />
            {priced !== null && priced.discount > 0 && (
              <span className={classes.discount}>
                −{format.price(priced.discount)}
                {line.discount?.kind === "percent" && ` (${formatRate(line.discount.rate)})`}
              </span>
            )}
          </span>
        </UnstyledButton>
        {selected && (
          <div className={classes.actions}>
            <UnstyledButton className={classes.action} aria-label={t.cart.less(line.name)} onClick={() => act.onStep(line.id, -ONE)}>
              <IconMinus size={22} aria-hidden />
            </UnstyledButton>
            <UnstyledButton className={classes.action} aria-label={t.cart.more(line.name)} onClick={() => act.onStep(line.id, ONE)}>
              <IconPlus size={22} aria-hidden />
            </UnstyledButton>
            <UnstyledButton className={classes.action} aria-label={t.cart.lineDiscount} onClick={() => act.onDiscount(line.id)}>
              <IconDiscount2 size={22} aria-hidden />
            </UnstyledButton>
            {taken !== undefined && (
              <UnstyledButton className={classes.action} aria-label={t.lots.title(line.name)} onClick={() => act.onBatch(line.id)}>
                <IconPackage size={22} aria-hidden />
              </UnstyledButton>
            )}
            <UnstyledButton className={classes.action} aria-label={t.cart.removeLine(line.name)} onClick={() => act.onRemove(line.id)}>
              <IconTrash size={22} aria-hidden />
            </UnstyledButton>
          </div>
        )}
      </li>
    );
  },
  // The handlers only call the store: a row changes with its line and price alone.
  (before, after) =>
    before.line === after.line &&
    before.selected === after.selected &&
    before.added === after.added &&
    before.format === after.format &&
    before.priced?.total === after.priced?.total &&
    JSON.stringify(before.taken) === JSON.stringify(after.taken) &&
    before.priced?.discount === after.priced?.discount,
);

/** Of which batches the goods are, and what speaks against selling them. */
function Batches({ line, taken, format }: Pick<RowProps, "line" | "taken" | "format">) {
  if (taken === undefined) return line.expiry === null ? null : <span>{format.day(line.expiry)}</span>;
  if (taken.onlyExpired) return <Warning text={t.lots.onlyExpired} />;
  const parts = taken.of.length > 1;
  return taken.of.map((part, at) => {
    const day = part.expiry === null ? null : format.day(part.expiry);
    if (part.expired && day !== null) return <Warning key={at} text={[t.lots.lot(part.lot ?? ""), t.lots.expired(day)].join(" · ")} />;
    const name = part.lot === null ? t.lots.other : t.lots.lot(part.lot);
    return <span key={at}>{[parts ? `${format.quantity(part.quantity)} × ${name}` : name, day].filter(Boolean).join(" · ")}</span>;
  });
}

function Warning(props: { readonly text: string }) {
  return (
    <span className={classes.warning}>
      <IconAlertTriangle size={18} aria-hidden /> {props.text}
    </span>
  );
}

/** Who buys, and what they may still put on credit. */
function CustomerRow(props: { readonly customer: Id | null; readonly onOpen: () => void }) {
  const customer = useCustomer(props.customer);
  const format = useFormat();
  const left = Math.max(0, (customer?.credit_limit ?? 0) - (customer?.credit_balance ?? 0));
  return (
    <UnstyledButton className={classes.customer} data-chosen={customer !== null} onClick={props.onOpen}>
      <IconUser size={20} aria-hidden />
      <span className={classes.customerName}>{customer === null ? t.customers.choose : customer.name}</span>
      {customer !== null && (customer.credit_limit ?? 0) > 0 && <span className={classes.customerLeft}>{t.customers.left(format.money(left))}</span>}
      <KeyHint>F6</KeyHint>
    </UnstyledButton>
  );
}

function ProblemRow(props: { readonly problem: ScanProblem; readonly onDismiss: () => void }) {
  const { problem } = props;
  const [title, hint] = {
    unknown: () => [t.till.unknownCode(problem.code), t.till.unknownHint] as const,
    unreadable: () => [t.till.unreadable(problem.code), t.till.unreadableHint] as const,
    archived: () => [t.till.archivedCode(problem.kind === "archived" ? problem.name : problem.code), t.till.archivedHint] as const,
  }[problem.kind]();
  return (
    <div className={classes.problem} role="alert" data-testid="scan-problem">
      <IconBarcodeOff size={24} aria-hidden />
      <div className={classes.problemText}>
        <strong>{title}</strong>
        <span>{hint}</span>
      </div>
      <CloseButton aria-label={t.common.remove} onClick={props.onDismiss} />
    </div>
  );
}

function Totals(props: {
  readonly format: Format;
  readonly onDiscount: (line: null) => void;
}) {
  const { cart, priced } = useTill();
  const shop = useShop();
  const { format } = props;
  if (priced === null) return <div className={classes.totals} />;
  return (
    <div className={classes.totals}>
      {(priced.discount > 0 || (!shop.taxIncluded && priced.taxTotal !== 0)) && (
        <Sum label={t.cart.subtotal} value={format.price(priced.subtotal)} />
      )}
      {priced.discount > 0 && (
        <UnstyledButton className={classes.sumButton} onClick={() => props.onDiscount(null)}>
          <Sum label={t.cart.discount} value={`−${format.price(priced.discount)}`} />
        </UnstyledButton>
      )}
      {priced.taxTotal !== 0 && (
        <Sum label={shop.taxIncluded ? t.cart.taxIncluded : t.cart.tax} value={format.price(priced.taxTotal)} />
      )}
      {cart.approvals.length > 0 && (
        <p className={classes.approved}>
          <IconShieldCheck size={18} aria-hidden /> {[...new Set(cart.approvals.map((each) => each.name))].join(", ")}
        </p>
      )}
      <div className={classes.totalRow}>
        <span className={classes.grandLabel} aria-hidden>{t.cart.total}</span>
        <output className={classes.grand} aria-label={t.cart.total} data-testid="total">
          {format.money(priced.total)}
        </output>
      </div>
    </div>
  );
}

function Sum(props: { readonly label: string; readonly value: string }) {
  return (
    <span className={classes.sum}>
      <span>{props.label}</span>
      <span>{props.value}</span>
    </span>
  );
}

function ChangeDue(props: {
  readonly done: CompletedSale;
  readonly format: Format;
  readonly onReceipt: (receipt: ReceiptView) => void;
}) {
  const { done, format } = props;
  return (
    <div className={classes.change} data-testid="change-due">
      <IconCheck size={32} className={classes.check} aria-hidden />
      {done.change > 0 ? (
        <>
          <p className={classes.changeLabel}>{t.cart.changeDue}</p>
          <p className={classes.changeAmount} role="status">{format.money(done.change)}</p>
        </>
      ) : (
        <p className={classes.changeLabel} role="status">{t.cart.noChange}</p>
      )}
      <p className={classes.changeTotal}>
        {t.cart.total} {format.money(done.receipt.total)}
      </p>
      <p className={classes.changeNumber}>{t.cart.lastSale(done.receipt.number)}</p>
      <Button variant="default" onClick={() => props.onReceipt(done.receipt)}>{t.cart.receipt}</Button>
      <p className={classes.changeHint}>{t.cart.newSale}</p>
    </div>
  );
}
