// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** Compose files to services: every form a field may take, the file that ships, and errors with their place. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RampartError } from '../../../src/model/errors.ts';
import {
  type ComposeFile,
  parseComposeFile,
  readComposeServices,
  serviceEnvironment,
} from '../../../src/topology/compose-file/compose-file.ts';
import type { ComposeService } from '../../../src/topology/compose-file/service.ts';
import { readComposeSource } from '../../../src/topology/compose-file/sources.ts';
import { projectOf } from '../../helpers/compose-project.ts';

const shipped = fileURLToPath(new URL('../../../compose/compose.yaml', import.meta.url));

function parse(text: string, env: Readonly<Record<string, string>> = {}, dotEnv = ''): ComposeFile {
  return parseComposeFile(projectOf({ 'compose.yaml': text, '.env': dotEnv }), env);
}

function service(text: string, env: Readonly<Record<string, string>> = {}): ComposeService {
  const image = /^(?:image|build):/m.test(text) ? '' : '    image: x\n';
  const [only] = parse(`services:\n  web:\n${image}${text.replace(/^/gm, '    ')}`, env).services;
  if (!only) throw new Error('no service');
  return only;
}

function mistakes(text: string): string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ name: 'RampartError', exitCode: 2 });
    return (error as RampartError).message.split('\n');
  }
}

describe('the compose file that ships', () => {
  it('is read whole: services, ports, labels, replicas, dependencies', async () => {
    const { services, warnings } = parseComposeFile(readComposeSource({ compose: shipped }), {});
    const [loadbalancer, downstream] = services;
    expect(loadbalancer).toMatchObject({ name: 'loadbalancer', replicas: 1, containerPorts: [8080, 6060] });
    expect(loadbalancer?.labels).toMatchObject({
      'rampart.go.package': './loadbalancer',
      'rampart.pprof.port': '6060',
    });
    expect(downstream).toMatchObject({
      name: 'downstream',
      replicas: 3,
      dependsOn: [{ service: 'loadbalancer', condition: 'service_healthy', required: true }],
      unenforced: [],
      needsDocker: [],
    });
    expect(downstream?.environment.get('LOADBALANCER_ADDR')).toBe('loadbalancer:8080');
    expect(warnings).toEqual([]);
  });

  it('takes variables from outside', async () => {
    const env = {
      RAMPART_IP: '127.9.9.9',
      LOADBALANCER_HOST: '127.9.9.1',
      DOWNSTREAM_REPLICAS: '5',
      DOWNSTREAM_CPUS: '0.5',
    };
    const { services } = parseComposeFile(readComposeSource({ compose: shipped }), env);
    const downstream = services.find(({ name }) => name === 'downstream');
    expect(downstream?.replicas).toBe(5);
    expect(downstream?.environment.get('LISTEN_ADDR')).toBe('127.9.9.9:8080');
    expect(downstream?.environment.get('LOADBALANCER_ADDR')).toBe('127.9.9.1:8080');
    expect(downstream?.unenforced).toEqual(['deploy.resources.limits.cpus: "0.5"']);
  });

  it('is outlined for those who only need names', async () => {
    const outline = await readComposeServices({ compose: shipped }, {});
    expect(outline.filter(({ isOptional }) => !isOptional).map(({ name }) => name)).toEqual([
      'loadbalancer',
      'downstream',
    ]);
    expect(outline[0]).toMatchObject({ containerPorts: [8080, 6060], hasBuild: true });
  });
});

