import { Badge, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconClock, IconDeviceDesktop, IconDeviceTablet, IconEye, IconServer, IconUpload } from "@tabler/icons-react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import type { DeviceKind, DeviceRow, EpochMs, Id } from "../../sync/backend";
import classes from "./devices.module.css";
import { nameOf, roleText, standing, standingText } from "./words";

const KINDS = { till: IconDeviceDesktop, terminal: IconDeviceTablet, dashboard: IconEye, node: IconServer } satisfies Record<DeviceKind, unknown>;
const STANDINGS = { online: IconCircleCheck, away: IconClock, gone: IconCircleX } as const;

interface DeviceListProps {
  readonly devices: readonly DeviceRow[];
  readonly now: EpochMs;
  /** False: the main server is away and what is shown is from before. */
  readonly known: boolean;
  readonly onOpen: (id: Id) => void;
}

/** One line for each: what it is, whether it is there, what waits on it. */
export function DeviceList(props: DeviceListProps) {
  return (
    <ul className={classes.list} aria-label={t.devices.title} data-stale={!props.known}>
      {props.devices.map((device) => (
        <Device key={device.id} device={device} now={props.now} onOpen={() => props.onOpen(device.id)} />
      ))}
    </ul>
  );
}

function Device(props: { readonly device: DeviceRow; readonly now: EpochMs; readonly onOpen: () => void }) {
  const { device } = props;
  const format = useFormat();
  const state = standing(device);
  const Kind = KINDS[device.kind];
  const State = STANDINGS[state];
  return (
    <li className={classes.device} data-standing={state} data-testid="device">
      <Kind size={32} stroke={1.4} className={classes.kind} aria-hidden />
      <UnstyledButton className={classes.open} onClick={props.onOpen}>
        <span className={classes.name}>
          {nameOf(device)}
          {device.own && <Badge size="md" radius="sm" variant="light" tt="none">{t.devices.own}</Badge>}
          {device.readOnly && <Badge size="md" radius="sm" variant="light" color="gray" tt="none">{t.devices.readOnly}</Badge>}
        </span>
        <span className={classes.detail}>
          {[t.devices.kinds[device.kind], device.ordinal > 0 ? t.devices.till(device.ordinal) : null, roleText(device)].filter((part) => part !== null).join(" · ")}
        </span>
      </UnstyledButton>
      <span className={classes.standing} data-standing={state}>
        <State size={20} aria-hidden /> {standingText(device, props.now)}
      </span>
      <span className={classes.waiting}>
        {device.pending > 0 && (
          <span data-tone="info"><IconUpload size={18} aria-hidden /> {t.frame.toSend(device.pending)}</span>
        )}
        {device.attention > 0 && (
          <span data-tone="bad"><IconAlertTriangle size={18} aria-hidden /> {t.connection.needAttention(device.attention)}</span>
        )}
        {device.pending === 0 && device.attention === 0 && device.kind !== "node" && !device.readOnly && <span>{t.frame.allSent}</span>}
        {device.online && (device.behind ?? 0) > 0 && <span>{t.devices.behind(format.count(device.behind ?? 0))}</span>}
      </span>
      <span className={classes.app}>{device.app ?? ""}</span>
    </li>
  );
}
