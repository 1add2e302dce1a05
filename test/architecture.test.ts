/** Holds the table of rooms and their shelves against the code: who may import whom, which packages, and where files lie. The only copy of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '..', 'src');

interface Room {
  /** The rooms it may import. */
  readonly imports: readonly string[];
  readonly packages?: readonly string[];
  /** Built-in modules, without `node:`; `*` for all. */
  readonly builtins?: readonly string[];
  readonly shelves?: Shelves;
}

interface Shelves {
  /** Files that lie in the room itself: what puts the shelves together. They may import every shelf, and no shelf imports them. */
  readonly root: readonly string[];
  /** More files of the room itself, which every shelf may import; they import no shelf. */
  readonly shared?: readonly string[];
  /** The shelves that each shelf may import. */
  readonly shelf: Readonly<Record<string, readonly string[]>>;
}

const facts = ['model', 'goruntime'];

const rooms: Readonly<Record<string, Room>> = {
  model: { imports: [], packages: ['zod', 'hdr-histogram-js'], builtins: ['zlib'] },
  goruntime: {
    imports: [],
    builtins: ['zlib', 'util'],
    shelves: {
      root: ['build-info.ts', 'function-names.ts'],
      shared: ['package-names.ts'],
      shelf: {
        lines: [],
        trace: [],
        profile: [],
        metrics: [],
        goroutines: ['lines', 'profile'],
        log: ['lines', 'goroutines'],
      },
    },
  },
  host: { imports: facts, packages: ['execa', 'dockerode', '@kubernetes/client-node'], builtins: ['*'] },
  analysis: {
    imports: facts,
    packages: ['hdr-histogram-js'],
    shelves: {
      root: ['build-result.ts'],
      shelf: {
        statistics: [],
        traces: ['waits'],
        inspect: ['traces'],
        run: ['statistics'],
        waits: ['run'],
        faults: ['run', 'statistics'],
        findings: ['run', 'statistics', 'traces', 'waits'],
        diagnosis: ['findings', 'run', 'statistics', 'waits'],
        rounds: ['run', 'statistics'],
        capacity: ['run', 'statistics'],
        summary: ['run', 'statistics'],
        trend: ['statistics'],
        diff: [],
        compare: ['rounds', 'statistics'],
        gate: ['rounds', 'run', 'statistics'],
        profiles: ['run'],
        code: ['run', 'statistics', 'waits'],
      },
    },
  },
  report: {
    imports: ['model'],
    builtins: ['crypto'],
    shelves: {
      root: ['html-report.ts', 'json-report.ts'],
      shelf: {
        words: [],
        terminal: ['words'],
        'terminal/inspect': ['terminal', 'words'],
        'terminal/profiles': ['terminal', 'words'],
        openmetrics: [],
        markdown: ['words'],
        junit: ['words'],
        html: ['words'],
        'html/charts': ['html', 'words'],
        'html/client': ['html/charts'],
        'html/live': ['html', 'html/charts', 'html/client', 'words'],
        'html/run': ['html', 'html/charts', 'words'],
        'html/comparison': ['html', 'html/client', 'words'],
        'html/gate': ['html', 'html/client', 'words'],
        'html/collect': ['html', 'words'],
        'html/trend': ['html', 'words'],
        'html/diff': ['html', 'words'],
        'html/profiles': ['html', 'html/client', 'words'],
        'html/inspect': ['html', 'html/charts', 'html/run', 'words'],
      },
    },
  },
  scenario: { imports: ['model', 'host'], packages: ['yaml', 'zod'], builtins: ['path'] },
  session: { imports: ['model', 'host'] },
  topology: {
    imports: [...facts, 'host'],
    packages: ['yaml'],
    builtins: ['path', 'crypto', 'url'],
    shelves: {
      root: [
        'choose-engine.ts',
        'compose-engine.ts',
        'compose-up.ts',
        'external-engine.ts',
        'external-up.ts',
        'kubernetes-engine.ts',
        'kubernetes-up.ts',
        'process-engine.ts',
        'process-up.ts',
        'go-programs.ts',
        'go-sources.ts',
      ],
      shelf: {
        command: [],
        liveness: [],
        orphans: [],
        faults: ['orphans'],
        external: ['liveness', 'observe', 'pods'],
        'compose-file': ['command'],
        image: ['command', 'compose-file'],
        survey: ['compose-file', 'image'],
        'manifest-survey': ['survey'],
        'go-source': [],
        'go-repository': ['go-source', 'survey'],
        'go-trial': ['go-build', 'go-repository', 'observe', 'survey'],
        'go-build': ['image'],
        network: ['faults', 'go-build'],
        docker: ['compose-file', 'faults', 'liveness', 'network'],
        kubernetes: ['compose-file', 'faults', 'go-build', 'liveness', 'manifest-survey', 'orphans', 'pods'],
        'cluster-images': ['compose', 'image', 'orphans'],
        'from-compose': ['cluster-images', 'compose', 'compose-file', 'go-build', 'image', 'kubernetes', 'process'],
        compose: ['compose-file', 'image', 'go-build'],
        process: [
          'command',
          'faults',
          'network',
          'orphans',
          'compose-file',
          'image',
          'go-build',
          'compose',
          'liveness',
        ],
        pods: ['compose-file'],
        observe: ['compose-file', 'docker', 'liveness', 'pods'],
      },
    },
  },
  load: {
    imports: ['model', 'host'],
    packages: ['autocannon', 'hdr-histogram-js'],
    builtins: ['tls', 'net', 'worker_threads', 'timers/promises', 'events', 'http2', 'util', 'zlib', 'stream'],
    shelves: {
      root: ['open-engine.ts', 'closed-engine.ts'],
      shelf: {
        schedule: [],
        answers: [],
        requests: ['answers'],
        accounts: ['answers', 'requests'],
        transport: ['accounts', 'requests'],
        http1: ['transport', 'accounts', 'answers', 'requests'],
        http2: ['transport', 'accounts', 'answers', 'requests'],
        echo: ['transport'],
        pacing: ['schedule', 'transport', 'accounts', 'requests', 'echo'],
        workers: ['schedule'],
        pods: [],
        generators: ['requests', 'schedule', 'workers'],
        open: [
          'schedule',
          'pacing',
          'http1',
          'http2',
          'transport',
          'accounts',
          'answers',
          'requests',
          'echo',
          'workers',
        ],
        closed: ['http1', 'transport', 'accounts', 'requests', 'workers'],
      },
    },
  },
  samplers: { imports: [...facts, 'host'], packages: ['zod'], builtins: ['zlib'] },
  conditions: { imports: [...facts, 'host'] },
  live: { imports: ['model', 'host'], builtins: ['http', 'crypto'] },
  sinks: {
    imports: ['model', 'host'],
    packages: ['hdr-histogram-js', 'prom-client'],
    builtins: ['path', 'http', 'timers/promises'],
    shelves: {
      root: [
        'archive-sink.ts',
        'load-progress.ts',
        'progress-line.ts',
        'progress-sink.ts',
        'prometheus-sink.ts',
        'teller.ts',
        'watch-progress.ts',
      ],
      shelf: { prometheus: [] },
    },
  },
  archive: { imports: [...facts, 'host'], packages: ['hdr-histogram-js'], builtins: ['path', 'crypto'] },
  profiles: {
    imports: [...facts, 'host', 'archive', 'analysis', 'scenario', 'topology', 'samplers', 'report'],
    packages: ['zod', '@sqlite.org/sqlite-wasm', '@aws-sdk/client-s3'],
    builtins: ['path', 'crypto', 'http', 'util', 'zlib'],
    shelves: {
      root: [],
      shared: ['all-sources.ts', 'only-once.ts'],
      shelf: {
        store: [],
        runs: ['store'],
        files: [],
        reading: ['files', 'store'],
        server: [],
        discovery: [],
        collect: ['discovery', 'store'],
      },
    },
  },
  history: { imports: ['model', 'host', 'archive', 'analysis'], builtins: ['path'] },
  traffic: {
    imports: ['model', 'host'],
    packages: ['yaml', 'zod'],
    shelves: {
      root: ['log-traffic.ts', 'scenario-text.ts'],
      shelf: { requests: [], logs: ['requests'], har: ['requests'], openapi: ['requests'] },
    },
  },
  'registry.ts': { imports: ['topology', 'load', 'samplers', 'sinks', 'report', 'model'] },
  runs: {
    imports: [
      ...facts,
      'host',
      'registry.ts',
      'session',
      'scenario',
      'archive',
      'analysis',
      'topology',
      'load',
      'live',
      'report',
      'conditions',
    ],
    packages: ['yaml'],
    builtins: ['path', 'module', 'crypto'],
  },
  experiments: {
    imports: [...facts, 'host', 'runs', 'session', 'scenario', 'archive', 'analysis', 'topology', 'report'],
    builtins: ['path', 'crypto', 'fs/promises'],
  },
  commands: {
    imports: [
      ...facts,
      'host',
      'analysis',
      'report',
      'scenario',
      'topology',
      'load',
      'archive',
      'registry.ts',
      'runs',
      'profiles',
      'history',
      'experiments',
      'traffic',
    ],
    packages: ['yargs', 'yaml', 'zod'],
    builtins: ['path'],
    shelves: {
      root: [
        'all.ts',
        'baseline.ts',
        'calibrate.ts',
        'capacity.ts',
        'capacity-flags.ts',
        'diff.ts',
        'check.ts',
        'doctor.ts',
        'generator.ts',
        'observe.ts',
        'observe-flags.ts',
        'parse.ts',
        'pgo.ts',
        'report.ts',
        'run.ts',
        'schema.ts',
        'trend.ts',
      ],
      shared: [
        'command.ts',
        'command-line.ts',
        'scenario-flags.ts',
        'tag-flags.ts',
        'output-format.ts',
        'port-flag.ts',
        'print-capacity.ts',
        'print-comparison.ts',
        'print-result.ts',
        'profile-rounds.ts',
        'schema-place.ts',
        'write-page.ts',
        'written.ts',
      ],
      shelf: {
        job: [],
        doctor: [],
        import: [],
        init: [],
        inspect: ['shell'],
        profiles: [],
        compare: ['job'],
        gate: ['job'],
        runs: [],
        shell: [],
        url: [],
        completion: ['shell'],
      },
    },
  },
  'cli.ts': { imports: ['commands', 'host', 'model'], builtins: ['*'] },
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(sep).join('/'));

