// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** A first scenario for compose files as people have them: whom the load goes to, why, and what is told before. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initCommand } from '../../../src/commands/init/init.ts';
import { messageOf, type RampartError } from '../../../src/model/errors.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs `rampart init` on these files. */
async function init(files: Readonly<Record<string, string>>, flags = {}, env = {}) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { context, told } = contextOf({ PATH: '', DOCKER_HOST: 'tcp://127.0.0.1:1', ...env }, folder);
  await initCommand.run(argsOf({ out: 'rampart.yaml', ...flags }), context);
  const scenario = await readFile(join(folder, 'rampart.yaml'), 'utf8');
  const [, service, port] = /target: \{ service: "(.*)", port: (\d+) \}/.exec(scenario) ?? [];
  return { target: `${service}:${port}`, compose: /compose: (.*)/.exec(scenario)?.[1], said: told.stdout };
}

const goImage = 'FROM golang:1.25 AS build\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n';

describe('the load goes to', () => {
  it.each([
    [
      'what is built here, not to the database or the broker before it',
      'db: { image: "postgres:17", ports: ["5432:5432"] }, mq: { image: "rabbitmq:4-management", ports: ["15672:15672", "5672:5672"] }, app: { build: ., ports: ["8080:8080", "8081:8081"], depends_on: [db, mq] }, nginx: { image: "nginx:1", ports: ["80:80"], depends_on: [app] }',
      'app:8080',
    ],
    [
      'the gateway that stands before services without ports of the host',
      'users: { build: ., ports: ["8080"] }, orders: { build: ., ports: ["8080"] }, gateway: { build: ., ports: ["8000:8080"], depends_on: [users, orders] }',
      'gateway:8080',
    ],
    [
      'a known front end when the services behind it publish nothing',
      'api: { build: . }, worker: { build: . }, caddy: { image: "caddy:2", ports: ["80:80", "443:443"] }, redis: { image: "redis:7", ports: ["6379:6379"] }',
      'caddy:80',
    ],
    [
      'the service, not its worker, migration or mail catcher',
      'migrate: { build: ., ports: ["9999:9999"] }, worker: { build: ., ports: ["8081:8081"] }, mail: { image: "axllent/mailpit", ports: ["8025:8025"] }, shop: { build: ., ports: ["8082:8082"] }',
      'shop:8082',
    ],
    [
      'the one port of a service that has its pprof there, too',
      'db: { image: "postgres:17", ports: ["5432:5432"] }, pricer: { build: ., ports: ["127.0.0.1::7070"], labels: { rampart.pprof.port: "7070", rampart.metrics.port: "7070" } }',
      'pricer:7070',
    ],
    [
      'an image of nobody known before those that watch it',
      'prometheus: { image: "prom/prometheus", ports: ["9090:9090"] }, pgadmin: { image: "dpage/pgadmin4", ports: ["5050:80"] }, list: { image: "acme/list:1", ports: ["9000:9000"] }',
      'list:9000',
    ],
    [
      'the service behind a page that a browser loads once',
      'frontend: { build: ui, ports: ["3000:3000"], depends_on: [backend] }, backend: { build: ., ports: ["8085:8085"] }',
      'backend:8085',
    ],
    [
      'the door of a proxy, not its dashboard',
      'traefik: { image: "traefik:v3", ports: ["8080:8080", "80:80"] }',
      'traefik:80',
    ],
    [
      'the HTTP port of several',
      'api: { build: ., ports: ["9090:9090", "50051:50051", "8888:8888"], environment: { METRICS_PORT: 9090, HTTP_ADDR: ":8888" } }',
      'api:8888',
    ],
    [
      'a service that speaks HTTP before one that speaks gRPC',
      'core-grpc: { build: ., ports: ["3010:3000"], environment: { SERVER: grpc, GRPC_PORT: 3000 } }, core-http: { build: ., ports: ["3011:3000"], environment: { HTTP_PORT: 3000 } }',
      'core-http:3000',
    ],
  ])('%s', async (_, services, target) => {
    expect((await init({ 'compose.yaml': `services: { ${services} }` })).target).toBe(target);
  });

  it('not to a database that is built here', async () => {
    const { target, said } = await init({
      'docker-compose.yml':
        'services: { postgres: { build: pg, ports: ["5544:5544"] }, golang: { build: go, ports: ["8080:8080"] } }',
      'pg/Dockerfile': 'FROM postgres:17\n',
      'go/Dockerfile': goImage,
    });
    expect(target).toBe('golang:8080');
    expect(said).toContain('postgres: built here, a database');
    expect(said).toContain('golang: built here with Go');
  });

  it('what is built with Go before other languages', async () => {
    const { target, said } = await init({
      'compose.yaml':
        'services: { web: { build: web, ports: ["80:80"] }, core: { build: core, ports: ["7000:7000"] } }',
      'web/package.json': '{}',
      'core/go.mod': 'module core\n',
    });
    expect(target).toBe('core:7000');
    expect(said).toContain('it could also go to web:80');
  });

  it('what the Dockerfile exposes when the file names no port, and it says what is to be done', async () => {
    const { target, said } = await init({
      'compose.yaml': 'services: { api: { build: . } }',
      Dockerfile: `${goImage}EXPOSE 8088\n`,
    });
    expect(target).toBe('api:8088');
    expect(said).toContain('its port is what the Dockerfile exposes');
    expect(said).toContain(
      'port 8088 of api is not published, so Docker lets no load in: add ports: ["127.0.0.1::8088"]',
    );
  });

  it('nobody, when all that is there is databases; and it says what each is', async () => {
    const services =
      'db: { image: "mysql:8", ports: ["3306:3306"] }, queue: { build: ., ports: ["5672:5672"] }, job: { build: . }';
    const refused = init({ 'compose.yaml': `services: { ${services} }` });
    await expect(refused).rejects.toMatchObject({ code: 'init-no-port', exitCode: 2 });
    const message = await refused.catch(messageOf);
    expect(message).toContain('db: a database, ports 3306 (3306 is that of MySQL)');
    expect(message).toContain('queue: built here, ports 5672 (5672 is that of AMQP)');
    expect(message).toContain('job: built here, no port named');
    expect(existsSync(join(folder, 'rampart.yaml'))).toBe(false);
  });
});

