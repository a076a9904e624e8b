import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { t } from "../../i18n";
import { fieldName } from "../../lib/field-text";
import { useFormat } from "../../lib/use-format";
import type { AuditRecord } from "../../sync/backend";
import { Facts } from "../../ui/facts";
import { BackButton } from "../../ui/split";
import classes from "./audit.module.css";
import type { AuditRow } from "./audit-list";
import { actionText, type AuditWords, collectionText } from "./words";

interface AuditDetailProps {
  readonly entry: AuditRow;
  readonly words: AuditWords;
  readonly onBack: () => void;
  readonly onRecord: (record: AuditRecord) => void;
}

const TONES = { accepted: "green", merged: "green", conflict: "yellow", rejected: "red", already_decided: "gray" } as const;

/** One entry: who did what, and what it was before. */
export function AuditDetail(props: AuditDetailProps) {
  const { entry, words } = props;
  const format = useFormat();
  const about = words.about(entry);
  return (
    <Stack gap="sm" className={classes.card} data-testid="audit-entry">
      <BackButton onBack={props.onBack} />
      <Group justify="space-between" gap="xs" wrap="nowrap" align="start">
        <h2 className={classes.title}>{actionText(entry.action)}</h2>
        {entry.verdict !== null && (
          <Badge size="lg" radius="sm" variant="light" tt="none" className={classes.verdict} color={TONES[entry.verdict]}>
            {t.audit.verdicts[entry.verdict]}
          </Badge>
        )}
      </Group>
      <Facts>
        <dt>{t.audit.when}</dt>
        <dd>{format.dateTime(entry.at)}</dd>
        <dt>{t.audit.who}</dt>
        <dd>
          {words.who(entry)}
          {entry.approvedByName !== null && `, ${t.audit.approvedBy(entry.approvedByName)}`}
        </dd>
        <dt>{t.audit.device}</dt>
        <dd>{words.where(entry.device)}</dd>
        <dt>{t.audit.number}</dt>
        <dd>{format.count(entry.number)}</dd>
        {about.map(([name, text]) => (
          <Fact key={name} name={name} text={text} />
        ))}
      </Facts>
      {entry.reasons.map((reason) => (
        <Text key={reason}>{reason}</Text>
      ))}
      {entry.erased && <Text c="dimmed">{t.audit.erased}</Text>}
      {entry.records.map((record) => (
        <Changes key={`${record.collection}/${record.id}`} record={record} words={words} onRecord={props.onRecord} />
      ))}
    </Stack>
  );
}

function Fact(props: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.text}</dd>
    </>
  );
}

/** What became of one record, field by field. */
function Changes(props: { readonly record: AuditRecord; readonly words: AuditWords; readonly onRecord: (record: AuditRecord) => void }) {
  const { record, words } = props;
  const compared = record.step === "changed";
  return (
    <section className={classes.record}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <h3 className={classes.label}>
          <span className={classes.kind}>{collectionText(record.collection)} {t.audit.steps[record.step]}</span>
          {record.label !== null && ` ${record.label}`}
        </h3>
        <Button size="sm" variant="default" className={classes.all} onClick={() => props.onRecord(record)}>{t.audit.history}</Button>
      </Group>
      {record.changes.length > 0 && (
        <table className={classes.changes}>
          <thead>
            <tr>
              <th scope="col">{t.inbox.field}</th>
              {compared && <th scope="col">{t.audit.was}</th>}
              {compared && <th aria-hidden />}
              <th scope="col">{record.step === "deleted" ? t.audit.was : t.audit.is}</th>
            </tr>
          </thead>
          <tbody>
            {record.changes.map((change) => (
              <tr key={change.field}>
                <th scope="row">{fieldName(change.field)}</th>
                {compared && <td className={classes.was}>{words.value(change, change.was)}</td>}
                {compared && <td aria-hidden><IconArrowRight size={16} /></td>}
                <td className={classes.is}>{words.value(change, record.step === "deleted" ? change.was : change.is)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
