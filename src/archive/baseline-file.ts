/** A stored baseline on disk: one JSON file that people commit. */
import { readBytesIfAny, writeText } from '../host/files.ts';
import { textOf } from '../host/text.ts';
import { type Baseline, baselineSchema, baselineSchemaVersion } from '../model/baseline.ts';
import { messageOf, usageError } from '../model/errors.ts';

/** The baseline in a file, called `name` in messages; usage error when there is none or it cannot be understood. */
export async function readBaseline(path: string, name: string): Promise<Baseline> {
  const bytes = await readBytesIfAny(path).catch((error: unknown) => {
    throw refused(name, `cannot be read: ${messageOf(error)}`);
  });
  if (bytes === undefined) throw refused(name, 'there is no such file');
  const text = textOf(bytes);
  if (typeof text !== 'string') throw refused(`${name}:${text.line}:${text.column}`, text.message);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw refused(name, `is not JSON: ${messageOf(error)}`);
  }
  const { kind, schemaVersion } = (value ?? {}) as { readonly kind?: unknown; readonly schemaVersion?: unknown };
  if (kind !== 'baseline')
    throw refused(name, `is no baseline${typeof kind === 'string' ? ` but the JSON of a ${kind}` : ''}`);
  if (schemaVersion !== baselineSchemaVersion)
    throw refused(name, `has schema version ${String(schemaVersion)}, this rampart reads ${baselineSchemaVersion}`);
  const parsed = baselineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refused(name, `is damaged: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
}

/** Writes a baseline; rejects with the system's error. */
export async function writeBaseline(path: string, baseline: Baseline): Promise<void> {
  await writeText(path, `${JSON.stringify(baseline, undefined, 1)}\n`);
}

function refused(name: string, what: string): Error {
  return usageError(
    'baseline-unreadable',
    `${name}: ${what}`,
    `rampart baseline accept DIR --reason "why" --file ${name} writes one from the directory of a gate or a run.`,
  );
}
