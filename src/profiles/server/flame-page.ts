/** The pages that draw: one selection of profiles or one profile, and the difference of two. */

import { flameDiff } from '../../goruntime/profile/flame-diff.ts';
import { type FlameNode, flameTree } from '../../goruntime/profile/flame-tree.ts';
import { type Difference as Change, functionChanges } from '../../goruntime/profile/noise.ts';
import { decodeProfile } from '../../goruntime/profile/pprof.ts';
import { topTable } from '../../goruntime/profile/top.ts';
import type { PprofProfile } from '../../goruntime/profile/types.ts';
import type { StoredProfile } from '../../model/profile-store.ts';
import type { FlameChange } from '../../report/html/flame-graph.ts';
import { type ChangedValue, differencePage } from '../../report/html/profiles/difference.ts';
import { type ColumnChoice, flamePage } from '../../report/html/profiles/flame.ts';
import { noProfile } from './api-error.ts';
import type { Ask } from './ask.ts';
import { combinedWords, combineStored, readCombination } from './combine-stored.ts';
import { compareStored, inPeriodsOf, readDifference } from './difference.ts';
import { askedTexts, elsewhereOf, type PageMaking } from './page-asks.ts';
import { linkTo } from './page-links.ts';
import type { Parameters } from './query-string.ts';
import { findSome } from './read-routes.ts';
import { checkMergeable, readSelection } from './selection.ts';
import { secondsText } from './times.ts';
import { columnNamed } from './top-functions.ts';

/** Smaller shares are left out of pictures. */
const leastShare = 0.002;
const mostRows = 60;
/** Of the coloured changes of a page no larger share is chance. */
const mostChance = 0.05;

/** GET /flame. */
export async function flame(ask: Ask, { tool, texts }: PageMaking): Promise<string> {
  const { parameters, backend, signal } = ask;
  const id = parameters.get('id');
  const found = id === undefined ? await selected(ask) : [await named(ask, id)];
  const how = { ...readCombination(parameters), injects: false };
  const reading = { source: backend.source, signal };
  const combined = await backend.work.run(() => combineStored(found, how, reading), signal);
  const profiles = combined.stored;
  const profile = decodeProfile(combined.content);
  const column = columnNamed(profile, parameters.get('sample_index') || undefined);
  const table = topTable(profile, column);
  const tree = flameTree(profile, column, leastShare);
  const [first, last] = [profiles[0], profiles.at(-1)];
  const path = id === undefined ? linkTo('/api/0/profiles/merge', given(parameters)) : `/api/0/profiles/${id}`;
  return flamePage(
    {
      tool,
      title: `${first?.service}: ${first?.type}`,
      facts: [
        ['time, UTC', timesText(first, last)],
        ['labels', labelsOf(profiles)],
        ['put together', combinedWords(combined)],
      ],
      columns: columnsOf(profile, column, '/flame', parameters),
      unit: table.column.unit,
      total: tree.value,
      rows: table.rows.slice(0, mostRows),
      functions: table.rows.length,
      flame: flatten(tree),
      elsewhere: elsewhereOf(ask, path),
      asked: id === undefined ? askedTexts(parameters) : undefined,
    },
    texts,
  );
}

async function selected({ parameters, backend }: Ask): Promise<readonly StoredProfile[]> {
  const query = readSelection(parameters);
  checkMergeable(query.type);
  return (await findSome(backend.source, query)).profiles;
}

async function named({ backend }: Ask, id: string): Promise<StoredProfile> {
  const profile = await backend.source.get(id);
  if (!profile) throw noProfile(id);
  checkMergeable(profile.type);
  return profile;
}

