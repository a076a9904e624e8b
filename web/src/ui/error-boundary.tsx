import { Button, Code, Stack } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { t } from "../i18n";
import { Empty } from "./empty";

interface State {
  readonly error: Error | null;
}

/** A fault in one screen does not take the till away. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <Empty title={t.app.screenFailed} hint={t.app.screenFailedHint}>
        <Stack>
          <Code block>{error.message}</Code>
          <Button
            onClick={() => {
              window.history.pushState(null, "", "/");
              this.setState({ error: null });
            }}
          >
            {t.app.backToTill}
          </Button>
          <Button variant="default" onClick={() => window.location.reload()}>{t.app.reload}</Button>
        </Stack>
      </Empty>
    );
  }
}
