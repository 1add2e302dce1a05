/** Secrets that services get from the compose file and its env files, which they may print. */
import type { Caller } from '../model/host.ts';
import type { Scenario } from '../model/scenario.ts';
import { fewestSecretCharacters } from '../model/secret-forms.ts';
import { isNamedSetting, isPlain } from '../model/secret-names.ts';
import type { Secret } from '../model/secrets.ts';
import { isComposed } from '../model/topology-spec.ts';
import { secretLiterals } from '../scenario/secret-literals.ts';
import { parseComposeFile, serviceEnvironment } from '../topology/compose-file/compose-file.ts';
import { readComposeSource } from '../topology/compose-file/sources.ts';

/** What variables of services hold that are called like secrets, and passwords in their addresses; none where the files make no sense, which is told elsewhere. */
export function composeSecrets(scenario: Scenario, env: Caller['env']): Secret[] {
  const { topology, name, load, readable = [] } = scenario;
  if (!isComposed(topology)) return [];
  try {
    const file = parseComposeFile(readComposeSource(topology), env, topology.profiles);
    const services = file.active.map((service) => service.name);
    const words = [
      name,
      ...services,
      ...load.steps.map((step) => step.name),
      ...load.requests.map((each) => each.name),
    ];
    const isWord = (value: string) => words.some((word) => word.includes(value));
    return file.active.flatMap((service) =>
      Object.entries(serviceEnvironment(service, file).variables)
        .filter(([variable, value]) => !readable.includes(variable) && !isNamedSetting(variable, value))
        .flatMap(([variable, value]) =>
          secretLiterals(['env', variable], value).map((secret) => ({
            value: secret,
            label: `${service.name}.${variable}`,
            isSought: true,
            isWritten: true,
          })),
        )
        .filter(({ value }) => value.length >= fewestSecretCharacters && !isPlain(value) && !isWord(value)),
    );
  } catch {
    return [];
  }
}
