/** Real gates on a service with a regression in one function: what profile rounds name first. The built command line makes them. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Gate, gateSchema } from '../../../src/model/gate.ts';

/** The variants of service/rampart.yaml, and the function that each makes worse; none where nothing is. */
const cases: Readonly<Record<string, string | undefined>> = {
  same: undefined,
  cpu: 'desk.example/tickets/fares.spin',
  allocation: 'desk.example/tickets/printing.terms',
  lock: 'desk.example/tickets/seats.(*Plan).Take',
};

/** Verdicts are not what is counted, so two rounds are enough; how late the generator is changes no cost. */
const flags = ['--rounds', '2', '--min-windows', '3', '--profiles', 'always', '--advisory'];

/** The table in Markdown, of so many gates of each kind one after the other; each takes two to three minutes. */
export async function realTable(times: number, root: string): Promise<string> {
  const lines: string[] = [];
  for (const [variant, culprit] of Object.entries(cases)) {
    const gates: Gate[] = [];
    for (let time = 0; time < times; time++) gates.push(await gateOf(variant, root));
    lines.push(rowOf(variant, culprit, gates));
  }
  return ['| seeded | gates | something named | the right one first |', '|---|---|---|---|', ...lines].join('\n');
}

function rowOf(variant: string, culprit: string | undefined, gates: readonly Gate[]): string {
  const done = gates.flatMap(({ code }) => (code?.state === 'complete' ? [code.functions] : []));
  const named = done.filter((functions) => functions.length > 0).length;
  const right = done.filter(([first]) => first !== undefined && first.name === culprit).length;
  return `| ${variant} | ${done.length} | ${named} | ${culprit === undefined ? '' : right} |`;
}

async function gateOf(variant: string, root: string): Promise<Gate> {
  const out = join(mkdtempSync(join(tmpdir(), 'rampart-bench-gate-')), 'gate');
  const scenario = join(root, 'test', 'bench', 'gate', 'service', 'rampart.yaml');
  const arms = ['--baseline', 'variant:as-is', '--candidate', `variant:${variant}`];
  await execa('node', [join(root, 'dist', 'cli.js'), 'gate', scenario, ...arms, ...flags, '--out', out], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'inherit',
  });
  return gateSchema.parse(JSON.parse(readFileSync(join(out, 'gate.json'), 'utf8')));
}
