import { Badge, Button, Group as Row, Select } from "@mantine/core";
import { IconCheck, IconClipboardList } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { Doc, Id, Product, SyncBackend, Task, TaskAction } from "../../sync/backend";
import { asSentence } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { Empty } from "../../ui/empty";
import { CountDialog } from "./count-dialog";
import { EndTaskDialog } from "./end-task-dialog";
import classes from "./inbox.module.css";
import { useTasks } from "./use-tasks";

type Dialog =
  | { readonly kind: "end"; readonly task: Task; readonly action: TaskAction }
  | { readonly kind: "count"; readonly task: Task; readonly product: Product };

function kindName(kind: string): string {
  return t.tasks.kinds[kind] ?? kind.replaceAll("_", " ");
}

/** What the main server wants a person to look at, newest first. */
export function TaskList(props: { readonly open: boolean; readonly mayClose: boolean }) {
  const { open } = props;
  const backend = useBackend();
  const { tasks, refresh } = useTasks(open);
  const [kind, setKind] = useState("");
  const [dialog, setDialog] = useState<Dialog | null>(null);
  if (tasks === null) return null;
  if (tasks.length === 0) {
    return <Empty title={open ? t.tasks.none : t.tasks.noneClosed} hint={open ? t.tasks.noneHint : t.tasks.noneClosedHint} />;
  }
  const kinds = [...new Set(tasks.map((task) => task.kind))].sort();
  const shown = kinds.includes(kind) ? tasks.filter((task) => task.kind === kind) : tasks;
  const begin = async (task: Task, action: TaskAction) => {
    const product = action === "recounted" ? await productOf(backend, task.subject) : null;
    setDialog(product === null ? { kind: "end", task, action } : { kind: "count", task, product });
  };
  const close = () => setDialog(null);
  // The list follows by itself; an error may mean that it was read too early.
  const closeAndRead = () => {
    close();
    void refresh();
  };
  return (
    <div className={classes.cards} tabIndex={-1}>
      {kinds.length > 1 && (
        <Select
          className={classes.filter}
          aria-label={t.tasks.kind}
          data={[{ value: "", label: t.tasks.allKinds }, ...kinds.map((each) => ({ value: each, label: kindName(each) }))]}
          value={kinds.includes(kind) ? kind : ""}
          onChange={(value) => setKind(value ?? "")}
        />
      )}
      <ul className={classes.rows} aria-label={t.tasks.list}>
        {shown.map((task) => (
          <TaskRow key={task.id} task={task} mayClose={props.mayClose} onAction={(action) => void begin(task, action)} />
        ))}
      </ul>
      {dialog?.kind === "end" && <EndTaskDialog task={dialog.task} action={dialog.action} onClose={closeAndRead} />}
      {dialog?.kind === "count" && <CountDialog task={dialog.task} product={dialog.product} onClose={closeAndRead} />}
    </div>
  );
}

/** A product with its stock on hand; `null` where it is gone. */
async function productOf(backend: SyncBackend, id: Id): Promise<Product | null> {
  const product = await backend.get("products", id);
  if (product === null) return null;
  const filter = [{ field: "product", op: "eq", value: id }] as const;
  const levels = await backend.query({ collection: "stock_levels", filter });
  const onHand = levels.items.reduce((sum, level) => sum + ((level as Doc<{ on_hand?: number }>).on_hand ?? 0), 0);
  return { ...(product as Product), on_hand: onHand };
}

interface TaskRowProps {
  readonly task: Task;
  readonly mayClose: boolean;
  readonly onAction: (action: TaskAction) => void;
}

function TaskRow({ task, mayClose, onAction }: TaskRowProps) {
  const format = useFormat();
  const open = task.status === "open";
  const Icon = open ? IconClipboardList : IconCheck;
  const where = [...new Set(task.causes.map((cause) => cause.device_name).filter((name) => name !== null))].join(", ");
  const others = [...new Set(task.causes.map((cause) => cause.message))].filter((message) => message !== task.message);
  return (
    <li className={classes.row} data-testid="task">
      <span className={classes.icon} data-open={open}><Icon size={22} aria-hidden /></span>
      <div className={classes.what}>
        <strong>{asSentence(task.message)}</strong>
        {others.map((message) => (
          <span key={message} className={classes.line}>{asSentence(message)}</span>
        ))}
        <span className={classes.detail}>
          {[kindName(task.kind), t.tasks.times(task.count), where, format.dateTime(task.raised_at)].filter(Boolean).join(" · ")}
        </span>
        {!open && <span className={classes.line}>{ending(task, format.dateTime)}</span>}
      </div>
      {task.pending === true && <Badge size="lg" radius="sm" variant="light" color="blue" tt="none">{t.common.notSent}</Badge>}
      {open && mayClose && (
        <Row gap="xs" justify="flex-end">
          {task.actions.map((action) => (
            <Button key={action} variant="default" onClick={() => onAction(action)}>
              {t.tasks.actions[action]}
            </Button>
          ))}
        </Row>
      )}
    </li>
  );
}

function ending(task: Task, when: (at: number) => string): string {
  const did = task.action === null ? null : t.tasks.done[task.action];
  const by = task.closed_at === null ? null : t.inbox.by(task.closerName ?? t.inbox.someone, when(task.closed_at));
  return [did, task.note, by].filter(Boolean).join(" · ");
}
