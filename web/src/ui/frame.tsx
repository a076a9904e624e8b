import { ActionIcon, Menu, UnstyledButton, useComputedColorScheme, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import {
  IconActivityHeartbeat,
  IconAddressBook,
  IconBuildingWarehouse,
  IconCash,
  IconCashRegister,
  IconDevices,
  IconHistory,
  IconInbox,
  IconKeyboard,
  IconLock,
  IconLogout,
  IconMoon,
  IconPackages,
  IconReceipt,
  IconSettings,
  IconSun,
  IconUsers,
} from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { HelpDialog } from "../features/till/help-dialog";
import { useHeldSales } from "../features/till/use-held-sales";
import { useOpenDrawer } from "../features/drawer/use-drawer";
import { useAuditDoor, useMay, useSession } from "../features/login/session";
import { t } from "../i18n";
import { isEditable } from "../lib/scan-listener";
import { useKeys } from "../lib/use-keys";
import { useShop } from "../sync/context";
import { useStatusPart } from "../sync/use-status";
import { ConnectionBanner } from "./connection-banner";
import { ConnectionChip, ToSend } from "./connection-chip";
import { NoticeStrip } from "./notice-strip";
import { initials } from "./user-tiles";
import classes from "./frame.module.css";

interface Screen {
  readonly path: string;
  readonly label: string;
  readonly icon: typeof IconInbox;
}

const SCREENS: readonly Screen[] = [
  { path: "/", label: t.nav.till, icon: IconCashRegister },
  { path: "/sales", label: t.nav.sales, icon: IconReceipt },
  { path: "/products", label: t.nav.products, icon: IconPackages },
  { path: "/stock", label: t.nav.stock, icon: IconBuildingWarehouse },
  { path: "/customers", label: t.nav.customers, icon: IconAddressBook },
  { path: "/drawer", label: t.nav.drawer, icon: IconCash },
  { path: "/tasks", label: t.nav.inbox, icon: IconInbox },
  { path: "/staff", label: t.nav.employees, icon: IconUsers },
  { path: "/devices", label: t.nav.devices, icon: IconDevices },
  { path: "/audit", label: t.nav.audit, icon: IconHistory },
  { path: "/sync", label: t.nav.inspector, icon: IconActivityHeartbeat },
  { path: "/settings", label: t.nav.settings, icon: IconSettings },
];

/** Rail, top bar and banner around every screen. */
export function Frame(props: { readonly children: ReactNode }) {
  const [path] = useLocation();
  const { lock } = useSession();
  // Whoever may not look is not called there.
  const audit = useAuditDoor();
  const attention = useStatusPart((status) => status.attention);
  const open = useStatusPart((status) => status.conflicts + status.tasks);
  // Whoever cannot end them is not called to them.
  const mayEnd = useMay("close_tasks");
  const [help, setHelp] = useState(false);
  useKeys({
    "ctrl+l": lock,
    "?": (event) => !isEditable(event.target) && (setHelp(true), true),
  });
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#screen">{t.app.skip}</a>
      <nav className={classes.rail} aria-label={t.nav.label}>
        {SCREENS.filter(({ path: to }) => to !== "/audit" || audit === "open").map(({ path: to, label, icon: Icon }) => {
          const active = to === "/" ? path === "/" : path.startsWith(to);
          return (
            <Link key={to} href={to} className={classes.place} data-active={active} {...(active ? { "aria-current": "page" as const } : {})}>
              <Icon size={26} stroke={1.6} aria-hidden />
              <span>{label}</span>
              {to === "/sync" && attention > 0 && <span className={classes.badge}>{attention}</span>}
              {to === "/tasks" && mayEnd && open > 0 && (
                <span className={classes.badge} data-testid="tasks-badge">
                  {open}
                  <VisuallyHidden> {t.frame.waiting(open)}</VisuallyHidden>
                </span>
              )}
            </Link>
          );
        })}
      </nav>
      <div className={classes.body}>
        <ConnectionBanner />
        <NoticeStrip />
        <TopBar onHelp={() => setHelp(true)} />
        <main id="screen" className={classes.main} tabIndex={-1}>{props.children}</main>
      </div>
      <HelpDialog opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function TopBar(props: { readonly onHelp: () => void }) {
  const shop = useShop();
  const held = useHeldSales();
  const drawer = useOpenDrawer();
  const { session, lock, switchUser, logout } = useSession();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <section className={classes.top} aria-label={t.frame.label}>
      <div className={classes.shop}>
        <strong>{shop.name}</strong>
        <span>{shop.till}</span>
      </div>
      {drawer && (
        <Link href="/drawer" className={classes.drawer}>
          <IconCash size={20} aria-hidden /> {t.drawer.open}
        </Link>
      )}
      {(held?.total ?? 0) > 0 && <span className={classes.held}>{t.frame.held(held?.total ?? 0)}</span>}
      <span className={classes.gap} />
      <ToSend />
      <ConnectionChip />
      <ActionIcon className={classes.wide} aria-label={t.frame.help} onClick={props.onHelp}>
        <IconKeyboard size={24} aria-hidden />
      </ActionIcon>
      <ActionIcon className={classes.wide} aria-label={t.frame.theme} onClick={() => setColorScheme(dark ? "light" : "dark")}>
        {dark ? <IconSun size={22} aria-hidden /> : <IconMoon size={22} aria-hidden />}
      </ActionIcon>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <UnstyledButton className={classes.user}>
            <span className={classes.initials} aria-hidden>{initials(session.name)}</span>
            <span className={classes.userName}>{session.name}</span>
            <VisuallyHidden>, {t.frame.userMenu}</VisuallyHidden>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item className={classes.item} leftSection={<IconUsers size={20} aria-hidden />} onClick={switchUser}>{t.frame.switchUser}</Menu.Item>
          <Menu.Item className={classes.item} leftSection={<IconLock size={20} aria-hidden />} rightSection="Ctrl L" onClick={lock}>{t.frame.lock}</Menu.Item>
          <Menu.Item className={classes.item} leftSection={<IconLogout size={20} aria-hidden />} onClick={logout}>{t.frame.logout}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </section>
  );
}
