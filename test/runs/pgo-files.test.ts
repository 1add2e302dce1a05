import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeProfile } from '../../src/goruntime/profile/encode.ts';
import type { PprofProfile } from '../../src/goruntime/profile/types.ts';
import { messageOf } from '../../src/model/errors.ts';
import { readIn } from '../helpers/read-scenario.ts';

let folder: string;
const idle: PprofProfile = {
  sampleTypes: [{ type: 'cpu', unit: 'nanoseconds' }],
  samples: [],
  mappings: [],
  periodType: { type: 'cpu', unit: 'nanoseconds' },
  period: 10_000_000n,
  timeNanos: 0n,
  durationNanos: 0n,
  dropFrames: '',
  keepFrames: '',
  comments: [],
  defaultSampleType: '',
  docUrl: '',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-pgo-files-'));
  const goroutines = join(import.meta.dirname, '..', 'fixtures', 'goruntime', 'go126-waits.pb.gz');
  await copyFile(goroutines, join(folder, 'goroutines.pb.gz'));
  await writeFile(join(folder, 'note.txt'), 'no profile');
  await writeFile(join(folder, 'idle.pb'), encodeProfile(idle));
  await writeFile(join(folder, 'compose.yaml'), 'services: { api: { build: . } }\n');
});

afterAll(() => rm(folder, { recursive: true }));

it('are read before anything starts, and refused with their places, all at once', async () => {
  await writeFile(
    join(folder, 'go.yaml'),
    `name: go
topology: { compose: compose.yaml, engine: process, go: { pgo: gone.pb.gz } }
target: { service: api, port: 8080 }
load: { steps: [{ rate: 200/s, for: 5s }] }
variants:
  off: { go: { pgo: off } }
  kind: { go: { pgo: goroutines.pb.gz } }
  text: { go: { services: { api: { pgo: note.txt } } } }
  idle: { go: { pgo: idle.pb, services: { web: { toolchain: go1.27.0 } } } }
`,
  );
  const lines = await readIn(folder, 'go.yaml').then(
    () => [],
    (error: unknown) => messageOf(error).split('\n'),
  );
  expect(lines).toEqual([
    expect.stringMatching(
      /^go\.yaml:9:\d+ variants\.idle\.go\.services\.web is not a service of .*compose\.yaml, got "web"/,
    ),
    expect.stringMatching(/^go\.yaml:2:\d+ topology\.go\.pgo names a file that is not there: .*gone\.pb\.gz$/),
    expect.stringMatching(
      /^go\.yaml:7:\d+ variants\.kind\.go\.pgo must be a CPU profile, and .* is one of goroutine\/count$/,
    ),
    expect.stringMatching(
      /^go\.yaml:8:\d+ variants\.text\.go\.services\.api\.pgo must be a CPU profile, and .* is not a profile/,
    ),
    expect.stringMatching(
      /^go\.yaml:9:\d+ variants\.idle\.go\.pgo must be a CPU profile, and .* is one without any sample$/,
    ),
  ]);
});
