/**
 * `npm ci` takes the lock file as it stands, on every machine: a package of another platform that the lock file leaves out stops it there.
 * npm leaves such packages out of a lock file that it writes beside an installed tree, so a new one is written in a folder without one.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface Entry {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const top = join(import.meta.dirname, '..');
const text = readFileSync(join(top, 'package-lock.json'), 'utf8');
const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Entry>> };
const installed = Object.entries(packages).filter(([place]) => place !== '');

/** Where Node finds `name` from the package in `place`: beside it, or beside one of the packages around it. */
function entryFor(name: string, place: string): string | undefined {
  const inside = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
  if (inside in packages) return inside;
  if (place === '') return undefined;
  const around = place.lastIndexOf('/node_modules/');
  return entryFor(name, around < 0 ? '' : place.slice(0, around));
}

it('has an entry for everything that a package asks for, whatever the platform', () => {
  const missing = Object.entries(packages).flatMap(([place, { dependencies, devDependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter((name) => entryFor(name, place) === undefined)
      .map((name) => `${place} asks for ${name}`),
  );
  expect(missing).toEqual([]);
  expect(entryFor('@biomejs/cli-darwin-arm64', 'node_modules/@biomejs/biome')).toBeDefined();
});

it('says of this project what package.json says, so that npm finds nothing to write', () => {
  const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
  const said = Object.entries(packages[''] ?? {});
  expect(said.length).toBeGreaterThan(0);
  expect(said.map(([field]) => [field, manifest[field]])).toEqual(said);
});

it('says what each package must hold', () => {
  expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
});

it('names no host, so that each machine asks its own registry', () => {
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(text.match(/https?:\/\/[^"]*\.tgz/g)).toBeNull();
});

it('is what npm 10 and npm 11 write: npm 10 takes `libc` out, and npm 11 does not put it back', () => {
  expect(installed.filter(([, { libc }]) => libc !== undefined)).toEqual([]);
});
