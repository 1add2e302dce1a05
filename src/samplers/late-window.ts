/** Why a window in which a target collects is left out at its time: it would lie elsewhere in its step, cross its edge, or touch another one. */

/** A window may begin so much later than planned. */
export const latestUs = 250_000;

/** How it came to a window: all in microseconds since the origin. */
interface Beginning {
  /** When it was to begin. */
  readonly atUs: number;
  /** When nothing before it was left to be done. */
  readonly readyUs: number;
  readonly nowUs: number;
}

/** Why it is not begun now; undefined where it is in time. `before` is what came before it: `the profile`. */
export function latenessText({ atUs, readyUs, nowUs }: Beginning, before: string): string | undefined {
  if (nowUs <= atUs + latestUs) return undefined;
  if (readyUs > atUs) return `${before} before it took too long`;
  return `rampart itself woke ${Math.round((nowUs - atUs) / 1000)} ms too late for it: its processor was busy with something else`;
}
