import { IconAlertTriangle, IconClock } from "@tabler/icons-react";
import { t } from "../../i18n";
import { useFormat } from "../../lib/use-format";
import { daysBetween } from "./use-batches";
import classes from "./stock.module.css";

/** From here on a date is worth a colour. */
const SOON_DAYS = 7;

/** Until when goods may be sold: the day, and how far away that is. */
export function ExpiryText(props: { readonly expiry: string | null; readonly expired: boolean; readonly today: string }) {
  const { expiry, expired, today } = props;
  const format = useFormat();
  if (expiry === null) return <span className={classes.detail}>{t.stock.noDate}</span>;
  const left = daysBetween(today, expiry);
  if (expired) {
    return (
      <span className={classes.expired}>
        <IconAlertTriangle size={18} aria-hidden /> {t.stock.expiredOn(format.day(expiry))} · {t.stock.expiredDays(-left)}
      </span>
    );
  }
  const far = left > 365;
  return (
    <span className={left <= SOON_DAYS ? classes.soon : classes.detail}>
      {left <= SOON_DAYS && <IconClock size={18} aria-hidden />} {t.stock.until(format.day(expiry))}
      {!far && ` · ${t.stock.leftDays(left)}`}
    </span>
  );
}
