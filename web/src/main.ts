import { suggestDeviceName } from "./lib/device-name";
import type { OpenOptions, SyncBackend } from "./sync/backend";
import { openWasmBackend } from "./sync/wasm-backend";

/*
 * The engine is the longest way to the first screen: its worker starts before the screens are even
 * read, and both come side by side.
 */
async function openBackend(options: OpenOptions): Promise<SyncBackend> {
  const tauri = window.__TAURI__;
  if (tauri !== undefined) {
    const { openTauriBackend } = await import("./sync/tauri-backend");
    return openTauriBackend(tauri.core);
  }
  if (import.meta.env.MODE !== "mock") return openWasmBackend(options);
  const { FakeBackend } = await import("./test/fake-backend");
  return FakeBackend.forScreenshots();
}

const opening = openBackend({ url: window.location.origin, deviceName: suggestDeviceName(navigator.userAgent) });
// The page says what went wrong; until it listens nobody else shall.
opening.catch(() => undefined);
void import("./page").then(({ drawPage }) => drawPage(opening));
