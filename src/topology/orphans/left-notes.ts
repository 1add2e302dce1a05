/** Takes back what killed runs left in force on this machine, by the notes that they kept of it. */
import { join } from 'node:path';
import { removeControlGroup } from '../../host/control-groups.ts';
import { startOnce, takenByOther } from '../../host/logged-command.ts';
import { isOwnerAlive } from '../../host/owner.ts';
import { stopGroup } from '../../host/process-group.ts';
import { orphanFolders, ownFolders } from '../../host/run-folder.ts';
import { messageOf } from '../../model/errors.ts';
import type { Log } from '../../model/host.ts';
import { type Note, notesIn, type UndoNote } from './notes.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The last that was put in force is the first to go; never throws for one that cannot be taken back, which is told. */
export async function takeBackNotes(folders: readonly string[], env: Env, log: Log): Promise<void> {
  for (const folder of await ownFolders(folders)) {
    for (const [path, note] of (await notesIn(folder)).reverse()) {
      await takeBack(path, note, folder, env, log).catch((error: unknown) =>
        log.warn(`what a killed run left in force was not taken back: ${textOf(note)}: ${messageOf(error)}`),
      );
    }
  }
}

/** What killed runs left in force, for people; the next start takes it back. */
export async function leftInForce(): Promise<string[]> {
  const notes = await Promise.all((await ownFolders(await orphanFolders())).map((folder) => notesIn(folder)));
  return notes
    .flat()
    .map(([, note]) => (note.kind === 'undo' ? `${textOf(note)} to be run` : `control group ${textOf(note)}`));
}

async function takeBack(path: string, note: Note, folder: string, env: Env, log: Log): Promise<void> {
  if (note.kind === 'group') {
    if (await removeControlGroup(note.path, note.enabled))
      log.warn(`removed control group ${note.path}, left behind by a run that was killed`);
    return;
  }
  await runUndo(path, note, folder, env, log);
}

async function runUndo(path: string, { command, cwd, running }: UndoNote, folder: string, env: Env, log: Log) {
  if (running !== undefined && isOwnerAlive(running)) await stopGroup(Number.parseInt(running, 10), 1000);
  log.warn(`running ${command.join(' ')}, which takes back what a run did that was killed`);
  const started = await startOnce(path, { command, cwd, env, outputPath: join(folder, 'undo.out') });
  const { code, signal } = await started.ended;
  if (code !== 0 && code !== takenByOther)
    throw new Error(signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`);
}

function textOf(note: Note): string {
  return note.kind === 'undo' ? note.command.join(' ') : note.path;
}
