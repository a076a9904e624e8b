import { Button, Switch } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useCallback, useState } from "react";
import { t } from "../../i18n";
import { useNow } from "../../lib/use-now";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { useStatusPart } from "../../sync/use-status";
import { Empty } from "../../ui/empty";
import { Page } from "../../ui/page";
import { useMay } from "../login/session";
import { AddDialog } from "./add-dialog";
import { DeviceDrawer } from "./device-drawer";
import { DeviceList } from "./device-list";
import classes from "./devices.module.css";
import { gone } from "./words";

/** How the others are doing is asked again after so many milliseconds. */
const EVERY_MS = 2000;

/** Every device of the shop: who is there, what waits on it, and what it may do. */
export function DevicesScreen() {
  const backend = useBackend();
  const now = useNow();
  const may = useMay("manage_devices");
  const online = useStatusPart((status) => status.connection.state === "online");
  const ask = useCallback(() => backend.devices(), [backend]);
  const { value: devices, refresh } = useAsked(ask, online, online ? EVERY_MS : null);
  const [removed, setRemoved] = useState(false);
  const [adding, setAdding] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const away = devices?.filter(gone).length ?? 0;
  const shown = devices?.filter((device) => removed || !gone(device)) ?? null;
  const chosen = devices?.find((device) => device.id === open);
  const connected = devices?.filter((device) => device.online && !gone(device)).length ?? 0;
  return (
    <Page
      title={t.devices.title}
      note={shown === null ? "" : online ? t.devices.count(shown.length, connected) : t.devices.asOfThen}
      tools={
        <>
          {away > 0 && <Switch size="md" label={t.devices.showRemoved(away)} checked={removed} onChange={(event) => setRemoved(event.currentTarget.checked)} />}
          {may && (
            <Button leftSection={<IconPlus size={20} aria-hidden />} disabled={!online} onClick={() => setAdding(true)}>
              {t.devices.add}
            </Button>
          )}
        </>
      }
    >
      {shown === null ? (
        !online && <Empty title={t.devices.offline} hint={t.devices.offlineHint} />
      ) : (
        <div className={classes.body} tabIndex={0}>
          <DeviceList devices={shown} now={now} known={online} onOpen={setOpen} />
        </div>
      )}
      {adding && devices !== null && <AddDialog devices={devices} onClose={() => setAdding(false)} />}
      {chosen !== undefined && (
        <DeviceDrawer key={chosen.id} device={chosen} editable={may && online} onChanged={refresh} onClose={() => setOpen(null)} />
      )}
    </Page>
  );
}
