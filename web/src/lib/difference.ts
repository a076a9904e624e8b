/** The fields that a form changed: as they were shown, and as they are wanted. */
export function difference<Fields extends object>(
  shown: Fields,
  wanted: Fields,
): readonly [seen: Partial<Fields>, changes: Partial<Fields>] {
  const names = (Object.keys(wanted) as (keyof Fields)[]).filter((name) => (shown[name] ?? null) !== wanted[name]);
  const pick = (from: Fields) => Object.fromEntries(names.map((name) => [name, from[name] ?? null])) as Partial<Fields>;
  return [pick(shown), pick(wanted)];
}