const imports: Import[] = files.flatMap((file) => {
  const found = readFileSync(join(src, file), 'utf8').matchAll(
    /^\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...found].map((match) => ({ file, specifier: match[1] ?? match[2] ?? match[3] ?? '' }));
});

function roomOf(file: string): string {
  return file.split('/')[0] ?? file;
}

/** The shelf of a file within its room, of any depth; empty for a file of the room itself. */
function shelfOf(file: string): string {
  return file.split('/').slice(1, -1).join('/');
}

/** What a file is called within its room. */
function nameIn(file: string): string {
  return file.slice(roomOf(file).length + 1);
}

function offence({ file, specifier }: Import): string | undefined {
  const told = `${file} imports ${specifier}`;
  const from = roomOf(file);
  const room = rooms[from];
  if (!room) return `${file} is in no room of the table`;
  if (specifier.startsWith('node:')) {
    const builtin = specifier.slice('node:'.length);
    return room.builtins?.some((allowed) => allowed === '*' || allowed === builtin) ? undefined : told;
  }
  if (!specifier.startsWith('.')) {
    const isAllowed = room.packages?.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    return isAllowed ? undefined : told;
  }
  const target = relative(src, join(src, file, '..', specifier))
    .split(sep)
    .join('/');
  if (roomOf(target) !== from) return room.imports.includes(roomOf(target)) ? undefined : told;
  return room.shelves && !isWithinShelves(room.shelves, file, target) ? told : undefined;
}

