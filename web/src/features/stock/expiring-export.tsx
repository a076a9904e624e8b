import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { t } from "../../i18n";
import { downloadCsv } from "../../lib/csv";
import { decimal } from "../../lib/money";
import type { ExpiringGoods } from "../../sync/backend";
import { useShop } from "../../sync/context";
import { notifyDone } from "../../ui/toast";

/** The list of what expires as a file. */
export function ExpiringExport(props: { readonly goods: ExpiringGoods | null }) {
  const shop = useShop();
  const rows = props.goods?.rows ?? [];
  const start = () => {
    const cells = rows.map((row) => [
      row.code,
      row.name,
      row.lot,
      row.expiry,
      decimal(row.onHand, 3),
      row.unit,
      row.worth === null ? "" : decimal(row.worth, shop.exponent),
    ]);
    downloadCsv("expiring.csv", ["code", "name", "lot", "expiry", "stock", "unit", "worth"], cells);
    notifyDone(t.common.exported(String(rows.length)));
  };
  return (
    <Button variant="default" leftSection={<IconDownload size={20} aria-hidden />} disabled={rows.length === 0} onClick={start}>
      {t.common.export}
    </Button>
  );
}
