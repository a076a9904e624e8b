import { Input, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconBuildingStore } from "@tabler/icons-react";
import { useCallback } from "react";
import { t } from "../../i18n";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import classes from "./nearby.module.css";

/** How often is looked again: one that was just switched on comes by itself. */
const EVERY_MS = 4_000;

interface NearbyProps {
  /** The address that is chosen or typed. */
  readonly chosen: string;
  readonly onChoose: (address: string) => void;
}

/** The main servers that say in this network that they are here. */
export function Nearby(props: NearbyProps) {
  const backend = useBackend();
  const { value: masters } = useAsked(useCallback(() => backend.nearby(), [backend]), null, EVERY_MS);
  return (
    <Stack gap="xs" role="group" aria-label={t.enrol.nearby}>
      <Input.Label component="span">{t.enrol.nearby}</Input.Label>
      {(masters ?? []).map((master) => (
        <UnstyledButton
          key={master.address}
          className={classes.master}
          aria-pressed={master.address === props.chosen}
          onClick={() => props.onChoose(master.address)}
        >
          <IconBuildingStore size={24} aria-hidden />
          <span>
            <strong>{master.shop}</strong>
            <small>{master.address.replace(/^https?:\/\//, "")}</small>
          </span>
        </UnstyledButton>
      ))}
      {(masters ?? []).length === 0 && (
        <Text size="sm" c="dimmed" role="status">{masters === null ? t.enrol.looking : t.enrol.nobodyNearby}</Text>
      )}
    </Stack>
  );
}
