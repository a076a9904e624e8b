import { createServer, type Server } from "node:net";
import { expect } from "vitest";

/** The pulse that opens a cash drawer, a partial cut, and the question how a printer stands. */
const PULSE = Buffer.from([0x1b, 0x70, 0]);
const CUT = Buffer.from([0x1d, 0x56, 66]);
const ASKED = Buffer.from([0x10, 0x04]);
/** Its answer: it is fine. */
const FINE = 0x12;

/** A fake printer, because none hangs on the machine that tests: it listens as printers in a network do. */
export class FakePrinter {
  readonly #server: Server;
  #took = Buffer.alloc(0);

  private constructor() {
    this.#server = createServer((till) => {
      till.on("error", () => undefined);
      till.on("data", (bytes) => {
        this.#took = Buffer.concat([this.#took, bytes]);
        till.write(Buffer.alloc(times(bytes, ASKED), FINE));
      });
    });
  }

  static async start(): Promise<FakePrinter> {
    const printer = new FakePrinter();
    await new Promise<void>((resolve) => printer.#server.listen(0, "127.0.0.1", resolve));
    return printer;
  }

  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return `127.0.0.1:${String(address.port)}`;
  }

  /** How many papers were cut off. */
  get papers(): number {
    return times(this.#took, CUT);
  }

  /** How often the drawer was opened. */
  get pulses(): number {
    return times(this.#took, PULSE);
  }

  /** Waits for the n-th paper, which has this on it. */
  async prints(papers: number, text: string): Promise<void> {
    await expect.poll(() => this.papers).toBe(papers);
    const cut = this.#took.lastIndexOf(CUT);
    const before = Math.max(0, this.#took.lastIndexOf(CUT, cut - 1));
    expect(this.#took.subarray(before, cut).toString("latin1")).toContain(text);
  }

  stop(): void {
    this.#server.close();
  }
}

function times(bytes: Buffer, part: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + part.length)) count += 1;
  return count;
}
