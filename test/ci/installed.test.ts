import { expect, it } from 'vitest';
import { accepts, lacking } from '../../.ci/installed.mjs';

const lock = {
  packages: {
    '': {},
    'node_modules/yaml': { integrity: 'sha512-a' },
    'node_modules/biome': { integrity: 'sha512-b' },
    'node_modules/biome-linux-x64': { integrity: 'sha512-c', optional: true, os: ['linux'], cpu: ['x64'] },
    'node_modules/biome-darwin-arm64': { integrity: 'sha512-d', optional: true, os: ['darwin'], cpu: ['arm64'] },
    'node_modules/biome-wasm': { integrity: 'sha512-e', optional: true, cpu: ['wasm32'] },
    'node_modules/wasm-runtime': { integrity: 'sha512-f', optional: true },
    'node_modules/not-for-windows': { integrity: 'sha512-g', optional: true, os: ['!win32'] },
  },
};
const linux = { platform: 'linux', arch: 'x64' };
const onLinux = {
  packages: {
    'node_modules/yaml': { integrity: 'sha512-a' },
    'node_modules/biome': { integrity: 'sha512-b' },
    'node_modules/biome-linux-x64': { integrity: 'sha512-c' },
    'node_modules/not-for-windows': { integrity: 'sha512-g' },
  },
};
const always = () => true;

it('lacks everything that suits the machine before anything is installed', () => {
  expect(lacking(lock, { packages: {} }, linux, always)).toEqual([
    'node_modules/yaml',
    'node_modules/biome',
    'node_modules/biome-linux-x64',
    'node_modules/not-for-windows',
  ]);
});

it('lacks nothing when the packages of this platform are there', () => {
  expect(lacking(lock, onLinux, linux, always)).toEqual([]);
});

it('lacks what was installed for another platform, as when a container shares the folder', () => {
  expect(lacking(lock, onLinux, { platform: 'darwin', arch: 'arm64' }, always)).toEqual([
    'node_modules/biome-darwin-arm64',
  ]);
  expect(lacking(lock, { packages: {} }, { platform: 'win32', arch: 'x64' }, always)).toEqual([
    'node_modules/yaml',
    'node_modules/biome',
  ]);
});

it('lacks what the lock file has changed since', () => {
  const changed = { packages: { ...lock.packages, 'node_modules/yaml': { integrity: 'sha512-new' } } };
  expect(lacking(changed, onLinux, linux, always)).toEqual(['node_modules/yaml']);
});

it('lacks what somebody has removed from the disk', () => {
  expect(lacking(lock, onLinux, linux, (place) => place !== 'node_modules/biome')).toEqual(['node_modules/biome']);
});

it.each([
  ['18.20.8', false],
  ['20.18.3', false],
  ['20.19.0', true],
  ['20.20.2', true],
  ['21.7.3', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['23.11.1', false],
  ['24.0.0', true],
  ['26.1.0', true],
])('takes Node %s: %s', (version, expected) => {
  expect(accepts('^20.19.0 || ^22.12.0 || >=24', version)).toBe(expected);
});
