/** What the browser says about keeping this till's data. */
export interface StorageFacts {
  readonly secureContext: boolean;
  /** `null`: the browser does not say. */
  readonly persisted: boolean | null;
  readonly usedBytes: number | null;
  readonly quotaBytes: number | null;
}

export async function storageFacts(): Promise<StorageFacts> {
  // Absent on plain http, whatever the types say.
  const storage = (navigator as Partial<Navigator>).storage;
  const estimate = await storage?.estimate().catch(() => null);
  return {
    secureContext: window.isSecureContext,
    persisted: storage === undefined ? null : await storage.persisted().catch(() => null),
    usedBytes: estimate?.usage ?? null,
    quotaBytes: estimate?.quota ?? null,
  };
}

/** Asks the browser not to evict this origin. */
export async function askToPersist(): Promise<boolean> {
  const storage = (navigator as Partial<Navigator>).storage;
  return (await storage?.persist().catch(() => false)) ?? false;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000).toLocaleString()} MB`;
}
