/** Whether output may have colour, and progress may draw over itself. */

/** Where the two streams go. */
interface Streams {
  readonly isStdoutTerminal: boolean;
  readonly isStderrTerminal: boolean;
}

/**
 * Neither in CI nor where nobody looks. `NO_COLOR` (no-color.org) wins over `FORCE_COLOR` (force-color.org), which wins over the rest;
 * `FORCE_COLOR=0` is a way to say no.
 */
export function terminalManners(
  env: Readonly<Record<string, string | undefined>>,
  { isStdoutTerminal, isStderrTerminal }: Streams,
): { readonly color: boolean; readonly redraw: boolean } {
  const isPlain = isSet(env['CI']) || env['TERM'] === 'dumb';
  const forced = env['FORCE_COLOR'] ?? '';
  const wanted = forced === '' ? isStdoutTerminal && !isPlain : isSet(forced);
  return { color: (env['NO_COLOR'] ?? '') === '' && wanted, redraw: isStderrTerminal && !isPlain };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}
