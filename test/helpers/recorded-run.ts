/** Runs of the systems in test/causes as they were recorded: raw records in one small file each, and one call back to a raw run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { encodeProfile } from '../../src/goruntime/profile/encode.ts';
import { mergeProfiles } from '../../src/goruntime/profile/merge.ts';
import { decodeProfile } from '../../src/goruntime/profile/pprof.ts';
import { type PprofProfile, ProfileError } from '../../src/goruntime/profile/types.ts';
import type { RawRun } from '../../src/model/raw-run.ts';
import type { Sample } from '../../src/model/sample.ts';

/** Where the repository was when a run was recorded stands as this in what is kept. */
const anywhere = '/srv/rampart';

/** The recorded run of that system or scenario, such as `orders`; each call gives a new one. */
export function recordedRun(name: string): RawRun {
  return readRecorded(join(import.meta.dirname, '..', '..'), name);
}

/** The same in the repository whose root is given, where this file does not lie in it. */
export function readRecorded(root: string, name: string): RawRun {
  return unpackRun(readFileSync(join(root, 'test', 'recorded', `${name}.json.gz`)));
}

/**
 * A raw run with its readings among the samples, as one file: nothing of it is rounded or left out but the text of dumps, which analysis does not read, and of profiles the
 * stacks that are zero in every column; `root` is the folder that paths are freed from.
 */
export function packRun({ manifest, outcome, samples: all }: RawRun, root: string): Uint8Array {
  const samples = all.map((sample) => ('content' in sample ? packContent(sample, root) : sample));
  const text = JSON.stringify({ manifest, outcome, samples }).replaceAll(root, anywhere);
  return gzipSync(text, { level: 9 });
}

/** The raw run that `packRun` made a file of. */
export function unpackRun(bytes: Uint8Array): RawRun {
  const run = JSON.parse(gunzipSync(bytes).toString('utf8')) as RawRun;
  return { ...run, outcome: run.outcome, samples: run.samples.map(unpackContent) };
}

/** Bytes as characters up to U+00FF, not as base64: strings that profiles have in common stay alike, and compress as one. */
function packContent(sample: Sample & { readonly content?: Uint8Array | undefined }, root: string): unknown {
  return sample.content
    ? { ...sample, content: Buffer.from(compact(sample.content, root)).toString('latin1') }
    : sample;
}

function unpackContent(sample: Sample): Sample {
  if (!('content' in sample) || typeof sample.content !== 'string') return sample;
  return { ...sample, content: new Uint8Array(Buffer.from(sample.content, 'latin1')) };
}

/** Also without the folders of this machine: where its Go modules and built programs lie. */
function compact(content: Uint8Array, root: string): Uint8Array {
  let profile: PprofProfile;
  try {
    profile = mergeProfiles([decodeProfile(content)]);
  } catch (error) {
    if (error instanceof ProfileError) return content;
    throw error;
  }
  const mappings = new Map(
    profile.mappings.map((mapping) => [mapping, { ...mapping, file: mapping.file.replace(/^.*\//, '') }]),
  );
  const functions = new Map(
    profile.samples
      .flatMap(({ locations }) => locations.flatMap(({ lines }) => lines.map((line) => line.function)))
      .map((each) => [each, { ...each, file: each.file.replace(root, '').replace(/^.*\/pkg\/mod\//, '') }]),
  );
  const locations = new Map(
    profile.samples
      .flatMap((sample) => sample.locations)
      .map((location) => [
        location,
        {
          ...location,
          mapping: location.mapping && mappings.get(location.mapping),
          lines: location.lines.map((line) => ({ ...line, function: functions.get(line.function) ?? line.function })),
        },
      ]),
  );
  return encodeProfile({
    ...profile,
    mappings: [...mappings.values()],
    samples: profile.samples.map((sample) => ({
      ...sample,
      locations: sample.locations.map((location) => locations.get(location) ?? location),
    })),
  });
}
