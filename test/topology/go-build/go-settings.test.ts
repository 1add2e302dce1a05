import { describe, expect, it } from 'vitest';
import type { GoSettings } from '../../../src/model/topology-spec.ts';
import {
  goEnvOf,
  goFlagsOf,
  goSettingsOf,
  goSettingsText,
  unshownSettings,
} from '../../../src/topology/go-build/go-settings.ts';

it('gives a service its own settings over those of all', () => {
  const go = { toolchain: 'go1.27.0', flags: ['-race'], services: { api: { toolchain: 'go1.25.5' }, db: {} } };
  expect(goSettingsOf(go, 'api')).toEqual({ toolchain: 'go1.25.5', flags: ['-race'] });
  expect(goSettingsOf(go, 'db')).toEqual({ toolchain: 'go1.27.0', flags: ['-race'] });
  expect(goSettingsOf({ services: { api: { pgo: 'off' } } }, 'db')).toBeUndefined();
  expect(goSettingsOf(undefined, 'api')).toBeUndefined();
});

it('tells the Go tool, and people', () => {
  const settings = { toolchain: 'go1.27.0', experiment: 'nogreenteagc', pgo: '/p/cpu.pb.gz', flags: ['-ldflags=-s'] };
  expect(goEnvOf(settings)).toEqual({ GOTOOLCHAIN: 'go1.27.0', GOEXPERIMENT: 'nogreenteagc' });
  expect(goFlagsOf(settings)).toEqual(['-ldflags=-s', '-pgo=/p/cpu.pb.gz']);
  expect(goSettingsText(settings)).toBe('toolchain go1.27.0, experiment nogreenteagc, -ldflags=-s, -pgo=/p/cpu.pb.gz');
});

describe('what a binary does not show', () => {
  const of = (settings: GoSettings, goVersion: string, shown: Record<string, string> = {}) =>
    unshownSettings(settings, { goVersion, settings: shown });

  it.each<[GoSettings, string, Record<string, string>]>([
    [{ toolchain: 'go1.27.0' }, 'go1.27.0', {}],
    [{ toolchain: 'go1.27.0', experiment: 'nogreenteagc' }, 'go1.27.0-X:nogreenteagc', {}],
    [{ experiment: 'rangefunc,loopvar' }, 'go1.22.1 X:loopvar,rangefunc', {}],
    [{ experiment: 'none' }, 'go1.26.0-X:noswissmap', {}],
    [{ toolchain: 'local' }, 'go1.26.0', {}],
    [{ pgo: '/p/cpu.pb.gz' }, 'go1.26.0', { '-pgo': '/p/cpu.pb.gz' }],
    [{ pgo: '/p/cpu.pb.gz' }, 'go1.26.0', { '-pgo': 'cpu.pb.gz', '-trimpath': 'true' }],
    [{ pgo: 'off' }, 'go1.26.0', {}],
    [{ pgo: 'auto' }, 'go1.26.0', { '-pgo': '/src/default.pgo' }],
    [{ flags: ['-ldflags=-s -w', '-race'] }, 'go1.26.0', { '-ldflags': '-s -w', '-race': 'true' }],
    [{ flags: ['--race=false', '-trimpath', '-ldflags=-s'] }, 'go1.26.0', { '-trimpath': 'true' }],
    [{ flags: ['-mod=vendor', '-tags='] }, 'go1.26.0', {}],
  ])('%j in %s %j is shown', (settings, version, shown) => {
    expect(of(settings, version, shown)).toEqual([]);
  });

  it.each<[GoSettings, string, Record<string, string>, string]>([
    [{ toolchain: 'go1.27.0' }, 'go1.26.0', {}, 'toolchain: go1.27.0 was asked for, and go1.26.0 built it'],
    [
      { experiment: 'greenteagc' },
      'go1.26.0',
      {},
      'experiment: greenteagc is as usual in go1.26.0, so the binary is the same without',
    ],
    [
      { experiment: 'jsonv2,nogreenteagc' },
      'go1.27.0-X:nogreenteagc',
      {},
      'experiment: jsonv2 is as usual in go1.27.0, so the binary is the same without',
    ],
    [{ pgo: '/p/cpu.pb.gz' }, 'go1.20.1', {}, 'pgo: it was built without a profile'],
    [{ pgo: 'off' }, 'go1.26.0', { '-pgo': '/d/default.pgo' }, 'pgo: it was built with /d/default.pgo'],
    [{ pgo: 'auto' }, 'go1.26.0', {}, 'pgo: auto found no default.pgo beside its main package, so nothing is other'],
    [
      { flags: ['-gcflags=-l'] },
      'go1.26.0',
      { '-gcflags': '-N' },
      'flags: -gcflags=-l was asked for, and it was built with -gcflags=-N',
    ],
    [{ flags: ['-race'] }, 'go1.26.0', {}, 'flags: -race=true was asked for, and it was built without -race'],
  ])('%j in %s %j', (settings, version, shown, told) => {
    expect(of(settings, version, shown)).toEqual([told]);
  });
});
