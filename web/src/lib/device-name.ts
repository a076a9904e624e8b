/** Without what is mistaken for something else when read aloud. */
const LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/(Firefox|FxiOS)\//, "Firefox"],
  [/(Chrome|CriOS|Chromium)\//, "Chrome"],
  [/Safari\//, "Safari"],
];

const PLATFORMS: readonly (readonly [RegExp, string])[] = [
  [/iPad/, "iPad"],
  [/iPhone/, "iPhone"],
  [/Android.*Mobile/, "Android phone"],
  [/Android/, "Android tablet"],
  [/CrOS/, "Chromebook"],
  [/Windows/, "Windows"],
  [/Macintosh|Mac OS X/, "Mac"],
  [/Linux|X11/, "Linux"],
];

/**
 * A name for a browser that nobody has named yet: what it is, and three letters that tell it from
 * the next one of its kind, such as "Chrome on Windows, K7Q".
 */
export function suggestDeviceName(userAgent: string, random: Uint8Array<ArrayBuffer> = crypto.getRandomValues(new Uint8Array(3))): string {
  const browser = first(BROWSERS, userAgent) ?? "Browser";
  const platform = first(PLATFORMS, userAgent);
  const code = Array.from(random, (byte) => LETTERS[byte % LETTERS.length]).join("");
  return `${platform === null ? browser : `${browser} on ${platform}`}, ${code}`;
}

function first(known: readonly (readonly [RegExp, string])[], text: string): string | null {
  return known.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}