function isWithinShelves({ root, shared, shelf }: Shelves, file: string, target: string): boolean {
  const from = shelfOf(file);
  const to = shelfOf(target);
  if (from === to) return true;
  if (from === '') return root.includes(nameIn(file));
  return to === '' ? (shared?.includes(nameIn(target)) ?? false) : (shelf[from]?.includes(to) ?? false);
}

describe('imports', () => {
  it('stay within the table', () => {
    expect(imports.map(offence).filter((each) => each !== undefined)).toEqual([]);
  });

  it('were looked at: every room and every shelf of the table has files, and imports were found', () => {
    expect(Object.keys(rooms).filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([]);
    for (const [room, { shelves }] of Object.entries(rooms))
      for (const shelf of Object.keys(shelves?.shelf ?? {}))
        expect(files.filter((file) => roomOf(file) === room && shelfOf(file) === shelf).length, shelf).toBeGreaterThan(
          0,
        );
    expect(imports.length).toBeGreaterThan(2 * files.length);
  });

  it.each([
    ['model/units.ts', '../session/run-session.ts'],
    ['analysis/run/slo.ts', 'node:fs/promises'],
    ['analysis/run/slo.ts', '../report/json-report.ts'],
    ['load/schedule/arrivals.ts', '../samplers/poll.ts'],
    ['goruntime/lines/sched.ts', '../log/scanner.ts'],
    ['topology/docker/containers.ts', '../compose-engine.ts'],
    ['topology/docker/containers.ts', 'dockerode'],
    ['topology/compose/cli.ts', 'execa'],
    ['topology/go-programs.ts', 'node:fs'],
    ['samplers/docker-stats.ts', 'dockerode'],
    ['samplers/docker-stats.ts', '@kubernetes/client-node'],
  ])('of %s from %s would be seen', (file, specifier) => {
    expect(offence({ file, specifier })).toBeDefined();
  });

  it('make no circle among rooms or shelves', () => {
    const arrows = new Map(Object.entries(rooms).map(([name, room]) => [name, room.imports]));
    const shelves = Object.values(rooms).flatMap(({ shelves }) =>
      shelves ? [new Map(Object.entries(shelves.shelf))] : [],
    );
    for (const graph of [arrows, ...shelves])
      for (const start of graph.keys()) expect(reachable(graph, start), start).not.toContain(start);
  });
});

/** All that can be reached from `start` over at least one arrow. */
function reachable(graph: ReadonlyMap<string, readonly string[]>, start: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const ahead = [...(graph.get(start) ?? [])];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    ahead.push(...(graph.get(next) ?? []));
  }
  return seen;
}

