/** Real profiles of a Go program, and `go tool pprof` to compare with. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import type { PprofProfile, ProfileLabel, ProfileSample } from '../../../src/goruntime/profile/types.ts';

const run = promisify(execFile);
const source = fileURLToPath(new URL('../../fixtures/goruntime/profiled', import.meta.url));

/** A folder with the profiles of the program, and room for those that a test makes. */
export interface ProfileFolder {
  readonly path: string;
  /** The inflated bytes of one, such as `heap-1.pb.gz`. */
  bytes(name: string): Promise<Uint8Array>;
  text(name: string): Promise<string>;
  write(name: string, profile: PprofProfile): Promise<string>;
  /** What `go tool pprof` prints with these arguments, in the folder. */
  pprof(...args: readonly string[]): Promise<string>;
  /** The inflated bytes of the profile that `go tool pprof -proto` makes with these arguments. */
  proto(...args: readonly string[]): Promise<Uint8Array>;
  remove(): Promise<void>;
}

/** Runs the program of the `profiled` fixture, which takes two of each kind of profile of itself, built by Go of today or the one that is named. */
export async function takeProfiles(toolchain?: string): Promise<ProfileFolder> {
  const path = await mkdtemp(join(tmpdir(), 'rampart-profiles-'));
  const env = { ...process.env, ...(toolchain === undefined ? {} : { GOTOOLCHAIN: toolchain }) };
  // By its file: under a newer go command, Go 1.19 finds no package in the folder.
  await run('go', ['run', 'main.go', path], { cwd: source, env });
  // Go builds the tool at its first use, which takes most of a minute; called by its file, it needs no other to find it each time.
  const tool = (await run('go', ['tool', '-n', 'pprof'])).stdout.trim();
  const options = { cwd: path, maxBuffer: 2 ** 26 };
  return {
    path,
    bytes: async (name) => gunzipSync(await readFile(join(path, name))),
    text: (name) => readFile(join(path, name), 'utf8'),
    async write(name, profile) {
      await writeFile(join(path, name), encodeProfile(profile));
      return name;
    },
    pprof: async (...args) => (await run(tool, args, options)).stdout,
    async proto(...args) {
      await run(tool, ['-proto', '-output=made.pb.gz', ...args], options);
      return gunzipSync(await readFile(join(path, 'made.pb.gz')));
    },
    remove: () => rm(path, { recursive: true }),
  };
}

/** What a profile says, in no order: equal for two profiles that say the same. */
export function contentOf({ samples, mappings, ...header }: PprofProfile) {
  return {
    ...header,
    mappings: mappings.map(({ start: _, limit: __, ...mapping }) => mapping),
    samples: samples.map((sample) => `${stackOf(sample)} ${sample.labels.map(labelOf)} = ${sample.values}`).sort(),
  };
}

function labelOf(label: ProfileLabel): string {
  return 'text' in label ? `[${label.key}:${label.text}]` : `[${label.key}:${label.number} ${label.unit}]`;
}

function stackOf({ locations }: ProfileSample): string {
  const texts = locations.map(({ address, mapping, lines, isFolded }) => {
    const names = lines.map(({ function: { name, file, startLine }, line }) => `${name} ${file}:${startLine}:${line}`);
    return `${address - (mapping?.start ?? 0n)}${isFolded ? ' folded' : ''} ${names}`;
  });
  return texts.join(' < ');
}
