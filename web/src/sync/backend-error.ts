import type { BackendErrorShape, ErrorClass, Permission } from "./backend";

/** What every failed call of the backend rejects with. */
export class BackendError extends Error implements BackendErrorShape {
  override readonly name = "BackendError";
  readonly code: string;
  readonly class: ErrorClass;
  readonly field: string | null;
  readonly permission: Permission | null;
  readonly fingerprint: string | null;

  constructor(shape: BackendErrorShape) {
    super(asSentence(shape.message));
    this.code = shape.code;
    this.class = shape.class;
    this.field = shape.field ?? null;
    this.permission = shape.permission ?? null;
    this.fingerprint = shape.fingerprint ?? null;
  }
}

/** Reasons come in the style of error messages; people get a sentence. */
export function asSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function isShape(value: unknown): value is BackendErrorShape {
  return (
    typeof value === "object" &&
    value !== null &&
    "code" in value &&
    "message" in value &&
    typeof value.code === "string" &&
    typeof value.message === "string"
  );
}

/** Whatever was thrown, as plain data that crosses a worker boundary. */
export function toErrorShape(thrown: unknown): BackendErrorShape {
  if (isShape(thrown)) {
    const raw = thrown;
    return {
      code: raw.code,
      class: raw.class,
      message: raw.message,
      field: raw.field ?? null,
      permission: raw.permission ?? null,
      fingerprint: raw.fingerprint ?? null,
    };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "unexpected", class: "fatal", message };
}

export function toBackendError(thrown: unknown): BackendError {
  return thrown instanceof BackendError ? thrown : new BackendError(toErrorShape(thrown));
}
