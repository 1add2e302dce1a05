/** Compose projects in memory, translated to Kubernetes. */
import type { RampartError } from '../../src/model/errors.ts';
import type { TranslationWishes } from '../../src/topology/from-compose/project.ts';
import { type Translation, translateCompose } from '../../src/topology/from-compose/translate.ts';
import { projectOf } from './compose-project.ts';

/** What a project becomes; the files by name, or the text of the one that there is. */
export function translated(
  files: string | Readonly<Record<string, string>>,
  wishes: Partial<TranslationWishes> = {},
): Translation {
  return translateCompose({
    source: projectOf(typeof files === 'string' ? { 'compose.yaml': files } : files),
    env: {},
    scale: {},
    serviceEnv: {},
    goDebug: [],
    hostNetwork: false,
    seed: [4, 7],
    imageOf: () => undefined,
    programOf: () => undefined,
    ...wishes,
  });
}

/** Why a project is not translated, line by line; empty when it is. */
export function refusals(...given: Parameters<typeof translated>): readonly string[] {
  try {
    translated(...given);
    return [];
  } catch (error) {
    const { code, message } = error as RampartError;
    if (code !== 'not-translated') throw error;
    return message.split('\n').slice(1);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The pod of a service, and its one container. */
export function podOf({ services }: Translation, name: string): { readonly pod: Fields; readonly container: Fields } {
  const { workload } = services.find((one) => one.name === name) ?? {};
  const { spec } = workload as { spec?: { template: { spec: Fields & { containers: readonly Fields[] } } } };
  const pod = spec?.template.spec;
  return { pod: pod ?? {}, container: pod?.containers[0] ?? {} };
}
