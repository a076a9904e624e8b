import { Badge, Button, Modal, Stack, UnstyledButton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../i18n";
import { afterEvent } from "../../lib/after-event";
import { markColour, markOf } from "../../lib/category-mark";
import type { Category } from "../../sync/backend";
import { Empty } from "../../ui/empty";
import classes from "./categories-dialog.module.css";
import { CategoryDrawer } from "./category-drawer";

interface CategoriesDialogProps {
  readonly categories: readonly Category[];
  readonly onClose: () => void;
}

/** The tabs of the catalogue: name and mark, in use or not. */
export function CategoriesDialog({ categories, onClose }: CategoriesDialogProps) {
  const [open, setOpen] = useState<Category | "new" | null>(null);
  const used = categories.toSorted((a, b) => Number(a.archived === true) - Number(b.archived === true));
  return (
    <>
      <Modal opened onClose={onClose} closeOnEscape={open === null} title={t.categories.title} data-scan="off">
        <Stack gap="md">
          {used.length === 0 && <Empty title={t.categories.none} hint={t.categories.noneHint} />}
          <ul className={classes.list} aria-label={t.categories.list}>
            {used.map((each) => (
              <li key={each.id}>
                <UnstyledButton className={classes.row} onClick={() => setOpen(each)}>
                  <span className={classes.mark} style={{ background: markColour(markOf(each)) }} aria-hidden />
                  <span className={classes.name}>{each.name}</span>
                  {each.archived === true && <Badge size="md" radius="sm" variant="light" color="gray" tt="none">{t.categories.archived}</Badge>}
                </UnstyledButton>
              </li>
            ))}
          </ul>
          <Button leftSection={<IconPlus size={20} aria-hidden />} onClick={() => setOpen("new")}>{t.categories.new}</Button>
        </Stack>
      </Modal>
      {open !== null && <CategoryDrawer category={open === "new" ? null : open} all={categories} onClose={afterEvent(() => setOpen(null))} />}
    </>
  );
}
