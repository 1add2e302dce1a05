/** What is refused of faults on containers, whatever the machine and on this one. */
import { expect, it } from 'vitest';
import type { EngineAbilities } from '../../../src/host/docker-engine.ts';
import type { FaultAction } from '../../../src/model/fault.ts';
import { checkAbilities, containerFaultMistake } from '../../../src/topology/docker/faults.ts';
import { fakeEngine } from '../../helpers/fake-engine.ts';

const of = { service: 'api' };
const mib = 1024 ** 2;

it.each<[FaultAction, string | undefined]>([
  [{ kind: 'cpu', of, cores: 0.01 }, undefined],
  [{ kind: 'cpu', of, cores: 0.009 }, 'cpu: a Docker engine gives no less than 0.01 cores, got 0.009'],
  [{ kind: 'cpu', of, burners: 2 }, undefined],
  [{ kind: 'memory', of, limitBytes: 6 * mib }, undefined],
  [{ kind: 'memory', of, limitBytes: 5.5 * mib }, 'memory: a Docker engine takes no limit below 6 MiB, got 5.5 MiB'],
  [{ kind: 'run', command: ['true'] }, undefined],
])('%j: %s', (action, mistake) => {
  expect(containerFaultMistake(action)).toBe(mistake);
});

const able: EngineAbilities = { operatingSystem: 'Linux', limitsCpu: true, limitsMemory: true, pauses: true };

async function check(abilities: Partial<EngineAbilities>, ...actions: FaultAction[]): Promise<string> {
  const engine = fakeEngine({ abilities: async () => ({ ...able, ...abilities }) });
  return await checkAbilities(actions, engine).then(
    () => '',
    ({ code, exitCode, message }) => `${code} ${exitCode}: ${message}`,
  );
}

it('names all that an engine cannot do of what is asked, and asks nothing of one that is to do nothing', async () => {
  const all: FaultAction[] = [
    { kind: 'cpu', of, cores: 1 },
    { kind: 'cpu', of, cores: 2 },
    { kind: 'memory', of, limitBytes: 64 * mib },
    { kind: 'pause', of },
    { kind: 'kill', of },
  ];
  expect(await check({}, ...all)).toBe('');
  expect(await check({ limitsCpu: false, limitsMemory: false, pauses: false }, ...all)).toBe(
    'fault-failed 3: this Docker engine cannot limit CPU or limit memory or pause containers: it has no control group for that',
  );
  expect(await check({ limitsCpu: false }, { kind: 'kill', of })).toBe('');
  await checkAbilities([], fakeEngine({}));
});

it('refuses busy neighbours of containers in a virtual machine', async () => {
  const burners: FaultAction = { kind: 'cpu', of, burners: 2 };
  expect(await check({ operatingSystem: 'Docker Desktop' }, burners)).toMatch(/^fault-failed 3: cpu\.burners/);
  expect(await check({ operatingSystem: 'Docker Desktop' }, { kind: 'cpu', of, cores: 1 })).toBe('');
  // Where there are no control groups, something can be busy all the same.
  if (process.platform === 'linux') expect(await check({ limitsCpu: false }, burners)).toBe('');
});
