/** What is in force and would outlive this process, written down where the next start finds it. */
import { join } from 'node:path';
import type { Controller } from '../../host/control-groups.ts';
import { filesIn, readTextIfAny, removeTree, writeText } from '../../host/files.ts';
import { makeRunFolder } from '../../host/run-folder.ts';

/** A command that takes something back, and where it is run. */
export interface UndoNote {
  readonly kind: 'undo';
  readonly command: readonly string[];
  readonly cwd: string;
  /** The owner mark of the command that it takes back, while that runs. */
  readonly running?: string | undefined;
}

/** A control group, which is gone when nothing runs in it and its folder is removed. */
interface GroupNote {
  readonly kind: 'group';
  readonly path: string;
  /** What was switched on above it. */
  readonly enabled: readonly Controller[];
}

/** See its parts. */
export type Note = UndoNote | GroupNote;

/** A folder of notes, made with the first of them. */
export interface Notebook {
  /** Resolves with the file when it is written. */
  write(note: Note): Promise<string>;
  /** Over the one that stands there. */
  replace(path: string, note: Note): Promise<void>;
  remove(path: string): Promise<void>;
  /** A new path for another file beside the notes. */
  beside(ending: string): Promise<string>;
  /** Removes the folder, when nothing that stands in it is in force any more. */
  close(): Promise<void>;
}

/** Notes lie beside other files. */
const ending = '.note';

/** An empty one of this process. */
export function openNotebook(): Notebook {
  let folder: Promise<string> | undefined;
  let count = 0;
  const beside = async (end: string) => {
    count += 1;
    const name = `${count}${end}`;
    folder ??= makeRunFolder();
    return join(await folder, name);
  };
  const replace = (path: string, note: Note) => writeText(path, JSON.stringify(note));
  return {
    beside,
    replace,
    async write(note) {
      const path = await beside(ending);
      await replace(path, note);
      return path;
    },
    remove: removeTree,
    async close() {
      if (folder) await removeTree(await folder);
      folder = undefined;
    },
  };
}

/** The notes that lie in a folder, with their files, in the order in which they were written; what is none is passed over. */
export async function notesIn(folder: string): Promise<(readonly [path: string, note: Note])[]> {
  const numbers = (await filesIn(folder)).filter((name) => name.endsWith(ending)).map((name) => parseInt(name, 10));
  const notes: (readonly [string, Note])[] = [];
  for (const number of numbers.sort((a, b) => a - b)) {
    const path = join(folder, `${number}${ending}`);
    const note = parsed((await readTextIfAny(path)) ?? '');
    if (note) notes.push([path, note]);
  }
  return notes;
}

function parsed(text: string): Note | undefined {
  try {
    return JSON.parse(text) as Note;
  } catch {
    return undefined;
  }
}
