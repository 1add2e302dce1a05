/** Targets with what is known of their programs: what was read before the load, completed by what they told during it. */
import { mergePrograms } from '../../model/go-program.ts';
import { groupBy } from '../../model/group-by.ts';
import type { RawRun } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';
import type { ProgramTold } from '../../model/sample.ts';

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

/** What makes the numbers of a run other than those of the service in production, or of one replica other than those of the next. */
export function programWarnings(targets: RunResult['environment']['targets']): string[] {
  const built = (title: string, isSo: (settings: Readonly<Record<string, string>>) => boolean) => {
    const ids = targets.filter(({ go }) => go?.settings && isSo(go.settings)).map(({ id }) => id);
    return ids.length === 0 ? [] : [`${ids.join(', ')}: ${title}`];
  };
  return [
    ...built('built with -race, which makes a program several times slower and larger', (s) => s['-race'] === 'true'),
    ...built('built without optimisation (-gcflags has -N or -l)', (s) => /(^|[\s=])-[Nl]\b/.test(s['-gcflags'] ?? '')),
    ...[...groupBy(targets, ({ service }) => service)].flatMap(([service, own]) => unlike(service, own)),
  ];
}

/** Replicas of one service that were not built alike. */
function unlike(service: string, targets: RunResult['environment']['targets']): string[] {
  const known = targets.filter(({ go }) => go?.version !== undefined);
  const kinds = groupBy(known, ({ go }) => JSON.stringify([go?.version, go?.moduleVersion, go?.settings]));
  if (kinds.size < 2) return [];
  const parts = [...kinds.values()].map((same) => `${same.map(({ id }) => id).join(', ')} (${same[0]?.go?.version})`);
  return [`the replicas of ${service} were not built alike: ${parts.join(' and ')}`];
}
