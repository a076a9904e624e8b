import { Progress, Stack, Text, Title } from "@mantine/core";
import { t } from "../i18n";

/** How much of the shop's data has come to an empty till. */
export function Arriving(props: { readonly done: number; readonly total: number | null }) {
  const { done, total } = props;
  const percent = total === null || total === 0 ? 0 : Math.floor((done / total) * 100);
  return (
    <Stack align="center" justify="center" gap="sm" p="xl" ta="center" w="100%" maw={480}>
      <Title order={2} size="h4">{t.login.arriving}</Title>
      <Progress value={percent} size="xl" w="100%" aria-label={t.login.arriving} />
      <Text fw={600}>{`${String(percent)} %`}</Text>
      <Text c="dimmed">{t.login.arrivingHint}</Text>
    </Stack>
  );
}
