import { Button, FileButton, Group, Modal, Progress, Stack, Text } from "@mantine/core";
import { IconFileDownload, IconFileUpload } from "@tabler/icons-react";
import { type DragEvent, useRef, useState } from "react";
import { t } from "../../../i18n";
import { downloadCsv } from "../../../lib/csv";
import { useFormat } from "../../../lib/use-format";
import { toBackendError } from "../../../sync/backend-error";
import { useBackend } from "../../../sync/context";
import { useStatusPart } from "../../../sync/use-status";
import classes from "./import-dialog.module.css";
import { type BadLine, type Counts, type ImportPlan, planImport, runImport } from "./import-run";
import { type ProductFile, readProductFile } from "./product-file";

/** More is for the main server's own command. */
const MOST_BYTES = 20_000_000;
/** Bad lines shown; the file has all of them. */
const SHOWN = 100;

type Step =
  | { readonly kind: "choose"; readonly problem: string | null }
  | { readonly kind: "working"; readonly what: "check" | "import"; readonly done: number; readonly total: number }
  | { readonly kind: "preview"; readonly plan: ImportPlan }
  | { readonly kind: "done"; readonly file: ProductFile; readonly counts: Counts; readonly bad: readonly BadLine[]; readonly stopped: boolean };

/** Takes products in from a file: first what it would do, then, when somebody says so, doing it. */
export function ImportDialog(props: { readonly onClose: () => void }) {
  const backend = useBackend();
  const [step, setStep] = useState<Step>({ kind: "choose", problem: null });
  const stop = useRef(new AbortController());

  const begin = (what: "check" | "import") => {
    stop.current = new AbortController();
    const onProgress = (done: number, total: number) => setStep({ kind: "working", what, done, total });
    return { signal: stop.current.signal, onProgress };
  };
  const read = async (picked: File) => {
    if (picked.size > MOST_BYTES) throw new Error(t.importing.tooLarge);
    const file = readProductFile(picked.name, await picked.text());
    if (file.lines.length === 0) throw new Error(t.importing.noLines);
    const run = begin("check");
    const plan = await planImport(backend, file, run);
    setStep(run.signal.aborted ? { kind: "choose", problem: null } : { kind: "preview", plan });
  };
  const choose = (picked: File | null | undefined) => {
    if (picked === null || picked === undefined) return;
    read(picked).catch((thrown: unknown) => setStep({ kind: "choose", problem: toBackendError(thrown).message }));
  };
  const take = async (plan: ImportPlan) => {
    const run = begin("import");
    try {
      const { counts, bad } = await runImport(backend, plan, run);
      setStep({ kind: "done", file: plan.file, counts, bad, stopped: run.signal.aborted });
    } catch (thrown) {
      setStep({ kind: "choose", problem: t.importing.failed(toBackendError(thrown).message) });
    }
  };
  const close = () => {
    stop.current.abort();
    props.onClose();
  };

  return (
    <Modal opened onClose={close} title={t.importing.title} size="lg" closeOnClickOutside={step.kind === "choose"} data-scan="off">
      {step.kind === "choose" && <Choose problem={step.problem} onChoose={choose} />}
      {step.kind === "working" && (
        <Stack gap="md">
          <Text role="status">{t.importing[step.what](step.done, step.total)}</Text>
          <Progress size="lg" value={step.total === 0 ? 0 : (step.done / step.total) * 100} aria-label={t.importing.progress} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => stop.current.abort()}>{t.importing.stop}</Button>
          </Group>
        </Stack>
      )}
      {step.kind === "preview" && (
        <Stack gap="md">
          <Text fw={600}>{step.plan.file.name}</Text>
          <Sums counts={step.plan.counts} bad={step.plan.bad.length} />
          <BadLines file={step.plan.file} bad={step.plan.bad} />
          {step.plan.todo.length === 0 && <Text>{t.importing.nothing}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setStep({ kind: "choose", problem: null })}>{t.importing.other}</Button>
            <Button disabled={step.plan.todo.length === 0} onClick={() => void take(step.plan)}>
              {t.importing.take(step.plan.todo.length)}
            </Button>
          </Group>
        </Stack>
      )}
      {step.kind === "done" && (
        <Stack gap="md">
          <Text fw={600} role="status">{step.stopped ? t.importing.stopped : t.importing.finished}</Text>
          <Sums counts={step.counts} bad={step.bad.length} />
          <Waiting />
          <BadLines file={step.file} bad={step.bad} />
          <Group justify="flex-end">
            <Button onClick={props.onClose}>{t.common.done}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function Choose(props: { readonly problem: string | null; readonly onChoose: (file: File | null | undefined) => void }) {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    props.onChoose(event.dataTransfer.files[0]);
  };
  return (
    <Stack gap="md">
      <div
        className={classes.drop}
        data-over={over}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <IconFileUpload size={40} stroke={1.4} aria-hidden />
        <Text>{t.importing.drop}</Text>
        <FileButton accept=".csv,text/csv" onChange={props.onChoose}>
          {(button) => <Button {...button}>{t.importing.choose}</Button>}
        </FileButton>
      </div>
      {props.problem !== null && <Text c="var(--ts-bad)" role="alert">{props.problem}</Text>}
      <Text c="dimmed">{t.importing.columns}</Text>
      <Text c="dimmed">{t.importing.same}</Text>
    </Stack>
  );
}

function Sums(props: { readonly counts: Counts; readonly bad: number }) {
  const format = useFormat();
  const { counts, bad } = props;
  return (
    <dl className={classes.sums}>
      {([
        [t.importing.new, counts.new],
        [t.importing.changed, counts.changed],
        [t.importing.unchanged, counts.unchanged],
        [t.importing.bad, bad],
      ] as const).map(([label, count]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{format.count(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What was taken in goes out like any other work of this till. */
function Waiting() {
  const pending = useStatusPart((status) => status.pending);
  return <Text c="dimmed">{pending === 0 ? t.importing.sent : t.importing.waiting(pending)}</Text>;
}

function BadLines(props: { readonly file: ProductFile; readonly bad: readonly BadLine[] }) {
  const { bad, file } = props;
  if (bad.length === 0) return null;
  const download = () =>
    downloadCsv(
      file.name.replace(/(\.csv)?$/i, "-bad-lines.csv"),
      [...file.header, "line", "reason"],
      bad.map((each) => [...file.header.map((_, at) => each.cells[at] ?? ""), String(each.line), each.reason]),
    );
  return (
    <section aria-label={t.importing.bad}>
      <Group justify="space-between" mb={8}>
        <Text fw={600}>{t.importing.badTitle(bad.length)}</Text>
        <Button size="md" variant="default" leftSection={<IconFileDownload size={20} aria-hidden />} onClick={download}>
          {t.importing.download}
        </Button>
      </Group>
      <ul className={classes.bad}>
        {bad.slice(0, SHOWN).map((each) => (
          <li key={each.line}>
            <strong>{t.importing.line(each.line)}</strong>
            <span>{each.reason}</span>
            <code>{each.cells.join(", ")}</code>
          </li>
        ))}
      </ul>
      {bad.length > SHOWN && <Text c="dimmed">{t.importing.more(bad.length - SHOWN)}</Text>}
    </section>
  );
}
