/** Follows lists of targets in files: takes up what changed, and keeps the last good list of a file that is broken. */
import { messageOf } from '../../model/errors.ts';
import type { Discovery, Found, FoundTarget } from './discovery.ts';
import { readFileList } from './file-list.ts';
import type { Repeating } from './repeating.ts';

/** The door to the files. */
export interface ListFiles {
  /** The files that a path or a pattern such as `targets/*.json` stands for; rejects when its folder cannot be read. */
  matching(pattern: string): Promise<readonly string[]>;
  /** Undefined when there is no such file. */
  read(file: string): Promise<string | undefined>;
  /** Calls again and again, never twice at once, until `end`. */
  again(ms: number, look: () => Promise<void>): Pick<Repeating, 'end'>;
}

interface Kept {
  readonly text: string;
  readonly targets: readonly FoundTarget[];
  readonly mistakes: readonly string[];
}

/** How often files are looked at; reading a list costs less than a millisecond, and it sees what renames and links hide from events. */
const lookMs = 2000;

/** The discovery of all files that the patterns stand for; `name` is how the user asked. */
export function fileDiscovery(name: string, patterns: readonly string[], files: ListFiles): Discovery {
  return {
    name,
    open: async (tell) => {
      let kept: ReadonlyMap<string, Kept> = new Map();
      let told = '';
      let lacking = '';
      const look = async () => {
        const { next, missing } = await lookAt(patterns, kept, files);
        const isSame = next.size === kept.size && [...next].every(([file, each]) => kept.get(file) === each);
        kept = next;
        if (isSame && told !== '' && missing.join() === lacking) return;
        lacking = missing.join();
        const found = foundIn(next, missing);
        const text = JSON.stringify(found);
        if (text === told) return;
        told = text;
        tell(found);
      };
      await look();
      const timer = files.again(lookMs, look);
      return { close: () => timer.end() };
    },
  };
}

async function lookAt(patterns: readonly string[], kept: ReadonlyMap<string, Kept>, files: ListFiles) {
  const next = new Map<string, Kept>();
  const missing: string[] = [];
  for (const pattern of patterns) {
    const matches = await files.matching(pattern).catch((error: unknown) => {
      missing.push(`${pattern}: ${messageOf(error)}`);
      return undefined;
    });
    if (matches?.length === 0) missing.push(`${pattern}: there is no such file`);
    for (const file of matches ?? []) {
      const text = await files.read(file).catch((error: unknown) => new Error(`${file}: ${messageOf(error)}`));
      if (text !== undefined) next.set(file, keptOf(file, text, kept.get(file)));
    }
  }
  return { next, missing };
}

function keptOf(file: string, text: string | Error, before: Kept | undefined): Kept {
  if (typeof text !== 'string') return { text: '', targets: before?.targets ?? [], mistakes: [text.message] };
  if (before?.text === text) return before;
  const read = readFileList(file, text);
  if ('targets' in read) return { text, targets: read.targets, mistakes: [] };
  return { text, targets: before?.targets ?? [], mistakes: read.mistakes };
}

function foundIn(kept: ReadonlyMap<string, Kept>, missing: readonly string[]): Found {
  const broken = [...kept.values()].flatMap(({ mistakes }) => mistakes);
  const stale = broken.length === 0 ? undefined : `the last good list is kept: ${broken.join('; ')}`;
  return { targets: [...kept.values()].flatMap(({ targets }) => targets), notes: missing, stale };
}
