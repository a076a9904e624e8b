import { SegmentedControl, Stack, Title } from "@mantine/core";
import { useCallback, useState } from "react";
import { t } from "../../i18n";
import type { About } from "../../sync/backend";
import { useBackend } from "../../sync/context";
import { useAsked } from "../../sync/use-asked";
import { InsecureBanner } from "../../ui/connection-banner";
import { Empty } from "../../ui/empty";
import classes from "./center.module.css";
import { BeginForm } from "./begin-form";
import { JoinForm } from "./join-form";

type Choice = "join" | "begin";

/** First run: this device becomes a till of a shop, or the desktop till begins one. */
export function EnrolScreen() {
  const backend = useBackend();
  const ask = useCallback(async () => ({ about: await backend.about(), hosting: await backend.hosting() }), [backend]);
  const { value: place } = useAsked(ask, null);
  if (place === null) return <Empty title={t.app.opening} hint={t.app.openingHint} />;
  return <FirstRun about={place.about} canHost={place.hosting !== null} />;
}

function FirstRun(props: { readonly about: About; readonly canHost: boolean }) {
  const [choice, setChoice] = useState<Choice>("join");
  return (
    <div className={classes.page}>
      <InsecureBanner />
      <main className={classes.screen}>
        <Stack gap="md" className={classes.card}>
          <Title order={1} size="h2">{t.enrol.title}</Title>
          {props.canHost && (
            <SegmentedControl
              aria-label={t.enrol.choose}
              fullWidth
              size="md"
              value={choice}
              onChange={setChoice}
              data={[
                { value: "join", label: t.enrol.join },
                { value: "begin", label: t.enrol.begin },
              ]}
            />
          )}
          {choice === "begin" ? <BeginForm /> : <JoinForm about={props.about} />}
        </Stack>
      </main>
    </div>
  );
}