describe('it reads', () => {
  it('the override file, and names it', async () => {
    const { target, compose, said } = await init({
      'compose.yaml': 'services: { api: { build: . } }',
      'compose.override.yaml': 'services: { api: { ports: ["127.0.0.1:18500:8080"] } }',
    });
    expect({ target, compose }).toEqual({ target: 'api:8080', compose: '"compose.yaml"' });
    expect(said).toContain('services found in compose.yaml, compose.override.yaml:');
  });

  it('included files, and names them', async () => {
    const { target, said } = await init({
      'compose.yaml': 'include: [services/api.yaml, { path: services/db.yaml }]',
      'services/api.yaml': 'services: { api: { build: ../svc, ports: ["8080:8080"] } }',
      'services/db.yaml': 'services: { db: { image: "postgres:17" } }',
    });
    expect(target).toBe('api:8080');
    expect(said).toContain('services found in compose.yaml, services/api.yaml, services/db.yaml:');
  });

  it('all files of COMPOSE_FILE, and writes them down', async () => {
    const files = {
      'a.yml': 'services: { api: { build: . } }',
      'b.yml': 'services: { api: { ports: ["8080:8080"] } }',
    };
    const { target, compose } = await init(files, {}, { COMPOSE_FILE: 'a.yml:b.yml' });
    expect({ target, compose }).toEqual({ target: 'api:8080', compose: '["a.yml","b.yml"]' });
  });

  it('nothing behind a profile, and says so', async () => {
    const services = 'api: { build: ., ports: ["8080:8080"] }, gen: { build: ., ports: ["1:1"], profiles: [load] }';
    const { said } = await init({ 'compose.yaml': `services: { ${services} }` });
    expect(said).toContain(
      'behind profiles, and so not started: gen (load); topology: { profiles: [NAME] } starts them',
    );
    expect(said).not.toContain('  gen:');
  });
});

describe('variables that are not set are told', () => {
  it('before ports are blamed for it, with the way out that the project brings', async () => {
    const refused = init({
      'compose.yaml': 'services: { api: { build: ., ports: ["8080:${PORT}"] } }',
      '.env.example': 'PORT=8080\n',
    });
    const error = (await refused.catch((thrown: unknown) => thrown)) as RampartError;
    expect(error.message.split('\n')).toEqual([
      expect.stringContaining('compose.yaml:1:38 variable PORT is not set and became empty'),
      expect.stringContaining('compose.yaml:1:38 services.api.ports[0] must be a port, got "8080:"'),
    ]);
    expect(error.hint).toBe('There is no .env, but an example of one: cp .env.example .env');
  });

  it('when no service has a port', async () => {
    const services = 'api: { image: "acme/${TAG}" }';
    const message = await init({ 'compose.yaml': `services: { ${services} }` }).catch(messageOf);
    expect(message).toMatch(/^\S*compose\.yaml:1:27 variable TAG is not set[\s\S]*no service publishes a port/);
  });

  it('and env files that are not there, when all else is well', async () => {
    const services = 'api: { build: ., ports: ["80"], env_file: app.env, environment: { A: "${A}" } }';
    const { target, said } = await init({ 'compose.yaml': `services: { ${services} }`, '.env.sample': '' });
    expect(target).toBe('api:80');
    expect(said).toContain('variable A is not set and became empty');
    expect(said).toContain('services.api.env_file names a file that is not there');
    expect(said).toContain('cp .env.sample .env');
  });
});

it('leaves a scenario that exists as it is', async () => {
  const files = { 'compose.yaml': 'services: { api: { build: ., ports: ["80"] } }', 'rampart.yaml': 'mine' };
  await expect(init(files)).rejects.toMatchObject({ code: 'init-exists' });
  expect(await readFile(join(folder, 'rampart.yaml'), 'utf8')).toBe('mine');
});
