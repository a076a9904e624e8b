import { Button } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { useCallback } from "react";
import { t } from "../i18n";
import type { Notice } from "../sync/backend";
import { asSentence, toBackendError } from "../sync/backend-error";
import { useBackend } from "../sync/context";
import { useAsked } from "../sync/use-asked";
import { useMutation } from "../sync/use-mutation";
import { useQuery } from "../sync/use-query";
import { useStatusPart } from "../sync/use-status";
import classes from "./notice-strip.module.css";
import { notifyProblem } from "./toast";

/** A notice ends by itself, without anything having changed. */
const EVERY_MS = 60_000;
/** Two kinds of goods that ran out must not push the till off the screen. */
const SHOWN = 1;
const URGENT = new Set(["oversold", "out_of_stock"]);

/** What everybody should know at once, until somebody at this till has seen it. Pushes the page down. */
export function NoticeStrip() {
  const backend = useBackend();
  const device = useStatusPart((status) => status.device?.id ?? null);
  const raised = useQuery({ collection: "notices", sort: { field: "raised_at", desc: true }, limit: 100, fields: ["raised_at"] });
  const seen = useQuery({
    collection: "acknowledgements",
    filter: [{ field: "device", op: "eq", value: device }],
    limit: 0,
    fields: [],
  });
  const changed = `${String(raised?.items.map((each) => each.id).join())} ${String(seen?.total)}`;
  const ask = useCallback(() => backend.notices(), [backend]);
  const { value: notices, refresh } = useAsked(ask, changed, EVERY_MS);
  const { run, busy } = useMutation(async (all: readonly Notice[]) => {
    try {
      for (const notice of all) await backend.acknowledge(notice.id);
    } catch (thrown) {
      notifyProblem(toBackendError(thrown).message);
    }
    await refresh();
  });
  if (notices === null || notices.length === 0) return null;
  const rest = notices.length - SHOWN;
  return (
    <section className={classes.strip} aria-label={t.notices.label} data-testid="notices">
      {notices.slice(0, SHOWN).map((notice) => {
        const urgent = URGENT.has(notice.kind);
        const Icon = urgent ? IconAlertTriangle : IconInfoCircle;
        const sentence = asSentence(notice.message);
        return (
          <div key={notice.id} className={classes.notice} data-tone={urgent ? "warn" : "info"}>
            <Icon size={22} aria-hidden />
            <p className={classes.sentence} role="status">{sentence}</p>
            {rest > 0 && <span className={classes.more}>{t.notices.more(rest)}</span>}
            <Button variant="default" disabled={busy} aria-label={t.notices.dismiss(sentence)} onClick={() => void run([notice])}>
              {t.notices.seen}
            </Button>
            {rest > 0 && <Button variant="default" disabled={busy} onClick={() => void run(notices)}>{t.notices.seenAll}</Button>}
          </div>
        );
      })}
    </section>
  );
}
