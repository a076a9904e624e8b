import { type ChangeEvent, useState } from "react";

/** A reason as it is typed, and what is said where it is missing. */
export function useReason(begin = "") {
  const [text, setText] = useState(begin);
  const [problem, setProblem] = useState<string | null>(null);
  return {
    /** Null where nothing was typed. */
    reason: text.trim() === "" ? null : text.trim(),
    /** Says so beside the field, until something is typed. */
    refuse: setProblem,
    /** For its field. */
    field: {
      autoComplete: "off",
      value: text,
      error: problem,
      onChange: (event: ChangeEvent<HTMLInputElement>) => {
        setText(event.currentTarget.value);
        setProblem(null);
      },
    },
  };
}
