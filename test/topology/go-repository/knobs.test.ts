// biome-ignore-all lint/suspicious/noTemplateCurlyInString: addresses that a run gives out look like this
/** Which settings say where a program listens, and how it is started with them. */
import { describe, expect, it } from 'vitest';
import type { ProgramFacts } from '../../../src/topology/go-repository/facts.ts';
import { planOf } from '../../../src/topology/go-repository/plan.ts';
import { listensOf } from '../../../src/topology/go-source/listens.ts';
import { routesOf } from '../../../src/topology/go-source/routes.ts';
import { constantsOf, settingsOf } from '../../../src/topology/go-source/settings.ts';
import { subcommandsOf } from '../../../src/topology/go-source/subcommands.ts';
import { readGoFile } from '../../../src/topology/go-source/syntax.ts';

function plan(body: string) {
  const file = readGoFile('main.go', `package main\n${body}`);
  const constants = constantsOf(file);
  const settings = settingsOf(file, constants);
  const facts: ProgramFacts = {
    settings,
    listens: listensOf(file, constants, settings),
    routes: routesOf(file),
    subcommands: subcommandsOf(file),
    imports: new Set(file.imports.keys()),
    isCut: false,
  };
  return planOf(facts);
}

const starts = (body: string) =>
  plan(body).starts.map(({ args, env }) => [...Object.entries(env).map((each) => each.join('=')), ...args].join(' '));

describe('a program is started', () => {
  it.each([
    ['plainly where it says itself where it listens', 'http.ListenAndServe(":8080", nil)', ['']],
    [
      'with an address of its own by a flag, and plainly',
      'flag.String("addr", ":8080", "x")',
      ['--addr=${RAMPART_IP}:8080', ''],
    ],
    [
      'with an address of its own by a variable',
      'getEnv("LISTEN_ADDR", "localhost:9000")',
      ['LISTEN_ADDR=${RAMPART_IP}:9000', ''],
    ],
    ['with a port where it has none', 'http.ListenAndServe(":"+os.Getenv("PORT"), nil)', ['PORT=8080']],
    [
      'with a host of its own and its port',
      'getEnv("HOST", "localhost"); getEnv("PORT", "9000")',
      ['HOST=${RAMPART_IP}', ''],
    ],
    [
      'without what seems to be an address and may be none',
      'http.ListenAndServe(os.Getenv("LISTEN_ADDR")+":"+os.Getenv("PORT"), nil)',
      ['LISTEN_ADDR=${RAMPART_IP}:8081 PORT=8080', 'PORT=8080'],
    ],
    [
      'with all its addresses',
      'flag.String("http", ":80", "x"); flag.String("metrics-addr", ":9091", "x")',
      ['--http=${RAMPART_IP}:80 --metrics-addr=${RAMPART_IP}:9091', ''],
    ],
    [
      'without those of what it calls',
      'getEnv("REDIS_ADDR", "localhost:6379"); getEnv("DB_HOST", "localhost"); flag.String("upstream-addr", "localhost:99", "x"); getEnv("DB_PORT", "5432"); os.Getenv("SMTP_PORT")',
      [''],
    ],
    [
      'by what serves of its subcommands, then without',
      'a := &cobra.Command{Use: "serve"}; b := &cobra.Command{Use: "migrate"}',
      ['serve', ''],
    ],
    [
      'by one of a flag and a variable for the same',
      '&cli.StringFlag{Name: "addr", Value: ":80", EnvVars: []string{"ADDR"}}',
      ['ADDR=${RAMPART_IP}:80', ''],
    ],
    [
      'not with files for addresses',
      'f := flag.String("tls-cert-addr-file", "", "x"); http.ListenAndServe(":8080", *f)',
      [''],
    ],
  ])('%s', (_what, body, found) => {
    expect(starts(body)).toEqual(found);
  });
});

it('ports are those for load first, with where they stand', () => {
  const { ports } = plan(
    'flag.String("metrics-addr", ":9091", "x"); http.ListenAndServe("localhost:8081", nil); getEnv("GRPC_ADDR", ":50051")',
  );
  expect(ports).toEqual([
    { port: 8081, purpose: 'http', from: 'main.go', isLocal: true },
    { port: 50_051, purpose: 'grpc', from: 'GRPC_ADDR', isLocal: false },
    { port: 9091, purpose: 'metrics', from: '-metrics-addr', isLocal: false },
  ]);
});

it('what it cannot do without is told, unless it says where it listens', () => {
  expect(
    plan('type c struct {\n\tDSN string `env:"DSN,required"`\n\tPort int `env:"PORT,required"`\n}').wanted,
  ).toMatchObject([{ name: 'DSN' }]);
});

it('where nobody can try, nothing is told to what may be no address', () => {
  const { untried } = plan(
    'http.ListenAndServe(os.Getenv("LISTEN_ADDR")+":"+os.Getenv("PORT"), nil); flag.String("admin-addr", ":9", "x"); c := &cobra.Command{Use: "serve"}',
  );
  expect(untried).toEqual({ args: ['serve', '--admin-addr=${RAMPART_IP}:9'], env: { PORT: '8080' }, told: [9] });
});
