import { Stack } from "@mantine/core";
import { useState } from "react";
import { t } from "../../i18n";
import type { DrawerReport } from "../../sync/backend";
import { Empty } from "../../ui/empty";
import { Page } from "../../ui/page";
import { Split } from "../../ui/split";
import { useMay } from "../login/session";
import { DrawerCard } from "./drawer-card";
import { ElsewhereList } from "./elsewhere-list";
import { ReportDetail } from "./report-detail";
import { ReportList } from "./report-list";
import { useDrawer, useDrawerReports } from "./use-drawer";

/** This till's drawer, and the Z reports of all tills. */
export function DrawerScreen() {
  const mayUse = useMay("use_drawer");
  const { drawer, refresh } = useDrawer();
  const { reports } = useDrawerReports();
  // A report that was asked for; of one that is closed the list knows better.
  const [shown, setShown] = useState<DrawerReport | null>(null);
  if (drawer === null) return null;
  const chosen = reports?.find((report) => report.session === shown?.session) ?? shown;
  return (
    <Page title={t.drawer.title}>
      <Split
        detailLabel={t.drawer.reports}
        open={chosen !== null}
        detail={chosen === null ? <Empty title={t.drawer.reports} hint={t.drawer.choose} /> : <ReportDetail report={chosen} onBack={() => setShown(null)} />}
      >
        <Stack gap="sm" mih={0} style={{ overflowY: "auto" }} tabIndex={-1}>
          <DrawerCard
            drawer={drawer}
            editable={mayUse}
            onChanged={() => {
              setShown((last) => (last?.closing === null ? null : last));
              void refresh();
            }}
            onReport={setShown}
          />
          <ElsewhereList tills={drawer.elsewhere} onChanged={() => void refresh()} />
          <ReportList reports={reports ?? []} chosen={chosen?.session ?? null} onChoose={setShown} />
        </Stack>
      </Split>
    </Page>
  );
}
