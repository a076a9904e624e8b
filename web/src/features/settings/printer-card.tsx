import { Button, Checkbox, Group, Select, Stack, Text } from "@mantine/core";
import { useCallback, useState } from "react";
import { t } from "../../i18n";
import type { PrinterConnection, PrinterPorts, PrinterSettings } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useMutation } from "../../sync/use-mutation";
import { firstOf, PrinterPlace } from "./printer-place";
import classes from "./settings-screen.module.css";

const NO_PORTS: PrinterPorts = { serial: [], usb: [], files: [] };
const KINDS = Object.entries(t.printing.kinds).map(([value, label]) => ({ value, label }));
const COLUMNS = Object.entries(t.printing.columnsOf).map(([value, label]) => ({ value, label }));

/** The printer of a desktop till and the drawer that hangs on it. */
export function PrinterCard() {
  const backend = useBackend();
  const { value: printing, refresh } = useAsked(useCallback(() => backend.printing(), [backend]), null);
  const { value: ports } = useAsked(useCallback(() => backend.printerPorts().catch(() => NO_PORTS), [backend]), null);
  // Outlives the form, which begins anew with what was saved.
  const [said, setSaid] = useState<string | null>(null);
  if (printing === null || printing.settings === null) return null;
  return (
    <section className={classes.card} aria-label={t.printing.title}>
      <h2>{t.printing.title}</h2>
      <Text c="dimmed">{t.printing.hint}</Text>
      {/* What was saved is what is shown, as the till keeps it. */}
      <PrinterForm key={JSON.stringify(printing.settings)} settings={printing.settings} ports={ports ?? NO_PORTS} said={said} onSaid={setSaid} onSaved={refresh} />
    </section>
  );
}

interface FormProps {
  readonly settings: PrinterSettings;
  readonly ports: PrinterPorts;
  /** What was done last, told beside the buttons: a toast would cover them. */
  readonly said: string | null;
  readonly onSaid: (said: string | null) => void;
  readonly onSaved: () => Promise<void>;
}

function PrinterForm(props: FormProps) {
  const backend = useBackend();
  const [settings, setSettings] = useState(props.settings);
  const { run: save, busy: saving, error } = useMutation(async () => {
    props.onSaid(null);
    await backend.setPrinter(settings);
    props.onSaid(t.printing.saved);
    await props.onSaved();
  });
  const { run: test, busy: testing, error: failed } = useMutation(async () => {
    props.onSaid(null);
    await backend.printTestPage();
    props.onSaid(t.printing.tested);
  });
  const set = (part: Partial<PrinterSettings>) => setSettings((before) => ({ ...before, ...part }));
  const { connection } = settings;
  const changed = JSON.stringify(settings) !== JSON.stringify(props.settings);
  const problem = (field: string) => (error?.field === field ? error.message : null);
  const columns = String(settings.columns);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="sm" mt="sm">
        <Group align="flex-end" gap="sm">
          <Select
            label={t.printing.kind}
            data={KINDS}
            allowDeselect={false}
            value={connection.kind}
            onChange={(kind) => set({ connection: firstOf(kind as PrinterConnection["kind"], props.ports) })}
          />
          <PrinterPlace connection={connection} ports={props.ports} problem={problem} onChange={(next) => set({ connection: next })} />
        </Group>
        {connection.kind === "none" && <Text>{t.printing.noneHint}</Text>}
        {connection.kind !== "none" && (
          <>
            <Select
              label={t.printing.columns}
              data={columns in t.printing.columnsOf ? COLUMNS : [...COLUMNS, columns]}
              allowDeselect={false}
              value={columns}
              error={problem("columns")}
              onChange={(value) => set({ columns: Number(value) })}
            />
            <Checkbox label={t.printing.automatic} checked={settings.automatic} onChange={(event) => set({ automatic: event.currentTarget.checked })} />
            <Checkbox
              label={t.printing.drawer}
              description={t.printing.drawerHint}
              checked={settings.drawer}
              onChange={(event) => set({ drawer: event.currentTarget.checked })}
            />
          </>
        )}
        {error !== null && error.field === null && <Text c="var(--ts-bad)" role="alert">{error.message}</Text>}
        {failed !== null && <Text c="var(--ts-bad)" role="alert">{failed.message}</Text>}
        <Group>
          <Button type="submit" loading={saving} disabled={!changed}>{t.printing.save}</Button>
          {props.settings.connection.kind !== "none" && (
            <Button variant="default" loading={testing} disabled={changed} title={t.printing.testHint} onClick={() => void test()}>{t.printing.test}</Button>
          )}
          <Text role="status">{changed ? null : props.said}</Text>
        </Group>
      </Stack>
    </form>
  );
}
