import { SegmentedControl, Switch } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import { useStatusPart } from "../../sync/use-status";
import { Empty } from "../../ui/empty";
import { Page } from "../../ui/page";
import { useMay } from "../login/session";
import { ConflictList, ResolvedList } from "./conflict-list";
import { TaskList } from "./task-list";

type Tab = "conflicts" | "tasks";

/** What waits for a manager; what was settled before. */
export function InboxScreen() {
  const mayResolve = useMay("resolve_conflicts");
  const mayClose = useMay("close_tasks");
  const conflicts = useStatusPart((status) => status.conflicts);
  const tasks = useStatusPart((status) => status.tasks);
  const [tab, setTab] = useState<Tab>(conflicts === 0 && tasks > 0 ? "tasks" : "conflicts");
  const [settled, setSettled] = useState(false);
  if (!mayResolve && !mayClose) {
    return (
      <Page title={t.inbox.titleForOthers}>
        <Empty title={t.inbox.titleForOthers} hint={t.inbox.noPermission} />
      </Page>
    );
  }
  return (
    <Page
      title={t.inbox.title}
      tools={
        <>
          <Switch size="md" label={t.inbox.settled} checked={settled} onChange={(event) => setSettled(event.currentTarget.checked)} />
          <SegmentedControl
            aria-label={t.inbox.show}
            data={[
              { value: "conflicts", label: t.inbox.conflicts(conflicts) },
              { value: "tasks", label: t.inbox.tasks(tasks) },
            ]}
            value={tab}
            onChange={setTab}
          />
        </>
      }
    >
      {tab === "tasks" && <TaskList key={String(settled)} open={!settled} mayClose={mayClose} />}
      {tab === "conflicts" && (settled ? <ResolvedList /> : <ConflictList mayChoose={mayResolve} />)}
    </Page>
  );
}