/** GET /difference. */
export async function difference(ask: Ask, { tool, texts }: PageMaking): Promise<string> {
  const { parameters, backend, signal } = ask;
  // A form sends its empty fields too.
  const filled = new Map([...parameters].filter(([, value]) => value !== ''));
  const asked = readDifference(filled);
  const how = { ...readCombination(parameters), injects: false };
  const reading = { source: backend.source, signal };
  const { side, base, factor } = await backend.work.run(() => compareStored(asked, how, reading), signal);
  const [now, before] = [side.profile, inPeriodsOf(side, base)];
  const column = columnNamed(now, parameters.get('sample_index') || undefined);
  const options = { factor, column: now.sampleTypes[column]?.type };
  const changes = functionChanges(now, before, options);
  const tree = flameDiff(now, before, options);
  const path = linkTo('/api/0/profiles/diff', given(filled));
  return differencePage(
    {
      tool,
      facts: [
        ['base', sideText(base.combined.stored)],
        ['new side', sideText(side.combined.stored)],
        ['base scaled by', String(Number(factor.toPrecision(4)))],
      ],
      columns: columnsOf(now, column, '/difference', filled),
      unit: changes.column.unit,
      total: changed(changes.total),
      rows: changes.functions
        .slice(0, mostRows)
        .map(({ name, flat, cum }) => ({ name, flat: changed(flat), cum: changed(cum) })),
      functions: changes.functions.length,
      flame: flattenChanges(tree.root.children, tree.root.all.value * leastShare),
      unknown: changes.unknown,
      elsewhere: elsewhereOf(ask, path),
    },
    texts,
  );
}

function changed({ value, base, state, noise }: Change): ChangedValue {
  return { value, base, change: changeWord({ value, base, state, noise }) };
}

/** Where no samples are counted, nothing is held to be chance. */
function changeWord({
  value,
  base,
  state,
  noise,
}: Pick<Change, 'value' | 'base' | 'state'> & { noise: Change['noise'] | undefined }): FlameChange {
  if (value === base || (noise && noise.q > mostChance)) return 'same';
  if (state === 'new' || state === 'gone') return state;
  return value > base ? 'grown' : 'shrunk';
}

interface ChangedTree {
  readonly name: string;
  readonly all: Change;
  readonly children: readonly ChangedTree[];
}

function flattenChanges(nodes: readonly ChangedTree[], least: number, depth = 0): ChangedNode[] {
  return nodes.flatMap(({ name, all, children }) =>
    Math.abs(all.value) < least || all.value === 0
      ? []
      : [{ depth, name, ...changed(all) }, ...flattenChanges(children, least, depth + 1)],
  );
}

interface ChangedNode extends ChangedValue {
  readonly depth: number;
  readonly name: string;
}

/** Callers before those they called, without the root. */
function flatten({ children }: FlameNode, depth = 0): (readonly [number, string, number])[] {
  return children.flatMap((child) => [[depth, child.name, child.value] as const, ...flatten(child, depth + 1)]);
}

function columnsOf(profile: PprofProfile, shown: number, path: string, parameters: Parameters): ColumnChoice[] {
  return profile.sampleTypes.map(({ type }, column) => ({
    name: type,
    href: linkTo(path, { ...given(parameters), sample_index: type }),
    isShown: column === shown,
  }));
}

/** The parameters of an address but for which column is shown. */
function given(parameters: Parameters): Record<string, string> {
  return Object.fromEntries([...parameters].filter(([name]) => name !== 'sample_index'));
}

function timesText(first: StoredProfile | undefined, last: StoredProfile | undefined): string {
  const [from, to] = [first, last].map((profile) =>
    secondsText(profile?.createdNs ?? 0n)
      .replace('T', ' ')
      .slice(0, -1),
  );
  return from === to ? `${from}` : `${from} to ${to}`;
}

/** The labels that all of them have. */
function labelsOf(profiles: readonly StoredProfile[]): string {
  const [first, ...others] = profiles.map(({ labels }) => labels.map(({ key, value }) => `${key}=${value}`));
  const shared = (first ?? []).filter((label) => others.every((labels) => labels.includes(label)));
  return shared.length === 0 ? 'none in common' : shared.join(', ');
}

function sideText(profiles: readonly StoredProfile[]): string {
  const [first, last] = [profiles[0], profiles.at(-1)];
  return `${first?.service} ${first?.type}, ${labelsOf(profiles)}, ${timesText(first, last)}`;
}
