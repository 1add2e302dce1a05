/** The runs in a folder, newest first. */
import { join } from 'node:path';
import { entriesOf, isFolder } from '../host/file-tree.ts';
import { readTextIfAny } from '../host/files.ts';
import type { RunEntry } from '../model/run-summary.ts';
import { readEntry } from './read-entry.ts';

/** So many directories are read at a time. */
const atOnce = 16;

/** What a folder holds. */
export interface ListedRuns {
  /** Newest first. */
  readonly runs: readonly RunEntry[];
  /** Files and directories that are none of rampart's. */
  readonly others: readonly string[];
}

/** Every directory of rampart that lies right in a folder; none when there is no such folder. `baselines` are ids that baselines are of. */
export async function listRuns(folder: string, baselines: ReadonlySet<string> = new Set()): Promise<ListedRuns> {
  if (!isFolder(folder)) return { runs: [], others: [] };
  const names = entriesOf(folder);
  const folders = names.filter(({ isFolder }) => isFolder).map(({ name }) => name);
  const found: (RunEntry | undefined)[] = [];
  for (let at = 0; at < folders.length; at += atOnce)
    found.push(...(await Promise.all(folders.slice(at, at + atOnce).map((name) => readEntry(folder, name)))));
  return {
    runs: found
      .flatMap((entry) => (entry ? [withKeep(entry, baselines)] : []))
      .sort((a, b) => whenOf(b).localeCompare(whenOf(a)) || b.directory.localeCompare(a.directory)),
    others: [
      ...names.filter(({ isFolder }) => !isFolder).map(({ name }) => name),
      ...folders.filter((_, index) => found[index] === undefined),
    ],
  };
}

function whenOf({ startedAt = '' }: RunEntry): string {
  return startedAt;
}

function withKeep(entry: RunEntry, baselines: ReadonlySet<string>): RunEntry {
  if (entry.keep !== undefined) return entry;
  const tag = entry.tags?.['keep'];
  if (tag !== undefined && tag !== 'false') return { ...entry, keep: `tagged keep=${tag}` };
  return entry.id !== undefined && baselines.has(entry.id) ? { ...entry, keep: 'a baseline is of it' } : entry;
}

/** The ids that the committed baselines of a project are of, as far as they can be read. */
export async function baselineIds(cwd: string, folder = 'perf'): Promise<ReadonlySet<string>> {
  const path = join(cwd, folder);
  if (!isFolder(path)) return new Set();
  const ids = new Set<string>();
  for (const { name, isFile } of entriesOf(path)) {
    if (!isFile || !name.endsWith('.json')) continue;
    const text = await readTextIfAny(join(path, name)).catch(() => undefined);
    const id = idOfBaseline(text);
    if (id !== undefined) ids.add(id);
  }
  return ids;
}

function idOfBaseline(text: string | undefined): string | undefined {
  try {
    const { kind, from }: { readonly kind?: unknown; readonly from?: { readonly id?: unknown } } = JSON.parse(
      text ?? '',
    );
    return kind === 'baseline' && typeof from?.id === 'string' ? from.id : undefined;
  } catch {
    return undefined;
  }
}
