import type { Category } from "../sync/backend";
import { CATEGORY_COLOURS } from "../theme";

/** The place of a category's mark in the palette: chosen, else by where it stands among the others. */
export function markOf(category: Pick<Category, "colour" | "position">): number {
  return category.colour ?? (category.position % CATEGORY_COLOURS) + 1;
}

export function markColour(mark: number): string {
  return `var(--ts-category-${String(mark)})`;
}
