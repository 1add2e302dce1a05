/** The Go programs of a repository, the one that people mean first. */
import { basename, relative, resolve, sep } from 'node:path';
import { linesOf, runCommand } from '../../host/command.ts';
import { usageError } from '../../model/errors.ts';
import { factsOf, type ProgramFacts, type Serving, servingOf } from './facts.ts';
import { findModules, type GoModule } from './modules.ts';
import { createPackageReader, ignoredMains, type MainFolder, programFiles, readMains } from './packages.ts';
import { type MainSketch, type RankedMain, rankMains } from './rank-mains.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** One program. */
export interface GoProgramSketch extends MainSketch {
  readonly place: MainFolder;
  readonly facts: ProgramFacts;
}

/** All of a repository. */
export interface GoSurvey {
  readonly modules: readonly GoModule[];
  /** The one that is meant first; empty where there is none. */
  readonly programs: readonly RankedMain<GoProgramSketch>[];
  readonly notes: readonly string[];
}

/** Where to look, and what may end it. */
export interface SurveyPlace {
  /** Absolute. */
  readonly folder: string;
  readonly env: Env;
  readonly signal: AbortSignal;
}

/** More programs than this are of a collection; only the likeliest by their places are read. */
const mostRead = 60;

/** Reads the modules at and below a folder. */
export async function surveyRepository({ folder, env, signal }: SurveyPlace): Promise<GoSurvey> {
  const modules = await findModules(folder);
  const product = productOf(modules, folder);
  const notes: string[] = [];
  const mains: MainFolder[] = [];
  for (const module of modules) mains.push(...(await mainsOf(module, notes, { folder, env, signal })));
  const reader = createPackageReader(folder);
  const sketched = rankMains(mains.map((place) => ({ place, ...sketchOf(place, folder, product, 'nothing', 0) })));
  const programs: GoProgramSketch[] = [];
  for (const { main } of sketched.slice(0, mostRead)) {
    signal.throwIfAborted();
    const facts = factsOf(await programFiles(main.place, modules, reader));
    const serving = servingOf(facts);
    programs.push({ place: main.place, facts, ...sketchOf(main.place, folder, product, serving, facts.routes.length) });
  }
  if (sketched.length > mostRead) notes.push(`${sketched.length} main packages; the ${mostRead} likeliest were read`);
  if (mains.length === 0) {
    const ignored = (await Promise.all(modules.map(ignoredMains))).flat();
    if (ignored.length > 0) notes.push(`left out: ${ignored.join(', ')}, which a build constraint keeps out of builds`);
  }
  return { modules, programs: rankMains(programs), notes };
}

function sketchOf(
  { module, folder }: MainFolder,
  root: string,
  product: string,
  serving: Serving,
  routes: number,
): MainSketch {
  const path = relative(root, folder).split(sep).join('/') || '.';
  return { path, product, serving, routes, isUsed: module.isUsed };
}

/** How the whole is called: as its one module, or that of its root; of several beside each other as their folder. */
function productOf(modules: readonly GoModule[], root: string): string {
  const module = modules.find(({ folder }) => folder === root) ?? (modules.length === 1 ? modules[0] : undefined);
  return module === undefined
    ? basename(root)
    : (module.path
        .replace(/\/v\d+$/, '')
        .split('/')
        .at(-1) ?? '');
}

/** As the Go tool sees it, where it can say so; else by the files. */
async function mainsOf(module: GoModule, notes: string[], { folder, env, signal }: SurveyPlace): Promise<MainFolder[]> {
  const read = await readMains(module);
  if (read.length === 0) return read;
  const listed = await listMains(module, env, signal);
  if (typeof listed !== 'string') {
    const known = read.filter((one) => listed.includes(importPathOf(one)));
    return known.length > 0 ? known : read;
  }
  // Modules that are not here yet are fetched when it is built.
  if (/disabled by GOPROXY=off/.test(listed)) return read;
  const where = relative(folder, module.folder) || '.';
  notes.push(`go list in ${where} said: ${listed}; its packages were read without it`);
  return read;
}

