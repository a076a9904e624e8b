import { createContext, useContext, type ReactNode } from "react";
import type { ShopInfo, SyncBackend } from "./backend";
import type { StatusStore } from "./status-store";

/** What every screen stands on, made once at start. */
export interface Services {
  readonly backend: SyncBackend;
  readonly status: StatusStore;
}

const ServicesContext = createContext<Services | null>(null);
const ShopContext = createContext<ShopInfo | null>(null);

export function ServicesProvider(props: { readonly services: Services; readonly children: ReactNode }) {
  return <ServicesContext value={props.services}>{props.children}</ServicesContext>;
}

export function ShopProvider(props: { readonly shop: ShopInfo; readonly children: ReactNode }) {
  return <ShopContext value={props.shop}>{props.children}</ShopContext>;
}

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error("useServices outside of ServicesProvider");
  return services;
}

export function useBackend(): SyncBackend {
  return useServices().backend;
}

export function useShop(): ShopInfo {
  const shop = useContext(ShopContext);
  if (shop === null) throw new Error("useShop outside of ShopProvider");
  return shop;
}
