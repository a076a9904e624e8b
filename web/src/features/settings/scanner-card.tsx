import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { type Scanner, scanner, setScanner } from "../../lib/scanner";
import { useScanTarget } from "../../lib/use-scan";
import { notifyDone, notifyProblem } from "../../ui/toast";
import classes from "./settings-screen.module.css";

function said({ sent, code }: { readonly sent: string; readonly code: string }): string {
  return sent === code ? t.settings.scannerSent(sent) : t.settings.scannerRead(sent, code);
}

/** What the scanner of this device sends around a code, and a place to try it. */
export function ScannerCard() {
  const [kept, setKept] = useState(scanner);
  const [typed, setTyped] = useState(kept);
  const [tried, setTried] = useState<{ readonly sent: string; readonly code: string } | null>(null);
  const [trying, setTrying] = useState(false);
  // Otherwise a scan sells, wherever it is made.
  useScanTarget({ onScan: (code, _at, sent) => setTried({ code, sent }) }, trying);
  const set = (part: Partial<Scanner>) => setTyped((before) => ({ ...before, ...part }));
  const changed = typed.prefix !== kept.prefix || typed.suffix !== kept.suffix;
  const keep = () => {
    if (!setScanner(typed)) return notifyProblem(t.settings.scannerNotKept);
    setKept(typed);
    setTried(null);
    notifyDone(t.settings.scannerKept);
  };
  return (
    <section className={classes.card}>
      <h2>{t.settings.scanner}</h2>
      <Text c="dimmed">{t.settings.scannerHint}</Text>
      <Group align="flex-end" mt="sm">
        {(["prefix", "suffix"] as const).map((part) => (
          <TextInput
            key={part}
            data-scan="off"
            label={part === "prefix" ? t.settings.scannerPrefix : t.settings.scannerSuffix}
            autoComplete="off"
            spellCheck={false}
            maxLength={10}
            value={typed[part]}
            onChange={(event) => set({ [part]: event.currentTarget.value })}
          />
        ))}
        <Button variant="default" disabled={!changed} onClick={keep}>{t.settings.scannerSave}</Button>
      </Group>
      <Group mt="sm">
        <Button variant="default" onClick={() => setTrying((before) => !before)}>{trying ? t.settings.scannerTried : t.settings.scannerTry}</Button>
        {trying && <Text role="status">{tried === null ? t.settings.scannerWaits : said(tried)}</Text>}
      </Group>
    </section>
  );
}