const listMs = 30_000;

/** Import paths of main packages, or why they cannot be told. Nothing is fetched for it: not a module, and no toolchain. */
async function listMains(module: GoModule, env: Env, signal: AbortSignal): Promise<readonly string[] | string> {
  const format = '{{if eq .Name "main"}}{{.ImportPath}}{{end}}';
  const offline = {
    ...env,
    GOTOOLCHAIN: env['GOTOOLCHAIN'] ?? 'local',
    GOPROXY: 'off',
    ...(module.isUsed ? {} : { GOWORK: 'off' }),
  };
  const patience = AbortSignal.any([signal, AbortSignal.timeout(listMs)]);
  try {
    const { code, output, stdout } = await runCommand('go', ['list', '-find', '-e', '-f', format, './...'], {
      cwd: module.folder,
      env: offline,
      signal: patience,
    });
    if (code !== 0) return (linesOf(output).at(-1) ?? '').slice(0, 200);
    return linesOf(stdout);
  } catch (error) {
    signal.throwIfAborted();
    return patience.aborted ? 'nothing within 30s' : `there is no Go here (${(error as Error).message.split('\n')[0]})`;
  }
}

/** The program that is named, else the first that serves HTTP; usageError with what there is. */
export function chooseProgram(
  { programs, modules, notes }: GoSurvey,
  named: string | undefined,
  { folder, cwd }: { readonly folder: string; readonly cwd: string },
): RankedMain<GoProgramSketch> {
  const [first] = programs;
  const list = programs.map(({ main }) => `  ${describeProgram(main)}`);
  if (named !== undefined) {
    const found = programs.find(({ main }) => isNamed(main, named, folder, cwd));
    if (found) return found;
    const what = programs.length === 0 ? 'there is no main package here' : ['main packages:', ...list].join('\n');
    throw usageError(
      'init-no-main',
      `--main ${named} is no main package of ${folder}\n${what}`,
      'Name one as the Go tool does: --main ./cmd/api',
    );
  }
  if (!first) {
    const where = modules.map(({ path }) => path).join(', ');
    throw usageError(
      'init-no-main',
      [`${where}: a library, no program: no main package that this machine would build`, ...notes].join('\n'),
      'Write a small main package that serves what is to be measured, or start something and name it: rampart init --url http://127.0.0.1:8080/',
    );
  }
  if (first.main.serving === 'http') return first;
  throw usageError(
    'init-no-server',
    [`no program of ${folder} seems to serve HTTP:`, ...list, ...notes].join('\n'),
    `If one does all the same, name it: rampart init --main ${first.main.path === '.' ? '.' : `./${first.main.path}`}`,
  );
}

/** One line about a program. */
export function describeProgram({ path, serving, facts, place }: GoProgramSketch): string {
  const what = {
    http: 'serves HTTP',
    tcp: 'listens, but serves no HTTP that its source shows',
    grpc: 'serves gRPC, which rampart cannot load',
    lambda: 'a function for AWS Lambda',
    nothing: 'listens nowhere: a tool for the command line',
  }[serving];
  const name = path === '.' ? `. (${basename(place.module.path)})` : path;
  return `${name}: ${what}${facts.isCut ? ' (only a part of it was read)' : ''}`;
}

function isNamed({ place, path }: GoProgramSketch, named: string, root: string, cwd: string): boolean {
  const plain = named.replace(/[\\/]+$/, '');
  const folders = [cwd, root, place.module.folder].map((base) => resolve(base, plain));
  return plain === importPathOf(place) || plain === path || plain === place.package || folders.includes(place.folder);
}

function importPathOf({ module, package: pkg }: MainFolder): string {
  return pkg === '.' ? module.path : `${module.path}/${pkg.slice(2)}`;
}
