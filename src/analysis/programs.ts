/** Targets with what is known of their programs: what was read before the load, completed by what they told during it. */
import { mergePrograms } from '../model/go-program.ts';
import type { RawRun } from '../model/raw-run.ts';
import type { RunResult } from '../model/run-result.ts';
import type { ProgramTold } from '../model/sample.ts';

/** In the order of the manifest. */
export function withPrograms(
  targets: RawRun['manifest']['environment']['targets'],
  told: readonly ProgramTold[],
): RunResult['environment']['targets'] {
  return targets.map(({ id, service, go }) => {
    const own = told.filter(({ target }) => target === id).map(({ program }) => program);
    const program = own.reduce(mergePrograms, go);
    return program ? { id, service, go: program } : { id, service };
  });
}
