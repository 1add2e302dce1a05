/** Where `rampart inspect` writes to, and its JSON, which may be longer than memory. */
import { resolve } from 'node:path';
import { openAppender, writeText } from '../../host/files.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { InspectChanges } from '../../model/inspection-changes.ts';
import type { CommandContext } from '../command.ts';
import type { InspectedInput, OnRecord } from './input.ts';

/** An input that was read; `again` gives out its records, where they were asked for. */
export interface FoundInput {
  readonly input: InspectedInput;
  readonly again: ((onRecord: OnRecord) => Promise<void>) | undefined;
}

/** A place to write to, piece by piece. */
interface Output {
  readonly write: (text: string) => void;
  /** Rejects when not everything could be written. */
  close(): Promise<void>;
}

/** Stdout, or the file of this name, which is begun anew; rejects when it cannot be written. */
export async function openOutput(name: string | undefined, context: CommandContext): Promise<Output> {
  if (name === undefined) return { write: context.print, close: async () => undefined };
  const path = resolve(context.cwd, name);
  const refuse = (error: unknown) =>
    environmentError('out-not-writable', `${name} cannot be written: ${messageOf(error)}`, undefined, error);
  let failure: Error | undefined;
  await writeText(path, '').catch((error: unknown) => {
    throw refuse(error);
  });
  const file = openAppender(path, (error) => {
    failure = error;
  });
  return {
    write: file.write,
    close: async () => {
      await file.close();
      if (failure) throw refuse(failure);
      context.tell(`written: ${name}\n`);
    },
  };
}

/** Writes one input as a document of its own, and several in one around them, with what changed between them. */
export async function writeJson(
  found: readonly FoundInput[],
  changes: readonly InspectChanges[],
  write: (text: string) => void,
): Promise<void> {
  const several = found.length !== 1;
  if (several) write('{"inputs":[');
  for (const [at, each] of found.entries()) {
    if (at > 0) write(',\n');
    await writeInput(each, write);
  }
  write(several ? `],\n"changes":${JSON.stringify(changes, undefined, 2)}}\n` : '\n');
}

async function writeInput({ input, again }: FoundInput, write: (text: string) => void): Promise<void> {
  const text = JSON.stringify(input.inspection, undefined, 2);
  if (!again) return write(text);
  let before = '';
  write(`${text.slice(0, -2)},\n  "records": [`);
  await again((record) => {
    write(`${before}\n    ${JSON.stringify(record)}`);
    before = ',';
  });
  write('\n  ]\n}');
}
