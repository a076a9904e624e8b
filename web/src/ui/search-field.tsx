import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useRef } from "react";
import { t } from "../i18n";
import { useKeys } from "../lib/use-keys";
import { KeyHint } from "./key-hint";

/** Filters a list as one types; a scan goes into it. F2 from everywhere on the screen. */
export function SearchField(props: { readonly label: string; readonly value: string; readonly onChange: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useKeys({ F2: () => field.current?.select() });
  return (
    <TextInput
      ref={field}
      data-scan="field"
      w={{ base: "100%", sm: 320 }}
      aria-label={props.label}
      placeholder={props.label}
      autoComplete="off"
      value={props.value}
      leftSection={<IconSearch size={20} aria-hidden />}
      rightSectionWidth={48}
      rightSection={
        props.value === "" ? <KeyHint>F2</KeyHint> : <CloseButton aria-label={t.common.clear} onClick={() => props.onChange("")} />
      }
      onChange={(event) => props.onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") props.onChange("");
      }}
    />
  );
}
