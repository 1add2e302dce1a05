/** How long ago, as people write it of things that are kept for days: `36h`, `7d`, `2w`. */

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of an age; undefined when the text is none. */
export function ageMsOf(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (units[unit] ?? 0);
}
