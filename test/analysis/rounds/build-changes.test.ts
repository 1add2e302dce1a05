import { expect, it } from 'vitest';
import { buildChanges, builtOtherwise } from '../../../src/analysis/rounds/build-changes.ts';

const plain = { version: 'go1.26.8', settings: { GOAMD64: 'v1', 'vcs.revision': 'aaa', DefaultGODEBUG: 'x=1' } };

it('names the Go and the settings that differ, and not which state of the source it was', () => {
  const settings = { GOAMD64: 'v1', 'vcs.revision': 'bbb', '-pgo': '/p/cpu.pb.gz', GOEXPERIMENT: 'nogreenteagc' };
  expect(buildChanges(plain, { version: 'go1.27.0-X:nogreenteagc', settings })).toEqual([
    'go1.26.8 -> go1.27.0-X:nogreenteagc',
    'without -pgo -> -pgo=/p/cpu.pb.gz',
    'without GOEXPERIMENT -> GOEXPERIMENT=nogreenteagc',
  ]);
  expect(buildChanges({ version: 'go1.26.8', settings: { '-ldflags': '-s' } }, plain)).toEqual([
    '-ldflags=-s -> without -ldflags',
    'without GOAMD64 -> GOAMD64=v1',
  ]);
});

it('tells of each service of the other variants, by the first run that knows', () => {
  const newer = { ...plain, version: 'go1.27.0' };
  const runs = [
    { variant: 'new', builds: undefined },
    { variant: 'new', builds: { api: newer, db: plain, extra: newer } },
    { variant: 'old', builds: { api: plain, db: plain } },
  ];
  expect(builtOtherwise(runs, ['old', 'new', 'unknown'])).toEqual([
    { variant: 'new', service: 'api', changes: ['go1.26.8 -> go1.27.0'] },
  ]);
});