describe('a field in all its forms', () => {
  it.each([
    ['ports: ["8080"]', [8080]],
    ['ports: [8080]', [8080]],
    ['ports: ["127.0.0.1::8080"]', [8080]],
    ['ports: ["80:8080"]', [8080]],
    ['ports: ["127.0.0.1:80:8080/tcp"]', [8080]],
    ['ports: ["[::1]:80:8080"]', [8080]],
    ['ports: ["3000-3002"]', [3000, 3001, 3002]],
    ['ports: ["9000-9001:3000-3001"]', [3000, 3001]],
    ['ports: ["53:53/udp", "8080:8080"]', [8080]],
    ['ports: [{ target: 8080, published: "80", host_ip: 127.0.0.1 }]', [8080]],
    ['ports: ["${PORT:-8080}"]\nexpose: ["6060", 8080]', [8080, 6060]],
  ])('%s', (text, ports) => {
    expect(service(text).containerPorts).toEqual(ports);
  });

  it.each([
    ['command: serve -x "a b" --y=\'$$1\' c\\ d', ['serve', '-x', 'a b', '--y=$1', 'c d']],
    ['command: ["serve", "-x", 1]', ['serve', '-x', '1']],
    ['command: ""', []],
    ['command:', undefined],
  ])('%s', (text, words) => {
    expect(service(text).command).toEqual(words);
  });

  it.each([['environment: { A: 1, B: yes, C: , D: "x=y" }'], ['environment: ["A=1", "B=yes", "C", "D=x=y"]']])(
    '%s',
    (text) => {
      const file = parse(`services:\n  web:\n    image: x\n    ${text}`, { C: 'outside' });
      const [web] = file.services;
      expect(web && serviceEnvironment(web, file).variables).toEqual({ A: '1', B: 'yes', C: 'outside', D: 'x=y' });
    },
  );

  it.each([['labels: { a.b: 1 }'], ['labels: ["a.b=1"]']])('%s', (text) => {
    expect(service(text).labels).toEqual({ 'a.b': '1' });
  });

  it.each([
    ['deploy: { replicas: 4 }', 4],
    ['scale: 2', 2],
    ['deploy: { replicas: "${N:-3}" }', 3],
    ['deploy: { replicas: 0 }', 0],
    ['image: x', 1],
  ])('%s', (text, replicas) => {
    expect(service(text).replicas).toBe(replicas);
  });

  it.each([['build: ./dir'], ['build: { context: ./dir, target: image }']])('%s', (text) => {
    expect(service(text).build).toMatchObject({ context: '/elsewhere/dir' });
  });

  it('a limit that only Docker enforces is named, one of 0 is none', () => {
    expect(service('cpus: 0.5\nmem_limit: 64m\nulimits: { nofile: 10 }').unenforced).toEqual([
      'cpus: 0.5',
      'mem_limit: "64m"',
      'ulimits: {"nofile":10}',
    ]);
    expect(service('cpus: 0\ndeploy: { resources: { limits: { cpus: "0" } } }').unenforced).toEqual([]);
  });

  it('anchors and merge keys are followed', () => {
    const { services } = parse(
      'x-base: &base { build: ., ports: ["1"] }\nservices: { a: { <<: *base, ports: ["2"] } }',
    );
    expect(services[0]).toMatchObject({ build: { context: '/elsewhere' }, containerPorts: [2] });
  });

  it('variables of .env are second to those of the shell', () => {
    const text = 'services: { a: { image: x, command: ["$ONE", "$TWO"] } }';
    expect(parse(text, { ONE: 'shell' }, 'ONE=file\nTWO=file').services[0]?.command).toEqual(['shell', 'file']);
  });

  it('COMPOSE_FILE has no say over the files that are named, and that is told', () => {
    const project = projectOf({
      'compose.yaml': 'services: { a: { image: x } }',
      '.env': 'COMPOSE_FILE=b.yaml:c.yaml',
    });
    expect(parseComposeFile(project, {}).warnings).toEqual([
      'COMPOSE_FILE names /elsewhere/b.yaml, /elsewhere/c.yaml and is not followed, because the scenario names /elsewhere/compose.yaml; a list under topology.compose is read whole',
    ]);
    expect(parseComposeFile(project, { COMPOSE_FILE: 'compose.yaml' }).warnings).toEqual([]);
  });

  it('a variable that nobody sets is empty and warned of', () => {
    expect(parse('services: { a: { image: x, command: ["x${NOPE}"] } }').warnings).toEqual([
      '/elsewhere/compose.yaml:1:38 variable NOPE is not set and became empty',
    ]);
  });
});

describe('a mistake', () => {
  it('is told with its place, what was found and an example, and all of them at once', () => {
    const text = [
      'services:',
      '  web:',
      '    image: x',
      '    ports: ["http"]',
      '    deploy: { replicas: many }',
      '    depends_on: [db]',
      '    environment: 5',
      '    command: ["${BAD"]',
      '    stop_grace_period: soon',
    ].join('\n');
    expect(mistakes(text)).toEqual([
      '/elsewhere/compose.yaml:8:15 services.web.command[0] "${BAD" has no closing brace where one is expected (example: ${NAME:-default})',
      '/elsewhere/compose.yaml:4:13 services.web.ports[0] must be a port, got "http" (example: "127.0.0.1::8080")',
      '/elsewhere/compose.yaml:7:18 services.web.environment must be a mapping, got 5',
      '/elsewhere/compose.yaml:5:25 services.web.deploy.replicas must be a whole number, got "many" (example: 3)',
      '/elsewhere/compose.yaml:9:24 services.web.stop_grace_period must be a duration, got "soon" (example: 10s)',
      '/elsewhere/compose.yaml:6:17 services.web.depends_on names "db", which is no service of this project',
    ]);
  });

  it('in the YAML itself has a place, too', () => {
    expect(mistakes('services:\n  a: [1\n')[0]).toMatch(/^\/elsewhere\/compose\.yaml:3:1 is not valid YAML: /);
  });

  it.each([
    ['', 'services'],
    ['services: {}', 'services'],
    ['services: [a]', 'services'],
  ])('%j has no services', (text, where) => {
    expect(mistakes(text).join('\n')).toMatch(new RegExp(`^/elsewhere/compose.yaml:\\d+:\\d+ ${where} must `));
  });

  it('a required variable says what its author wrote', () => {
    expect(mistakes('services: { a: { image: "${TAG:?choose a tag}" } }')).toEqual([
      '/elsewhere/compose.yaml:1:25 services.a.image variable TAG is required: choose a tag',
    ]);
  });

  it('a file that is not there is named with an example', () => {
    expect(() => readComposeSource({ compose: '/nowhere/compose.yaml' })).toThrow(
      expect.objectContaining({
        code: 'compose-missing',
        exitCode: 2,
        message: expect.stringContaining('/nowhere/compose.yaml'),
        hint: expect.stringContaining('example'),
      }),
    );
  });

  it('an env_file that is not there is one only when it is required', () => {
    const environmentOf = (text: string) => {
      const file = parseComposeFile(
        projectOf({ 'compose.yaml': `services:\n  web:\n    image: x\n    ${text}`, 'there.env': 'A=1\nB=2\n' }),
        {},
      );
      const [web] = file.services;
      return web && serviceEnvironment(web, file).variables;
    };
    const optional = 'env_file: [there.env, { path: gone.env, required: false }]\n    environment: { B: 3 }';
    expect(environmentOf(optional)).toEqual({ A: '1', B: '3' });
    expect(() => environmentOf('env_file: gone.env')).toThrow(
      '/elsewhere/compose.yaml services.web.env_file names a file that is not there: /elsewhere/gone.env',
    );
  });
});
