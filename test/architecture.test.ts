/** Holds the room table against the code: a room may import only rooms below its level, and only the packages of its row. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '..', 'src');

interface Room {
  readonly level: number;
  readonly packages: readonly string[];
  /** Built-in modules, without `node:`; `*` for all. */
  readonly builtins?: readonly string[];
  /** Rooms of a lower level that it must not import all the same. */
  readonly not?: readonly string[];
}

const rooms: Readonly<Record<string, Room>> = {
  'cli.ts': { level: 5, packages: [], builtins: ['*'] },
  'registry.ts': { level: 4, packages: [] },
  commands: { level: 4, packages: ['yargs', 'yaml', 'zod'], builtins: ['path', 'module', 'crypto'] },
  session: { level: 3, packages: [], not: ['scenario', 'topology', 'load', 'samplers', 'sinks', 'archive'] },
  scenario: { level: 2, packages: ['yaml', 'zod'] },
  topology: { level: 2, packages: ['yaml', 'dockerode', 'execa'], builtins: ['*'] },
  load: {
    level: 2,
    packages: ['autocannon', 'hdr-histogram-js'],
    builtins: ['tls', 'net', 'fs', 'worker_threads', 'perf_hooks', 'url', 'timers/promises', 'events', 'http2', 'util'],
  },
  samplers: { level: 2, packages: ['zod', 'dockerode'], builtins: ['zlib'] },
  sinks: { level: 2, packages: ['prom-client'], builtins: ['path'] },
  archive: { level: 2, packages: ['hdr-histogram-js'], builtins: ['path'] },
  analysis: { level: 1, packages: ['hdr-histogram-js'] },
  report: { level: 1, packages: [] },
  host: { level: 1, packages: ['execa', 'dockerode'], builtins: ['*'] },
  goruntime: { level: 0, packages: ['pprof-format'] },
  model: { level: 0, packages: ['zod', 'hdr-histogram-js'] },
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly specifier: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

function roomOf(file: string): string {
  return file.split(sep)[0] ?? file;
}

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(src, file), 'utf8');
  const found = text.matchAll(
    /^\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...found].map((match) => ({ file, from: roomOf(file), specifier: match[1] ?? match[2] ?? match[3] ?? '' }));
});

function offence({ file, from, specifier }: Import): string | undefined {
  const room = rooms[from];
  if (!room) return `${file} is in no room of the table`;
  if (specifier.startsWith('node:')) {
    const builtin = specifier.slice('node:'.length);
    return room.builtins?.some((allowed) => allowed === '*' || allowed === builtin)
      ? undefined
      : `${file} imports ${specifier}`;
  }
  if (!specifier.startsWith('.')) {
    return room.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`))
      ? undefined
      : `${file} imports ${specifier}`;
  }
  const to = roomOf(relative(src, join(src, file, '..', specifier)));
  if (to === from) return undefined;
  const target = rooms[to];
  const registryToCommands = from === 'commands' && to === 'registry.ts';
  const allowed =
    target && (target.level < room.level || registryToCommands) && !room.not?.includes(to) && from !== 'goruntime';
  return allowed ? undefined : `${file} (level ${room.level}) imports ${to} (level ${target?.level})`;
}

it('has imports that only go down', () => {
  expect(imports.map(offence).filter((each) => each !== undefined)).toEqual([]);
});

it('looked at the code: every room of the table has files, and imports were found', () => {
  expect(Object.keys(rooms).filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([]);
  expect(imports.length).toBeGreaterThan(2 * files.length);
});

it('would see an import that goes up', () => {
  expect(
    offence({ file: join('model', 'units.ts'), from: 'model', specifier: '../session/run-session.ts' }),
  ).toBeDefined();
  expect(offence({ file: join('analysis', 'slo.ts'), from: 'analysis', specifier: 'node:fs/promises' })).toBeDefined();
  expect(offence({ file: join('load', 'schedule.ts'), from: 'load', specifier: '../samplers/poll.ts' })).toBeDefined();
});

it('lists every engine, sampler, sink and report format in the registry', () => {
  const registry = readFileSync(join(src, 'registry.ts'), 'utf8');
  const contracts = files.filter(
    (file) => /-(engine|sampler|sink|report)\.ts$/.test(file) && !file.endsWith('choose-engine.ts'),
  );
  expect(contracts.filter((file) => !registry.includes(`'./${file.split(sep).join('/')}'`))).toEqual([]);
  expect(contracts.length).toBeGreaterThanOrEqual(15);
});

it('reads the process only at its edge', () => {
  const readers = files.filter(
    (file) =>
      !['cli.ts', join('host', 'parent-port.ts')].includes(file) &&
      /\bprocess\.(env|argv|exit|stdout|stderr|on)\b/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(readers).toEqual([]);
});
