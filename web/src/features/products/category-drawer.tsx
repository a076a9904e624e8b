import { Input, TextInput, UnstyledButton } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { t } from "../../i18n";
import { markColour, markOf } from "../../lib/category-mark";
import { difference } from "../../lib/difference";
import { newId } from "../../lib/id";
import type { Category, CategoryFields } from "../../sync/backend";
import { toBackendError } from "../../sync/backend-error";
import { useBackend } from "../../sync/context";
import { ArchiveButton } from "../../ui/archive-button";
import { FormDrawer } from "../../ui/form-drawer";
import { notifyDone, notifyProblem, notifyUndo } from "../../ui/toast";
import classes from "./categories-dialog.module.css";

interface CategoryDrawerProps {
  /** `null`: a new one. */
  readonly category: Category | null;
  readonly all: readonly Category[];
  readonly onClose: () => void;
}

interface FormValues {
  name: string;
  colour: number;
}

/** One category as a form. */
export function CategoryDrawer(props: CategoryDrawerProps) {
  const { category, all } = props;
  const backend = useBackend();
  const [id] = useState(() => category?.id ?? newId());
  const next = Math.max(-1, ...all.map((each) => each.position)) + 1;
  const taken = new Set(all.filter((each) => each.id !== category?.id).map((each) => each.name.toLowerCase()));
  const form = useForm<FormValues>({
    mode: "controlled",
    initialValues: { name: category?.name ?? "", colour: markOf(category ?? { position: next }) },
    validateInputOnBlur: true,
    validate: {
      name: (text) =>
        text.trim() === "" ? t.categories.nameMissing : taken.has(text.trim().toLowerCase()) ? t.categories.nameTaken : null,
    },
  });
  const save = async (values: FormValues) => {
    const name = values.name.trim();
    if (category === null) {
      await backend.createCategory(id, { name, position: next, colour: values.colour, archived: false });
      notifyDone(t.categories.created(name));
      return;
    }
    const wanted = { name, position: category.position, colour: form.isDirty("colour") ? values.colour : (category.colour ?? null) };
    const [seen, changes] = difference<CategoryFields>(category, wanted);
    if (Object.keys(changes).length === 0) return;
    await backend.editCategory(id, seen, changes);
    notifyDone(t.categories.saved(name));
  };
  const setArchived = async (target: Category, archived: boolean) => {
    await backend.editCategory(target.id, { archived: target.archived ?? null }, { archived });
    props.onClose();
    if (archived) notifyUndo(t.categories.archivedToast(target.name), () => attempt(backend.editCategory(target.id, { archived }, { archived: false })));
    else notifyDone(t.categories.restored(target.name));
  };
  return (
    <FormDrawer
      title={category === null ? t.categories.new : t.categories.editTitle}
      form={form}
      editable
      onSave={save}
      onClose={props.onClose}
      action={
        category === null ? null : (
          <ArchiveButton
            archived={category.archived === true}
            archiveHint={t.categories.archivedHint}
            restoreLabel={t.categories.restore}
            onArchive={() => attempt(setArchived(category, true))}
            onRestore={() => attempt(setArchived(category, false))}
          />
        )
      }
    >
      <TextInput label={t.categories.name} data-autofocus={category === null || undefined} maxLength={60} {...form.getInputProps("name")} />
      <Input.Wrapper label={t.categories.colour} labelElement="div">
        <div className={classes.palette} role="radiogroup" aria-label={t.categories.colour}>
          {t.categories.colours.map((name, index) => (
            <UnstyledButton
              key={name}
              className={classes.swatch}
              role="radio"
              aria-checked={form.values.colour === index + 1}
              onClick={() => form.setFieldValue("colour", index + 1)}
            >
              <span className={classes.mark} style={{ background: markColour(index + 1) }} aria-hidden />
              {name}
            </UnstyledButton>
          ))}
        </div>
      </Input.Wrapper>
    </FormDrawer>
  );
}

function attempt(work: Promise<unknown>): void {
  work.catch((thrown: unknown) => notifyProblem(toBackendError(thrown).message));
}
