/** Lists that README and docs/ copy from the code are those of the code. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findingRules } from '../src/analysis/findings/all.ts';
import { commands } from '../src/commands/all.ts';
import { exitCodes } from '../src/model/errors.ts';
import { runFiles } from '../src/model/raw-run.ts';
import { seriesInfo } from '../src/model/series.ts';
import { known, reporters, samplers } from '../src/registry.ts';
import { loadScenario } from '../src/scenario/load-scenario.ts';
import { defaultValidity } from '../src/scenario/schema.ts';
import { cellsOf, type Page, readPages, root } from './helpers/markdown-page.ts';
import { commandsOf } from './helpers/page-commands.ts';

const pages = readPages();

function pageOf(file: string): Page {
  const page = pages.find((each) => each.file === file);
  if (!page) throw new Error(`there is no ${file}`);
  return page;
}

/** The first column of the table whose head begins with this. */
function firstColumn(file: string, head: string): string[] {
  const table = pageOf(file)
    .blocks.filter(({ kind }) => kind === 'table')
    .map(cellsOf)
    .find(([row]) => row?.[0] === head);
  return (table ?? []).slice(1).map(([cell = '']) => cell);
}

const codesIn = (cells: readonly string[]) =>
  cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));

describe('the README', () => {
  it('has every exit code', () => {
    const told = firstColumn('README.md', 'code').flatMap((cell) => cell.split(', ').map(Number));
    expect(told).toEqual(Object.values(exitCodes));
  });

  it('names every command', () => {
    const named = [
      ...codesIn(firstColumn('README.md', 'command')).map((code) => code.split(' ')[1]),
      ...commandsOf(pageOf('README.md'))
        .filter(({ words }) => words[0] === 'rampart')
        .map(({ words }) => words[1]),
    ];
    expect([...new Set(named)].sort()).toEqual([...commands.keys()].sort());
  });
});

it('docs/scenario.md names every sampler', () => {
  expect(codesIn(firstColumn('docs/scenario.md', 'key')).sort()).toEqual(samplers.map(({ kind }) => kind).sort());
});

it('docs/variability.md gives the limits that hold without any, and names each', () => {
  const limits =
    pageOf('docs/variability.md')
      .blocks.find(({ language }) => language === 'yaml')
      ?.lines.join('\n') ?? '';
  const text = `name: a
topology: { compose: compose.yaml }
target: { service: api, port: 8080 }
load: { steps: [{ rate: 1/s, for: 1s }] }
${limits}`;
  expect(loadScenario({ file: 'a.yaml', text, overrides: [], known }).scenario.validity).toEqual(defaultValidity());
  const keys = Object.keys((parse(limits) as { validity: object }).validity);
  const rows = pageOf('docs/variability.md')
    .blocks.filter(({ kind }) => kind === 'table')
    .flatMap(cellsOf);
  expect(codesIn(rows.map(([, limit = '']) => limit))).toEqual(expect.arrayContaining(keys));
});

it('docs/reading-a-report.md names every file of a run directory', async () => {
  const told = codesIn(firstColumn('docs/reading-a-report.md', 'file')).map((name) => name.split('/')[0]);
  const kept = Object.values(runFiles).map((name) => name.split('/')[0]);
  const all = await reporters({ uplotJs: '', uplotCss: '' }, { color: false, width: 80 });
  const written = all.flatMap(({ fileName }) => fileName ?? []);
  expect([...new Set(told)].sort()).toEqual([...new Set([...kept, ...written])].sort());
});

it('docs/reading-a-report.md tells only of series that there are', () => {
  const told = codesIn(firstColumn('docs/reading-a-report.md', 'of the kernel'));
  expect(told).not.toEqual([]);
  expect(told.filter((name) => seriesInfo(name).title === name)).toEqual([]);
});

it('docs/architecture.md names every room', () => {
  const rooms = readdirSync(join(root, 'src')).map((name) => `src/${name}`);
  expect(codesIn(firstColumn('docs/architecture.md', 'room')).sort()).toEqual(rooms.sort());
});

describe('docs/findings.md', () => {
  it('has every finding with its role, and an anchor of its id', () => {
    const table =
      pageOf('docs/findings.md')
        .blocks.filter(({ kind }) => kind === 'table')
        .map(cellsOf)[0] ?? [];
    const rows = table
      .slice(1)
      .map(([cell = '', role = '']) => ({ role, named: /^<a id="([\w-]+)"><\/a>`([\w-]+)`$/.exec(cell) }));
    expect(rows.filter(({ named }) => named?.[1] !== named?.[2] || !named)).toEqual([]);
    const told = rows.map(({ named, role }) => [named?.[2] ?? '', role]);
    expect(told.toSorted()).toEqual(findingRules.map(({ id, role }) => [id, role]).toSorted());
  });
});
