import { useEffect, useRef, useState } from "react";
import type { Cart, HeldElsewhere } from "../../sync/backend";
import { useBackend } from "../../sync/context";

/** The master holds for two minutes. */
const RENEWED_EVERY_MS = 60_000;

export interface Reservation {
  /** Goods of the cart that another till is being paid for. */
  readonly elsewhere: readonly HeldElsewhere[];
  /** Says whether the cart is being sold: what it holds then belongs to its sale. */
  readonly selling: (selling: boolean) => void;
}

/** Holds the goods of a cart while its payment is open. No sale depends on it. */
export function useReservation(cart: Cart): Reservation {
  const backend = useBackend();
  const [elsewhere, setElsewhere] = useState<readonly HeldElsewhere[]>([]);
  const sold = useRef(false);

  useEffect(() => {
    if (cart.lines.length === 0) return undefined;
    let current = true;
    const reserve = () => {
      // Without an answer nothing is held, and the sale goes on as it would offline.
      backend.reserve(cart).then(
        (answer) => {
          if (current) setElsewhere(answer);
        },
        () => undefined,
      );
    };
    reserve();
    const timer = setInterval(reserve, RENEWED_EVERY_MS);
    return () => {
      current = false;
      clearInterval(timer);
      if (!sold.current) backend.release(cart.id).catch(() => undefined);
    };
  }, [backend, cart]);

  return { elsewhere, selling: (selling) => (sold.current = selling) };
}
