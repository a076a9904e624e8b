/*
 * The module that `cargo xtask web` writes to `src/wasm/`, typed by hand so that checking does not
 * need it built: tsconfig maps `#web-client` here, vite maps it to the built module.
 */
export class TillClient {
  static open(url: string, name: string | undefined, deviceName: string | undefined): Promise<TillClient>;
  call(method: string, args: readonly unknown[]): Promise<unknown>;
  /** The same till for another tab, with a person of its own; it ends with `leave`. */
  forTab(): TillClient;
  leave(): void;
  /** Logs in whoever gave their PIN in this very tab, to an engine that has ended since. */
  goOn(employee: string): void;
  listen(method: string, args: readonly unknown[], listener: (value: unknown) => void): number;
}
export default function init(): Promise<unknown>;