it.each(Object.entries(rooms).flatMap(([room, { shelves }]) => (shelves ? [[room, shelves] as const] : [])))(
  '%s has its files on its shelves, and in the room itself only what is named',
  (room, { root, shared = [], shelf }) => {
    const inRoom = files.filter((file) => roomOf(file) === room);
    expect(
      inRoom
        .filter((file) => shelfOf(file) === '')
        .map(nameIn)
        .sort(),
    ).toEqual([...root, ...shared].sort());
    expect([...new Set(inRoom.map(shelfOf))].filter((each) => each !== '').sort()).toEqual(Object.keys(shelf).sort());
  },
);

it('lists every engine, sampler, sink and report format in the registry', () => {
  const registry = readFileSync(join(src, 'registry.ts'), 'utf8');
  const contracts = files.filter(
    (file) =>
      ['topology', 'load', 'samplers', 'sinks', 'report'].includes(roomOf(file)) &&
      /-(engine|sampler|sink|report)\.ts$/.test(file) &&
      !file.endsWith('choose-engine.ts'),
  );
  expect(contracts.filter((file) => !registry.includes(`'./${file}'`))).toEqual([]);
  expect(contracts.length).toBeGreaterThanOrEqual(15);
});

/** Where a process or a thread begins: what it is given from outside, it is given here. */
const entries = [
  'cli.ts',
  'load/open/worker.ts',
  'load/closed/worker.ts',
  'load/pacing/metronome-worker.ts',
  'load/echo/echo-worker.ts',
];

/** The lines of a source without its comments, which may speak of anything. */
function codeOf(file: string): string {
  return readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

it('reads clock and process at its edges only: they come in as arguments', () => {
  const edge = (file: string) => roomOf(file) === 'host' || entries.includes(file);
  const reads =
    /\b(?:Date\.now|performance\.now)\b|\bnew Date\(\)|(?<![\w.])process\.(?:env|argv|exit|exitCode|stdin|stdout|stderr|on|once|hrtime|cpuUsage|resourceUsage|memoryUsage|platform|arch|kill|uptime|versions?|cwd)\b/;
  expect(files.filter((file) => !edge(file) && reads.test(codeOf(file)))).toEqual([]);
  expect(entries.filter((file) => !files.includes(file))).toEqual([]);
  expect(reads.test(codeOf('cli.ts'))).toBe(true);
});
