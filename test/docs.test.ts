/** README and docs/ say what is so: links lead somewhere, commands and scenarios are read by the real readers, measured numbers name their command. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { calledCommands } from '../src/commands/all.ts';
import { flagsOf } from '../src/commands/shell/common-flags.ts';
import { messageOf } from '../src/model/errors.ts';
import { readCollectConfig } from '../src/profiles/collect/config.ts';
import { known } from '../src/registry.ts';
import { loadScenario } from '../src/scenario/load-scenario.ts';
import { waiversIn } from '../src/scenario/waivers.ts';
import { parseOptions as loadOptions } from './bench/load/options.ts';
import { parseOptions as memoryOptions } from './bench/memory/options.ts';
import { parseOptions as overheadOptions } from './bench/overhead/options.ts';
import { commandLineMistake } from './helpers/command-line-mistake.ts';
import {
  anchorsOf,
  type Block,
  cellsOf,
  inlineCodeOf,
  linksOf,
  type Page,
  readPage,
  readPages,
  root,
} from './helpers/markdown-page.ts';
import { commandsOf, inlineCommandsOf, manifestCommandsOf, type PageCommand } from './helpers/page-commands.ts';

const called = await calledCommands();

const pages = readPages();
const names = pages.map(({ file }) => file);
const pageOf = (file: string) => pages.find((page) => page.file === file);

/** Where a relative link of a page leads, from the root. */
function leadsTo({ file }: Page, path: string): string {
  return path === '' ? file : posix.join(posix.dirname(file), path);
}

function isExternal(link: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(link);
}

function linkMistake(page: Page, link: string): string | undefined {
  if (isExternal(link))
    return URL.canParse(link) && /^https:\/\/[\w.-]+\.[a-z]+(\/|$)/.test(link) ? undefined : `${link} is no address`;
  const [path = '', anchor] = link.split('#');
  const file = leadsTo(page, path);
  if (file.startsWith('..') || !existsSync(join(root, file))) return `${link} leads nowhere`;
  if (anchor === undefined) return undefined;
  const there = pageOf(file);
  return there && anchorsOf(there).includes(anchor) ? undefined : `${link}: there is no such heading`;
}

describe.each(pages)('the links of $file', (page) => {
  it('lead to files and headings that are there, or are addresses', () => {
    expect(linksOf(page).flatMap((link) => linkMistake(page, link) ?? [])).toEqual([]);
  });
});

