/** `gate.json`: written after every look, read to go on and to give a verdict again. */
import { join } from 'node:path';
import { readTextIfAny, writeText } from '../host/files.ts';
import { environmentError, messageOf } from '../model/errors.ts';
import { type Gate, gateSchema } from '../model/gate.ts';

/** The file that says what a gate measured and said. */
export const gateFile = 'gate.json';

/** The gate in a file; undefined when there is no such file, environmentError when it cannot be understood. */
export async function readGate(path: string): Promise<Gate | undefined> {
  const text = await readTextIfAny(path).catch((error: unknown) => {
    throw damaged(path, error);
  });
  if (text === undefined) return undefined;
  try {
    const parsed = gateSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
  } catch (error) {
    throw damaged(path, error);
  }
}

function damaged(path: string, error: unknown) {
  const hint = 'Give the gate.json that rampart gate has written, or name another directory with --out DIR.';
  const message = `${path}: is damaged or of another version of rampart: ${messageOf(error)}`;
  return environmentError('gate-damaged', message, hint, error);
}

/** Writes `gate.json` into a gate's directory so that a reader never sees half of it. */
export async function writeGate(directory: string, gate: Gate): Promise<void> {
  await writeText(join(directory, gateFile), `${JSON.stringify(gate)}\n`);
}
