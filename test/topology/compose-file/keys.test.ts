/** Every key of a compose service has an effect on a local process, is refused, or is told: none is passed over in silence. */
import { describe, expect, it } from 'vitest';
import type { RampartError } from '../../../src/model/errors.ts';
import { parseComposeFile, serviceEnvironment } from '../../../src/topology/compose-file/compose-file.ts';
import { buildKeys, deployKeys, serviceKeys } from '../../helpers/compose-keys.ts';
import { projectOf } from '../../helpers/compose-project.ts';

/** What the reader makes of a service: its fields and environment, what it says of it, and why it refuses it. */
function reading(service: Readonly<Record<string, unknown>>) {
  const services = { other: { image: 'x', environment: { OTHER: 1 } }, web: { build: '.', ...service } };
  const sections = { x: { file: './x' } };
  const text = JSON.stringify({ services, networks: { x: {} }, secrets: sections, configs: sections });
  try {
    const file = parseComposeFile(projectOf({ 'compose.yaml': text, 'x.env': 'FROM=file\n' }), {});
    const web = file.services.find(({ name }) => name === 'web');
    if (!web) throw new Error('no service');
    const { unenforced, needsDocker, ...fields } = web;
    const { variables } = serviceEnvironment(web, file);
    return {
      fields: { ...fields, variables, starts: file.active.includes(web) },
      said: [...unenforced, ...needsDocker, ...file.warnings],
    };
  } catch (error) {
    return { fields: undefined, said: [(error as RampartError).message] };
  }
}

const plain = reading({});

/** Whether a key changes what is read of a service. */
function hasEffect({ fields }: ReturnType<typeof reading>): boolean {
  return fields !== undefined && JSON.stringify(fields, asJson) !== JSON.stringify(plain.fields, asJson);
}

function asJson(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

describe('a key of a service', () => {
  it.each(Object.entries(serviceKeys))('%s has an effect or is told', (key, value) => {
    const found = reading({ [key]: value });
    const isTold = found.said.some((line) => line.includes(key.replace(/s$/, '')));
    expect(isTold || hasEffect(found)).toBe(true);
  });

  it.each(Object.entries(buildKeys))('build.%s has an effect or is told', (key, value) => {
    const found = reading({ build: { context: '.', [key]: value } });
    expect(found.said.some((line) => line.startsWith(`build.${key}: `)) || hasEffect(found)).toBe(true);
  });

  it.each(Object.entries(deployKeys))('deploy.%s has an effect or is told', (key, value) => {
    const found = reading({ deploy: { [key]: value } });
    expect(found.said.some((line) => line.startsWith(`deploy.${key}`)) || hasEffect(found)).toBe(true);
  });

  it.each([
    [
      { deploy: { resources: { limits: { cpus: '0.5', memory: '64M' } } } },
      ['deploy.resources.limits.cpus: "0.5"', 'deploy.resources.limits.memory: "64M"'],
    ],
    [
      { imaage: 'x' },
      [
        '/elsewhere/compose.yaml:1:90 services.web.imaage is no key that rampart knows, and has no effect on a local process',
      ],
    ],
    [
      { build: { context: '.', taget: 'x' } },
      [
        '/elsewhere/compose.yaml:1:100 services.web.build.taget is no key that rampart knows, and has no effect on a local process',
      ],
    ],
    [{ 'x-mine': 1 }, []],
    [{ cpus: 0, privileged: false, restart: 'no', cap_add: [], deploy: { mode: 'replicated' } }, []],
  ])('%j is told as %j', (service, said) => {
    expect(reading(service).said).toEqual(said);
  });

  it('is a mistake together with what else is wrong when nobody knows it', () => {
    const text = 'services: { web: { imaage: x } }\nservises: {}\n';
    expect(() => parseComposeFile(projectOf({ 'compose.yaml': text }), {})).toThrow(
      /web has neither an image nor a build[\s\S]*servises is no key that rampart knows[\s\S]*web\.imaage is no key/,
    );
  });
});
