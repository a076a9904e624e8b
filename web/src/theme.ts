import { Button, type ButtonProps, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/*
 * The one place with colours and sizes. Neutral paper and ink, one accent (deep teal) for what can be
 * pressed next, four status colours that always come with an icon and a word. Prices and totals are
 * ink on surface: over 12:1 in both schemes.
 */

const teal: MantineColorsTuple = [
  "#e6f4f3", "#cfe7e5", "#9ecfcb", "#6ab5b0", "#3f9d98", "#22827e", "#14706d", "#0f5c5c", "#0b4a4a", "#073838",
];
const ink: MantineColorsTuple = [
  "#f6f5f2", "#eceae5", "#dcd9d2", "#c3bfb6", "#9d998f", "#757269", "#5a5850", "#3d3c37", "#272724", "#1a1b1a",
];
const night: MantineColorsTuple = [
  "#ecebe7", "#c9c8c3", "#a9a8a3", "#85857f", "#5c5d5a", "#3b3d3c", "#2b2e2e", "#212424", "#181b1b", "#101212",
];
const green: MantineColorsTuple = [
  "#e8f5ea", "#d0e9d5", "#a3d3ad", "#74bc83", "#4ea862", "#34924a", "#227a38", "#17652c", "#0f5123", "#083b18",
];
const amber: MantineColorsTuple = [
  "#fdf3dc", "#fae6b8", "#f3cf7d", "#ebb742", "#dba017", "#b98006", "#966603", "#7a5200", "#5f4000", "#452e00",
];
const red: MantineColorsTuple = [
  "#fdecea", "#f9d3cf", "#f0a8a1", "#e67d74", "#db574d", "#c83a31", "#b02a23", "#95201b", "#781813", "#5b100c",
];
const blue: MantineColorsTuple = [
  "#e8f1fb", "#cfe1f5", "#a0c4ea", "#70a6de", "#478ad1", "#2c72bd", "#1d5fa4", "#154e89", "#0e3d6d", "#082c50",
];

/** A filled button by scheme: Mantine's own contrast knows the light shade alone. */
function filledButton({ variant = "filled", color }: ButtonProps): Record<string, string> {
  if (variant !== "filled") return {};
  if (color === "red") {
    return { "--button-bg": "var(--ts-bad)", "--button-hover": "var(--ts-bad)", "--button-color": "var(--ts-surface)" };
  }
  return {
    "--button-bg": "var(--ts-accent)",
    "--button-hover": "var(--ts-accent-hover)",
    "--button-color": "var(--ts-on-accent)",
  };
}

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 7, dark: 4 },
  colors: { teal, gray: ink, dark: night, green, yellow: amber, red, blue },
  white: "#ffffff",
  black: "#1a1b1a",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: "0.8125rem", sm: "0.875rem", md: "1rem", lg: "1rem", xl: "1.25rem" },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
  defaultRadius: "md",
  radius: { xs: "4px", sm: "6px", md: "10px", lg: "10px", xl: "16px" },
  respectReducedMotion: true,
  cursorType: "pointer",
  headings: { fontWeight: "650" },
  components: {
    Button: Button.extend({
      defaultProps: { size: "lg" },
      vars: (_theme, props) => ({ root: filledButton(props) }),
    }),
    ActionIcon: { defaultProps: { size: 48, variant: "subtle", color: "gray" } },
    CloseButton: { defaultProps: { size: 48, iconSize: 22, "aria-label": "Close" } },
    TextInput: { defaultProps: { size: "lg" } },
    PasswordInput: { defaultProps: { size: "lg" } },
    Textarea: { defaultProps: { size: "lg" } },
    Select: { defaultProps: { size: "lg", allowDeselect: false, checkIconPosition: "right" } },
    Switch: { defaultProps: { size: "lg" } },
    Checkbox: { defaultProps: { size: "md" } },
    SegmentedControl: { defaultProps: { size: "lg" } },
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 120, transition: "fade" },
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { "aria-label": "Close" },
      },
      styles: {
        title: { fontSize: "1.25rem", fontWeight: 650 },
        content: { background: "var(--ts-surface)" },
        header: { background: "var(--ts-surface)" },
      },
    },
    Drawer: {
      defaultProps: {
        position: "right",
        size: "md",
        transitionProps: { duration: 120 },
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { "aria-label": "Close" },
      },
      styles: {
        title: { fontSize: "1.25rem", fontWeight: 650 },
        content: { background: "var(--ts-surface)" },
        header: { background: "var(--ts-surface)" },
      },
    },
    Popover: { defaultProps: { shadow: "md", transitionProps: { duration: 100 } } },
    // The placeholder for the first focus is no child that a menu may have.
    Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 100 }, withInitialFocusPlaceholder: false } },
  },
});