describe('the pages', () => {
  it('are all reached from the README, and lead on', () => {
    const readme = pageOf('README.md');
    const reached = readme ? linksOf(readme).map((link) => link.split('#')[0]) : [];
    const docs = pages.filter(({ file }) => file !== 'README.md');
    expect(docs.length).toBeGreaterThan(10);
    expect(docs.filter(({ file }) => !reached.includes(file)).map(({ file }) => file)).toEqual([]);
    const ends = docs.filter(
      (page) => !linksOf(page).some((link) => names.includes(leadsTo(page, link.split('#')[0] ?? ''))),
    );
    expect(ends.map(({ file }) => file)).toEqual([]);
  });

  it.each(names.filter((file) => file !== 'README.md'))('%s begins with what it answers', (file) => {
    const [title, first] = pageOf(file)?.blocks ?? [];
    expect(title?.lines[0]).toMatch(/^# /);
    expect(first?.lines.join(' ')).toMatch(/^This page answers: [^?.]+\?$/);
  });

  it.each(pages)('$file is wrapped at 120 columns', ({ blocks }) => {
    const long = blocks
      .filter(({ kind }) => kind === 'text')
      .flatMap(({ lines }) => lines.filter((line) => line.length > 120 && !line.startsWith('![')));
    expect(long).toEqual([]);
  });

  it.each(pages)('$file names files of this repository that are there', (page) => {
    const paths = inlineCodeOf(page).filter((code) => /^(src|test|docs|scenarios|compose)\/[\w./-]+$/.test(code));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('what pages say of files', () => {
  it('leaves out no schema, picture or workflow of docs/', () => {
    const files = readdirSync(join(root, 'docs')).filter((file) => !file.endsWith('.md'));
    const linked = pages.flatMap((page) => linksOf(page).map((link) => leadsTo(page, link.split('#')[0] ?? '')));
    expect(files.filter((file) => !linked.includes(`docs/${file}`))).toEqual([]);
  });

  it.each(pages)('puts no name into a file that has it not, in $file', ({ blocks }) => {
    const text = blocks
      .filter(({ kind }) => kind !== 'code')
      .flatMap(({ lines }) => lines)
      .join(' ');
    const said = [
      ...[...text.matchAll(/`(\w+)` in `((?:src|test)\/[\w/.-]+\.ts)`/g)].map(([, name, file]) => ({ name, file })),
      ...[...text.matchAll(/`((?:src|test)\/[\w/.-]+\.ts)` \(`(\w+)`\)/g)].map(([, file, name]) => ({ name, file })),
    ];
    const wrong = said.filter(({ name = '', file = '' }) => !readFileSync(join(root, file), 'utf8').includes(name));
    expect(wrong).toEqual([]);
  });
});

/** What the commands of others are, which nothing here can try. */
const programsOfOthers = ['docker', 'echo', 'go', 'kill', 'kubectl', 'cd', 'set', 'tee', 'git', './api'];

const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts,
);

/** How scripts read their flags, where that can be asked without running them. */
const readersOfFlags: Readonly<Record<string, (argv: readonly string[]) => unknown>> = {
  'bench:load': loadOptions,
  'bench:memory': memoryOptions,
  'bench:overhead': overheadOptions,
};

/** Flags of a script that its folder, test/bench/load of bench:load, does not tell of. */
function scriptMistake(script: string, flags: readonly string[]): string | undefined {
  if (!scripts.includes(script)) return `package.json has no script ${script}`;
  const [kind = '', name = ''] = script.split(':');
  const folder = join(root, 'test', kind, name);
  const told = ['main.ts', 'options.ts']
    .map((file) => join(folder, file))
    .filter((file) => name !== '' && existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('');
  const unknown = flags.filter((flag) => flag.startsWith('--') && !new RegExp(`${flag}\\b`).test(told));
  if (unknown.length > 0) return `${script} has no ${unknown.join(', ')}`;
  try {
    readersOfFlags[script]?.(flags);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const npmItself = ['ci', 'install', 'link', 'pack', 'version'];
/** What `npm pack` makes. */
const tarball = `./rampart-${(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version}.tgz`;

function npmMistake([verb = '', ...rest]: readonly string[]): string | undefined {
  if (npmItself.includes(verb)) return undefined;
  if (verb !== 'run') return scriptMistake(verb, rest);
  const [script = '', dashes, ...flags] = rest;
  if (dashes !== undefined && dashes !== '--') return `npm run ${script} takes its flags behind --, got ${dashes}`;
  return scriptMistake(script, flags);
}

/** Of npx, which program it starts, and files of this repository. */
function npxMistake([program = '', ...rest]: readonly string[]): string | undefined {
  if (program === '--yes') return rest[0] === tarball ? undefined : `npm pack makes ${tarball}, got ${rest[0]}`;
  if (!existsSync(join(root, 'node_modules', '.bin', program))) return `npx ${program}: no such program is installed`;
  const missing = rest.filter((word) => /^(src|test)\//.test(word) && !existsSync(join(root, word)));
  return missing.length > 0 ? `${missing.join(', ')} is not there` : undefined;
}

async function commandMistake({ words: [program = '', ...rest] }: PageCommand): Promise<string | undefined> {
  if (program === 'rampart') return await commandLineMistake(rest);
  if (program === 'npm') return npmMistake(rest);
  if (program === 'npx') return npxMistake(rest);
  return programsOfOthers.includes(program) ? undefined : `${program} is not known here`;
}

async function mistakesOf(found: readonly PageCommand[]): Promise<string[]> {
  const mistakes: string[] = [];
  for (const command of found) {
    const mistake = await commandMistake(command);
    if (mistake !== undefined) mistakes.push(`${command.text}: ${mistake}`);
  }
  return mistakes;
}

describe('the commands', () => {
  it.each(pages)('of $file are read by the command line and the scripts that they call', async (page) => {
    expect(await mistakesOf(commandsOf(page))).toEqual([]);
  });

  it.each(pages)('within the text of $file are, too', async (page) => {
    const named = inlineCommandsOf(page);
    const isMere = ({ words }: PageCommand) => words.length === 2 || called.has(words.slice(1).join(' '));
    const mere = named.filter((each) => each.words[0] === 'rampart' && isMere(each));
    expect(mere.filter(({ words }) => !called.has(words.slice(1).join(' ')))).toEqual([]);
    expect(await mistakesOf(named.filter((each) => !mere.includes(each)))).toEqual([]);
  });

  it('that manifests for Kubernetes hold are read, too', async () => {
    const found = pages.flatMap(manifestCommandsOf);
    expect(found.length).toBeGreaterThan(3);
    expect(await mistakesOf(found)).toEqual([]);
  });

  it('are found at all, of every kind', () => {
    const found = pages.flatMap(commandsOf).map(({ words }) => words[0]);
    expect(found.filter((program) => program === 'rampart').length).toBeGreaterThan(30);
    expect(found).toEqual(expect.arrayContaining(['npm', 'npx', 'docker', 'go']));
  });

  it('name scenarios that are there, where they are of this repository', () => {
    const named = pages.flatMap(commandsOf).flatMap(({ words }) => words.filter((word) => /^scenarios\//.test(word)));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  it.each(pages)('have the flags that $file names alone', (page) => {
    const ofOthers = ['--userland-proxy'];
    const known = [...called.values()].flatMap((command) =>
      [...flagsOf(command)].flatMap(([name, { type }]) => [
        `--${name}`,
        ...(type === 'boolean' ? [`--no-${name}`] : []),
      ]),
    );
    const flags = inlineCodeOf(page).flatMap((code) => /^--[\w-]+/.exec(code)?.[0] ?? []);
    expect(flags.filter((flag) => ![...known, ...ofOthers, '--burners'].includes(flag))).toEqual([]);
  });

  it('would not be read with a flag, a choice or a script that there is not', async () => {
    const wrong = [
      'rampart run a.yaml --budgett 4m',
      'rampart run',
      'rampart gate a.yaml --profile huge',
      'rampart rum',
    ];
    const scripted = ['npm run bench:loads', 'npm run bench:load -- --round 3', 'npm run bench:load -- --rounds x'];
    const text = ['```sh', ...wrong, ...scripted, 'npx vitestt', 'ramparts run', '```'].join('\n');
    const found = commandsOf(readPage('docs/x.md', text));
    expect(found).toHaveLength(wrong.length + scripted.length + 2);
    expect(await mistakesOf(found)).toHaveLength(found.length);
  });
});

/** A scenario that fragments are put into. */
const base = `name: base
topology: { compose: compose.yaml }
target: { service: api, port: 8080 }
load: { steps: [{ from: 500/s, to: 3000/s, stairs: 6, for: 180s }] }
`;

type Mapping = Readonly<Record<string, unknown>>;

const topKeys = [
  ...['name', 'description', 'tags', 'seed', 'topology', 'target', 'load', 'observe'],
  ...['validity', 'slo', 'variants', 'prices', 'faults', 'conditions', 'roles', 'secrets', 'readable'],
];

/** What pages take from outside. */
const values = { env: (name: string) => (/PASSWORD|TOKEN/.test(name) ? 'hunter2' : undefined), file: () => 'hunter2' };

/** What is wrong with YAML that a page shows: a scenario, a part of one, waivers, or what a collector is told; a manifest's form is Kubernetes'. */
function yamlMistake(text: string): string | undefined {
  try {
    const value = parse(text) as unknown;
    if ('apiVersion' in (value as Mapping)) return undefined;
    if (Array.isArray(value)) waiversIn({ file: 'waivers.yaml', text, today: '2026-01-01' });
    else if ('discover' in (value as Mapping))
      readCollectConfig({ file: 'collect.yaml', text, path: '/collect.yaml' }, []);
    else loadScenario({ ...scenarioOf(value as Mapping, text), file: 'scenario.yaml', known, values });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function scenarioOf(value: Mapping, text: string) {
  if ('name' in value) return { text, overrides: [] };
  const strange = Object.keys(value).filter((key) => !topKeys.includes(key));
  if (strange.length > 0) throw new Error(`${strange.join(', ')}: neither a scenario nor a part of one`);
  const { load } = parse(base) as { load: Mapping };
  const whole = 'load' in value ? { ...value, load: { ...load, ...(value['load'] as Mapping) } } : value;
  const overrides = Object.entries(whole).map(([key, part]) => ({ flag: key, path: [key], value: part }));
  return { text: base, overrides };
}

describe('the scenarios', () => {
  it.each(pages)('of $file, whole or in part, are read by the schema', ({ blocks }) => {
    const snippets = blocks.filter(({ language }) => ['yaml', 'yml'].includes(language));
    expect(snippets.flatMap(({ lines }) => yamlMistake(lines.join('\n')) ?? [])).toEqual([]);
  });

  it.each(pages)('that $file hints at within its text are, too', (page) => {
    const hints = inlineCodeOf(page).filter((code) => /^(load|observe|topology|validity|tls): \{/.test(code));
    const parts = hints.map((hint) =>
      hint.startsWith('tls') ? `target: { url: "https://127.0.0.1:8443", ${hint} }` : hint.replace('NAME', 'debug'),
    );
    expect(parts.flatMap((part) => yamlMistake(part) ?? [])).toEqual([]);
  });

  it('would not be read with a key or a value that there is not', () => {
    expect(yamlMistake('load: { mod: closed }')).toContain('load.mod is not a known key');
    expect(yamlMistake('load: { steps: [{ rate: fast, for: 10s }] }')).toContain('must be a positive rate');
    expect(yamlMistake('lod: {}')).toContain('neither a scenario nor a part of one');
    expect(yamlMistake('- { metric: p99, step: 800 }')).toContain('owner is missing');
    expect(yamlMistake('name: x')).toContain('topology is missing');
  });
});

/** Tables whose cells begin with a number that nobody measured, by page and head. */
const notMeasured: readonly (readonly [file: string, head: string])[] = [
  ['README.md', 'code'],
  ['README.md', 'command'],
  ['docs/terms.md', 'term'],
  ['docs/errors.md', 'code'],
  ['docs/gate.md', 'exit'],
  ['docs/capacity.md', 'exit'],
  ['docs/scenario.md', 'what it is about'],
  ['docs/pgo.md', 'exit code'],
  ['docs/variability.md', 'reason'],
  ['docs/profiles.md', 'request'],
  ['docs/ci.md', 'input'],
  ['docs/delivery.md', 'the new version'],
];

/** Whether a cell holds a figure, such as `0.4`, `**+20 % (+10 to +29)**` or `5 ms`. */
function hasFigures(block: Block): boolean {
  const [, ...rows] = cellsOf(block);
  return rows.some((row) => row.some((cell) => /^\**[+−-]?\d|\d ?(ms|us|µs|%|[KMG]i?B)(?!\w)/.test(cell)));
}

/** Tables of figures without the command that made them in the paragraph before or after. */
function namelessTables({ file, blocks }: Page): string[] {
  return blocks.flatMap((block, index) => {
    if (block.kind !== 'table' || !hasFigures(block)) return [];
    const head = cellsOf(block)[0]?.[0] ?? '';
    if (notMeasured.some(([page, first]) => page === file && first === head)) return [];
    const around = [blocks[index - 1], blocks[index + 1]].filter((each) => each?.kind === 'text');
    const isNamed = around.some((each) => /Made by `(npm run|rampart) [^`]+`/.test(each?.lines.join(' ') ?? ''));
    return isNamed ? [] : [`${file}:${block.line} ${head}`];
  });
}

describe('the tables of measured numbers', () => {
  it.each(pages)('of $file name the command that made them', (page) => {
    expect(namelessTables(page)).toEqual([]);
  });

  it('are found, and each exception is still there', () => {
    const tables = pages.flatMap(({ file, blocks }) =>
      blocks.filter((each) => each.kind === 'table' && hasFigures(each)).map((each) => [file, cellsOf(each)[0]?.[0]]),
    );
    expect(tables).toEqual(expect.arrayContaining(notMeasured.map((each) => [...each])));
    expect(tables.length).toBeGreaterThan(notMeasured.length + 4);
  });

  it('would be told when they name none', () => {
    const table = '| rate | p99 |\n|---|---|\n| low | 5 ms |';
    expect(namelessTables(readPage('docs/x.md', table))).toEqual(['docs/x.md:1 rate']);
    expect(namelessTables(readPage('docs/x.md', `Made by \`npm run bench:load\`:\n\n${table}`))).toEqual([]);
  });
});

describe('the reading of links', () => {
  it('would see one that leads nowhere', () => {
    const page = readPage('docs/x.md', 'See [a](gone.md), [b](gate.md#gone), [c](http:/x), [d](gate.md#waivers).');
    expect(linksOf(page).filter((link) => linkMistake(page, link) !== undefined)).toHaveLength(3);
    expect(dirname(page.file)).toBe('docs');
  });
});
