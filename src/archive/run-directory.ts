/** The run directory: made before anything starts, and read back into a raw run for analysis. */
import { join } from 'node:path';
import { inflateProfile } from '../goruntime/profile/inflate.ts';
import { ProfileError } from '../goruntime/profile/types.ts';
import { piecesNow } from '../host/file-tree.ts';
import { makeDirectory, readBytesIfAny, readLines, readTextIfAny, writeText } from '../host/files.ts';
import { environmentError, messageOf, usageError } from '../model/errors.ts';
import {
  profileFileOf,
  type RawRun,
  type RunManifest,
  type RunOutcome,
  runFiles,
  sampleFiles,
} from '../model/raw-run.ts';
import { ReadingTable } from '../model/reading-table.ts';
import type { ProfileSample, Sample } from '../model/sample.ts';
import { currentManifest } from './old-manifest.ts';
import { createStackStore } from './stack-store.ts';

const maxProfileBytes = 512 * 1024 * 1024;

/** Makes the directory of a new run with its folders; refuses one that already holds files. */
export async function createRunDirectory(path: string): Promise<void> {
  const names = await makeDirectory(path).catch((error: unknown) => {
    const hint = 'Name another place with --out DIR.';
    throw environmentError(
      'out-not-writable',
      `${path}: the run directory cannot be made: ${messageOf(error)}`,
      hint,
      error,
    );
  });
  if (names.length > 0) {
    throw usageError(
      'out-not-empty',
      `${path}: the run directory must be new or empty, it holds ${names.slice(0, 3).join(', ')}`,
      'Name another with --out DIR, or delete it.',
    );
  }
  await makeDirectory(join(path, 'raw'));
  await makeDirectory(join(path, runFiles.logs));
}

/** Writes the manifest of a run that is about to send load. */
export async function writeManifest(directory: string, manifest: RunManifest): Promise<void> {
  await writeText(join(directory, runFiles.manifest), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** Writes how the run ended. */
export async function writeOutcome(directory: string, outcome: RunOutcome): Promise<void> {
  await writeText(join(directory, runFiles.outcome), `${JSON.stringify(outcome, undefined, 2)}\n`);
}

/** Reads a run back; the last line of each raw file may be cut, as after a crash. Throws a usage error when `directory` holds no run. */
export async function readRawRun(directory: string): Promise<RawRun> {
  const manifest = await readJson<RunManifest>(join(directory, runFiles.manifest));
  if (!manifest) {
    const hint = 'rampart run prints the directory it wrote, runs/<time>-<scenario> by default.';
    throw usageError('not-a-run', `${directory}: holds no run that sent load: ${runFiles.manifest} is missing`, hint);
  }
  const outcome = await readJson<RunOutcome>(join(directory, runFiles.outcome));
  const samples: Sample[] = [];
  const readings = new ReadingTable();
  const oneOfEach = createStackStore();
  for (const file of sampleFiles) {
    for await (const sample of readSamples(join(directory, file))) {
      if (sample.kind === 'reading') readings.add(sample);
      else if (sample.kind === 'stacks') samples.push(oneOfEach(sample));
      else samples.push(sample.kind === 'profile' ? await withContent(directory, sample) : sample);
    }
  }
  const piecesOf = (file: string) => piecesNow(join(directory, file));
  return { manifest: currentManifest(manifest), outcome, samples, readings, piecesOf };
}

/** A profile with its bytes; one whose file is gone has none. */
async function withContent(directory: string, sample: ProfileSample): Promise<ProfileSample> {
  if (sample.outcome !== 'ok' || sample.type === 'trace' || sample.type === 'dump') return sample;
  const bytes = await readBytesIfAny(join(directory, profileFileOf(sample)));
  if (!bytes) return sample;
  try {
    return { ...sample, content: await inflateProfile(new Uint8Array(bytes), maxProfileBytes) };
  } catch (error) {
    if (error instanceof ProfileError) return { ...sample, outcome: 'failed', message: error.message };
    throw error;
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readTextIfAny(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw damaged(`${path}: is not JSON: ${messageOf(error)}`, error);
  }
}

/** Each line as it is read: the text of hours of load is several times what is kept of it. */
async function* readSamples(path: string): AsyncGenerator<Sample> {
  let number = 0;
  let damage: Error | undefined;
  for await (const lines of readLines(path)) {
    for (const line of lines) {
      if (line === '') continue;
      if (damage) throw damage;
      number++;
      try {
        yield JSON.parse(line) as Sample;
      } catch (error) {
        // Only a crash cuts a line, and only the last one.
        damage = damaged(`${path}:${number}: is not a sample: ${line.slice(0, 80)}`, error);
      }
    }
  }
}

function damaged(message: string, cause: unknown): Error {
  return environmentError('run-damaged', message, 'The run directory is damaged; repeat the run.', cause);
}