/** How many marks the palette of categories has, as `retail` knows it. */
export const CATEGORY_COLOURS = 8;

/*
 * Marks of categories: muted hues between the accent and the four status colours, so that a stripe
 * is never taken for a warning. Violet, cocoa, slate, plum, olive, indigo, rose wood, stone.
 */
const categoriesLight = ["#7a5ea8", "#8a6242", "#5d7183", "#9a4f8c", "#7c7f3a", "#5159a6", "#a5687c", "#8f897c"];
const categoriesDark = ["#b39bdc", "#c79a76", "#95abbf", "#d08fc4", "#b4b86e", "#9198e0", "#d9a0b2", "#b7b1a4"];

function marks(colours: readonly string[]): Record<string, string> {
  return Object.fromEntries(colours.map((colour, index) => [`--ts-category-${String(index + 1)}`, colour]));
}

/** The names that CSS modules use. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    "--ts-touch": "48px",
    "--ts-key": "64px",
    "--ts-function": "56px",
    "--ts-gap": "8px",
    "--ts-rail": "104px",
    "--ts-rail-narrow": "88px",
    "--ts-top": "60px",
    "--ts-cart": "clamp(300px, 29vw, 400px)",
    "--ts-tender": "208px",
    "--ts-tile-height": "104px",
    "--ts-sheet-bar": "88px",
    "--ts-row-height": "56px",
    "--ts-receipt": "320px",
    "--ts-fz-tile": "0.9375rem",
    "--ts-fz-row": "1.125rem",
    "--ts-fz-key": "1.5rem",
    "--ts-fz-total": "2.75rem",
    "--ts-fz-change": "3.5rem",
    "--ts-ease": "120ms ease-out",
    "--ts-overlay-shadow": "0 12px 40px rgb(0 0 0 / 28%)",
  },
  light: {
    "--mantine-color-body": "#f6f5f2",
    "--mantine-color-dimmed": "#55534c",
    "--mantine-color-placeholder": "#6b6860",
    "--mantine-color-error": "#b02a23",
    "--mantine-color-default-border": "#c3bfb6",
    "--ts-paper": "#f6f5f2",
    "--ts-surface": "#ffffff",
    "--ts-sunken": "#eceae5",
    "--ts-hover": "#f0eeea",
    "--ts-ink": "#1a1b1a",
    "--ts-soft": "#55534c",
    "--ts-line": "#dcd9d2",
    "--ts-line-strong": "#9d998f",
    "--ts-accent": "#0f5c5c",
    "--ts-accent-hover": "#0b4a4a",
    "--ts-on-accent": "#ffffff",
    "--ts-accent-soft": "#dcefed",
    "--ts-accent-ink": "#0b4a4a",
    "--ts-ok": "#17652c",
    "--ts-ok-soft": "#e1f2e5",
    "--ts-warn": "#6b4800",
    "--ts-warn-soft": "#fdf0d0",
    "--ts-bad": "#95201b",
    "--ts-bad-soft": "#fde7e4",
    "--ts-info": "#154e89",
    "--ts-info-soft": "#e3eefa",
    ...marks(categoriesLight),
  },
  dark: {
    "--mantine-color-body": "#101212",
    "--mantine-color-dimmed": "#b4b3ae",
    "--mantine-color-placeholder": "#9b9a95",
    "--mantine-color-error": "#f0a8a1",
    "--mantine-color-default-border": "#4a4d4c",
    "--ts-paper": "#101212",
    "--ts-surface": "#1a1d1d",
    "--ts-sunken": "#262929",
    "--ts-hover": "#242828",
    "--ts-ink": "#f3f2ee",
    "--ts-soft": "#b4b3ae",
    "--ts-line": "#343837",
    "--ts-line-strong": "#6b6f6d",
    "--ts-accent": "#3f9d98",
    "--ts-accent-hover": "#55b0ab",
    "--ts-on-accent": "#06201f",
    "--ts-accent-soft": "#163533",
    "--ts-accent-ink": "#9fdcd7",
    "--ts-ok": "#8fd6a0",
    "--ts-ok-soft": "#16301d",
    "--ts-warn": "#f3cf7d",
    "--ts-warn-soft": "#38290a",
    "--ts-bad": "#f4aaa3",
    "--ts-bad-soft": "#401a17",
    "--ts-info": "#a0c9f2",
    "--ts-info-soft": "#142a41",
    ...marks(categoriesDark),
  },
});
