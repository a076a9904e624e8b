import { useEffect } from "react";
import { usePrintMade } from "../../ui/printing";
import { useTill } from "./use-till";

/** Follows the till: each sale is printed once it is recorded. */
export function PrintMade() {
  const { done } = useTill();
  const print = usePrintMade();
  const sale = done?.saleId ?? null;
  useEffect(() => {
    if (sale !== null) print?.(sale);
  }, [print, sale]);
  return null;
}
