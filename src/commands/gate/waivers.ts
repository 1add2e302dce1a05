/** `--waivers`: the file that is named, and waivers of it that waive nothing. */
import { resolve } from 'node:path';
import { usageError } from '../../model/errors.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import type { Waiver } from '../../model/gate-terms.ts';
import { readInput } from '../../runs/read-input.ts';
import { waiversIn } from '../../scenario/waivers.ts';
import type { CommandArgs, CommandContext } from '../command.ts';

/** The waivers of the file that the flag names; undefined without it, usage error when one is malformed or has expired. */
export async function readWaivers(
  args: CommandArgs,
  { cwd, time }: CommandContext,
): Promise<readonly Waiver[] | undefined> {
  const file = args.string('waivers');
  if (file === undefined) return undefined;
  const text = await readInput(resolve(cwd, file), file);
  if (text === undefined) {
    throw usageError(
      'waivers-missing',
      `--waivers ${file}: there is no such file (example: --waivers perf/waivers.yaml)`,
    );
  }
  return waiversIn({ file, text, today: new Date(time.wallMs()).toISOString().slice(0, 10) });
}

/** What is to be said of waivers that match nothing that is judged, with what is. */
export function idleWaivers({ waivers = [], steps, metrics }: GateSettings, measured: readonly string[]): string[] {
  const judged = steps ?? measured;
  return waivers
    .filter(({ metric, step }) => !metrics.includes(metric) || (step !== undefined && !judged.includes(step)))
    .map(
      ({ metric, step, owner }) =>
        `the waiver of ${owner} for ${metric}${step === undefined ? '' : ` at step ${step}`} matches nothing that is judged (metrics: ${metrics.join(', ')}; steps: ${judged.join(', ')})`,
    );
}
