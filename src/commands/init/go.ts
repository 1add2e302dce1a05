/** A first scenario for a Go repository without a compose file: its program read, built and started for a moment. */
import { dirname, relative } from 'node:path';
import { isLinux } from '../../host/machine.ts';
import { usageError } from '../../model/errors.ts';
import type { ProgramFacts } from '../../topology/go-repository/facts.ts';
import type { MainFolder } from '../../topology/go-repository/packages.ts';
import { type AskedPath, pathsOf, planOf, type ServicePlan } from '../../topology/go-repository/plan.ts';
import type { RankedMain } from '../../topology/go-repository/rank-mains.ts';
import {
  chooseProgram,
  describeProgram,
  type GoProgramSketch,
  type GoSurvey,
  surveyRepository,
} from '../../topology/go-repository/survey.ts';
import { type Trial, tryStarts } from '../../topology/go-trial/try-starts.ts';
import type { CommandContext } from '../command.ts';
import { slashed } from '../schema-place.ts';
import type { Draft } from './compose.ts';
import { type FoundService, readService, servedService, serviceLines } from './go-service.ts';
import { trialWords } from './go-words.ts';
import { flow } from './scenario-text.ts';

/** What is asked for. */
export interface GoWishes {
  /** Absolute. */
  readonly folder: string;
  readonly main: string | undefined;
  readonly isStarted: boolean;
  /** Absolute path of the scenario. */
  readonly out: string;
  /** What was found before. */
  readonly notes: readonly string[];
}

/** Surveys, chooses, tries; usageError where nothing is there to load, environmentError without Go. */
export async function goDraft(wishes: GoWishes, context: CommandContext): Promise<Draft> {
  const { folder, out } = wishes;
  const { cwd, env, signal } = context;
  const survey = await surveyRepository({ folder, env, signal });
  const chosen = chooseProgram(survey, wishes.main, { folder, cwd });
  const { place, facts } = chosen.main;
  const plan = planOf(facts);
  const paths = pathsOf(facts.routes);
  const name = serviceName(chosen.main);
  const passed = passedOn(facts, plan, context);
  const trial =
    wishes.isStarted && isLinux
      ? await tryStarts({ name, main: place, starts: plan.starts, paths, passed, env, signal, log: context.log })
      : undefined;
  const found = serviceOf(trial, plan, paths, place);
  const at = slashed(relative(dirname(out), place.module.folder)) || '.';
  return {
    parts: {
      topology: serviceLines(name, at, place.package, withPassed(found, Object.keys(passed))),
      target: flow({ service: name, port: found.ports[0], tls: found.isTls ? { insecure: true } : undefined }),
      request: flow({ path: found.path, expect: found.status === undefined ? undefined : { status: found.status } }),
      hasPprof: found.pprof !== undefined,
      hasMetrics: found.metrics !== undefined,
      isStarted: true,
    },
    words: (file) => [
      ...programWords(survey, chosen, wishes.main !== undefined),
      ...wishes.notes,
      '',
      ...passedWords(Object.keys(passed)),
      ...trialWords(trial, plan, found, place),
      ...(wishes.isStarted && !isLinux
        ? ['not started: services run as local processes on Linux only, and so does this scenario']
        : []),
      '',
      `load goes to ${name}:${found.ports[0]}${found.path}${found.status === undefined ? '' : `, which answers ${found.status}: change load.request in ${file} to what users ask for`}`,
      ...seenPaths(trial, found, file),
    ],
  };
}

function serviceOf(
  trial: Trial | undefined,
  plan: ServicePlan,
  paths: readonly AskedPath[],
  main: MainFolder,
): FoundService {
  const found = (trial?.kind === 'served' ? servedService(trial.served, plan) : undefined) ?? readService(plan, paths);
  if (found) return found;
  const tried = trial === undefined ? [] : trialWords(trial, plan, undefined, main);
  throw usageError(
    'init-no-server',
    [`${main.package}: where it listens can be seen neither in its source nor by starting it`, ...tried].join('\n'),
    'Start it yourself, and name its address: rampart init --url http://127.0.0.1:8080/',
  );
}

/** What every shell has, and what would change a measurement without anybody saying so. */
const notPassed =
  /^(?:PATH|HOME|USER|LOGNAME|PWD|OLDPWD|SHELL|TERM|LANG|LC_\w+|TMPDIR|TZ|CI|EDITOR|HOSTNAME|DISPLAY|NO_COLOR|XDG_\w+|GO[A-Z0-9]+|SSL_CERT_\w+|\w+_CA_BUNDLE|.*_PROXY|KUBECONFIG)$/i;

/** Variables that it reads, that have no value of their own, and that the user has set; nobody is told what they hold. */
function passedOn(
  { settings }: ProgramFacts,
  { knobs }: ServicePlan,
  { env, secrets }: CommandContext,
): Record<string, string> {
  const asked = settings.filter(
    ({ via, name, preset }) =>
      via === 'variable' &&
      preset === undefined &&
      !notPassed.test(name) &&
      !knobs.some(({ setting }) => setting.name === name),
  );
  const found = asked.flatMap(({ name }) => (env[name] ? [[name, env[name]] as const] : []));
  secrets.learn(found.map(([name, value]) => ({ value, label: `env.${name}`, isSought: true, isWritten: false })));
  return Object.fromEntries(found);
}

function withPassed(found: FoundService, names: readonly string[]): FoundService {
  const env = Object.fromEntries(names.map((name) => [name, `\${env.${name}}`]));
  return { ...found, start: { ...found.start, env: { ...env, ...found.start.env } } };
}

function passedWords(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`it is given ${names.join(', ')} from your shell, as \${env.NAME}: the values are kept nowhere`];
}

/** How it is called among services: by its folder, or by the whole where that says nothing. */
function serviceName({ path, product }: GoProgramSketch): string {
  const last = path.split('/').at(-1) ?? '';
  const name = /^(?:\.|main|cmd|src|app)$/.test(last) ? product : last;
  return name.replace(/[^A-Za-z0-9_.-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'service';
}

function programWords(
  { programs, notes }: GoSurvey,
  { main, why }: RankedMain<GoProgramSketch>,
  isNamed: boolean,
): string[] {
  const others = programs.filter((one) => one.main !== main).map((one) => one.main);
  const next = others.find(({ serving }) => serving === 'http');
  const shown = others.slice(0, 8).map((one) => `  ${describeProgram(one)}`);
  const because = isNamed ? 'named with --main' : why.join('; ');
  return [
    `Go program: ${describeProgram(main)}`,
    ...(others.length > 0
      ? [`taken before ${others.length} other${others.length > 1 ? 's' : ''} because ${because}:`, ...shown]
      : []),
    ...(others.length > shown.length ? [`  and ${others.length - shown.length} more`] : []),
    ...(next && !isNamed ? [`another: rampart init --main ./${next.path}`] : []),
    ...notes,
  ];
}

function seenPaths(trial: Trial | undefined, found: FoundService, file: string): string[] {
  if (trial?.kind !== 'served') return [];
  const port = trial.served.ports.find((one) => one.port === found.ports[0]);
  const others = (port?.paths ?? []).filter(
    ({ path, purpose, status }) => purpose === 'own' && status < 300 && path !== found.path,
  );
  if (others.length === 0) return [];
  const list = others.slice(0, 6).map(({ path }) => path);
  return [
    `it also answers ${list.join(', ')}${others.length > list.length ? ' and more' : ''}: change load.request in ${file}`,
  ];
}
