import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** What will be here, and how to begin. */
export function Empty(props: { readonly title: string; readonly hint: string; readonly children?: ReactNode }) {
  return (
    <Stack align="center" justify="center" gap="xs" h="100%" p="xl" ta="center">
      <Title order={2} size="h4">{props.title}</Title>
      <Text c="dimmed" maw={420}>{props.hint}</Text>
      {props.children}
    </Stack>
  );
}
