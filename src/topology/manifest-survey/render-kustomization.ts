/** What a kustomization makes of its files, by the program that applies it: kustomize, or kubectl, which carries it. */
import { runCommand } from '../../host/command.ts';
import { usageError } from '../../model/errors.ts';

/** Where it runs. */
export interface RenderPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const programs = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
] as const;

/** Its manifests, and who made them; undefined where neither program can be started; usageError with what it complained of. */
export async function renderKustomization(
  folder: string,
  place: RenderPlace,
): Promise<{ readonly text: string; readonly by: string } | undefined> {
  for (const [program, ...words] of programs) {
    const end = await runCommand(program, [...words, folder], place).catch(() => undefined);
    place.signal.throwIfAborted();
    if (end === undefined) continue;
    const by = [program, ...words].join(' ');
    if (end.code === 0) return { text: end.stdout, by };
    const said = end.stderr.trimEnd().split('\n').slice(-5);
    throw usageError(
      'init-manifests',
      [`${by} ${folder} failed`, ...said.map((line) => `    | ${line}`)].join('\n'),
      'Mend the kustomization, or name the files that it is made of.',
    );
  }
  return undefined;
}
