/** `rampart init`: a first scenario for the user's own compose file. */
import { basename, dirname, relative, resolve } from 'node:path';
import { createFile, readTextIfAny } from '../host/files.ts';
import { exitCodes, usageError } from '../model/errors.ts';
import { readComposeServices, type ServiceOutline } from '../topology/compose-file.ts';
import { findPprof } from '../topology/find-pprof.ts';
import { readHints, type ServiceHints } from '../topology/service-labels.ts';
import type { Command, CommandContext } from './context.ts';

const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
/** Names that people give to what takes the traffic of a system. */
const frontNames = /gateway|proxy|balancer|^lb$|edge|front|ingress|web|api/i;

/** One service as `init` sees it: container ports that take traffic, and where pprof is, if that is known. */
interface SeenService {
  readonly name: string;
  readonly ports: readonly number[];
  readonly pprofPort: number | undefined;
  readonly answered: boolean;
}

export const initCommand: Command = {
  name: 'init',
  positionals: '[compose]',
  summary: 'Write a first scenario for your own compose file',
  examples: [
    ['rampart init', 'takes compose.yaml or docker-compose.yml of this directory'],
    ['rampart init deploy/compose.yaml --out load/ramp.yaml', 'names both'],
  ],
  options: {
    compose: { describe: 'Compose file', type: 'string', positional: true },
    out: { describe: 'Scenario file to write', type: 'string', default: 'rampart.yaml' },
  },
  run: async (args, context) => {
    const compose = await findComposeFile(args.string('compose'), context);
    const services = await seeServices(compose, context);
    const out = resolve(context.cwd, args.string('out') ?? 'rampart.yaml');
    const target = chooseTarget(services, compose);
    const path = relative(dirname(out), compose) || basename(compose);
    if (!(await createFile(out, scenarioText(path, target)))) {
      throw usageError(
        'init-exists',
        `${relative(context.cwd, out)}: this file exists and is left as it is`,
        'Name another with --out FILE.',
      );
    }
    context.print(describe(services, relative(context.cwd, out), target));
    return exitCodes.ok;
  },
};

async function findComposeFile(given: string | undefined, context: CommandContext): Promise<string> {
  const candidates = given === undefined ? composeNames : [given];
  for (const name of candidates) {
    const path = resolve(context.cwd, name);
    if ((await readTextIfAny(path)) !== undefined) return path;
  }
  throw usageError(
    'compose-missing',
    `no compose file: looked for ${candidates.join(', ')} in ${context.cwd}`,
    'Name it: rampart init path/to/compose.yaml',
  );
}

async function seeServices(compose: string, context: CommandContext): Promise<SeenService[]> {
  const outlines = await readComposeServices({ compose }, context.env);
  const running = await findPprof(compose, context.env);
  const replicas = Object.fromEntries(outlines.map((outline) => [outline.name, 1]));
  return outlines
    .filter((outline) => !outline.isOptional)
    .map((outline) =>
      seeService(outline, readHints(outline.name, outline.labels, replicas), running.get(outline.name)),
    );
}

function seeService(outline: ServiceOutline, hints: ServiceHints, answering: number | undefined): SeenService {
  const pprofPort = answering ?? hints.pprof?.port ?? outline.containerPorts.find((port) => port === 6060);
  const ports = outline.containerPorts.filter((port) => port !== pprofPort && port !== hints.metrics?.port);
  return { name: outline.name, ports, pprofPort, answered: answering !== undefined };
}

function chooseTarget(services: readonly SeenService[], compose: string): { service: string; port: number } {
  const open = services.filter((service) => service.ports.length > 0);
  const chosen = open.find((service) => frontNames.test(service.name)) ?? open[0];
  const port = chosen?.ports[0];
  if (chosen && port !== undefined) return { service: chosen.name, port };
  const hint = 'Publish the port that takes the load, for example: ports: ["127.0.0.1::8080"].';
  throw usageError('init-no-port', `${compose}: no service publishes a port that load could be sent to`, hint);
}

function scenarioText(compose: string, target: { service: string; port: number }): string {
  return `# A first ramp: where does response p99 leave its level, and what does the Go runtime do there?
# Look at the steps table first, then at run queues and goroutines in the charts below it.
name: ramp
topology:
  compose: ${JSON.stringify(compose)}
target: { service: ${JSON.stringify(target.service)}, port: ${target.port} }
load:
  request: { path: / }
  steps:
    - { name: warm-up, rate: 50/s, for: 5s, measure: false }
    - { from: 100/s, to: 500/s, stairs: 5, for: 50s }
observe:
  schedtrace: 1s
  gctrace: true
  goroutines: 5s
  metrics: 1s
  containers: 1s
slo:
  - errors < 0.1%
`;
}

function describe(services: readonly SeenService[], out: string, target: { service: string; port: number }): string {
  const lines = services.map(({ name, ports, pprofPort, answered }) => {
    const pprof = pprofPort === undefined ? 'no pprof known' : `pprof on ${pprofPort}${answered ? ', answering' : ''}`;
    return `  ${name}: ${ports.length > 0 ? `ports ${ports.join(', ')}` : 'no port for traffic'}; ${pprof}`;
  });
  const blind = services.filter((service) => service.pprofPort === undefined).map((service) => service.name);
  const advice =
    blind.length === 0
      ? []
      : [
          '',
          `Go services among ${blind.join(', ')} show more with a label and a published port each, for example:`,
          '  labels: { rampart.pprof.port: "6060", rampart.metrics.port: "6060" }',
          '  ports: ["127.0.0.1::6060"]',
        ];
  return [
    `services found:`,
    ...lines,
    ...advice,
    '',
    `load goes to ${target.service}:${target.port}`,
    `wrote ${out}; start it with: rampart run ${out}`,
    '',
  ].join('\n');
}
