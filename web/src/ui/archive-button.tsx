import { Button } from "@mantine/core";
import { IconArchive, IconArrowBackUp } from "@tabler/icons-react";
import { t } from "../i18n";

interface ArchiveButtonProps {
  readonly archived: boolean;
  readonly archiveHint: string;
  readonly restoreLabel: string;
  readonly onArchive: () => void;
  readonly onRestore: () => void;
}

/** Takes a record out of use, or back into it: nothing is deleted. */
export function ArchiveButton(props: ArchiveButtonProps) {
  return props.archived ? (
    <Button variant="default" leftSection={<IconArrowBackUp size={20} aria-hidden />} onClick={props.onRestore}>
      {props.restoreLabel}
    </Button>
  ) : (
    <Button variant="default" title={props.archiveHint} leftSection={<IconArchive size={20} aria-hidden />} onClick={props.onArchive}>
      {t.common.archive}
    </Button>
  );
}
