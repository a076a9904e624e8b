import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { t } from "../../i18n";
import { Fingerprint } from "../../ui/fingerprint";

interface CompareFingerprintProps {
  /** 64 hex digits. */
  readonly fingerprint: string;
  /** Why it is asked. */
  readonly hint: string;
  readonly busy: boolean;
  readonly onSame: () => void;
  readonly onOther: () => void;
}

/** A person compares what a main server is known by, before this till trusts it. */
export function CompareFingerprint(props: CompareFingerprintProps) {
  const groups = props.fingerprint.toUpperCase().match(/.{4}/g) ?? [];
  return (
    <Stack gap="md" role="group" aria-label={t.enrol.compareTitle}>
      <Title order={2} size="h3">{t.enrol.compareTitle}</Title>
      <Text>{props.hint}</Text>
      <Fingerprint groups={groups} />
      <Text size="sm" c="dimmed">{t.enrol.compareWhere}</Text>
      <Group grow>
        <Button variant="default" disabled={props.busy} onClick={props.onOther}>{t.enrol.compareOther}</Button>
        <Button loading={props.busy} onClick={props.onSame}>{t.enrol.compareSame}</Button>
      </Group>
    </Stack>
  );
}
