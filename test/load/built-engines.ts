/** The engines as they are shipped: their threads run compiled files, which Node can load and TypeScript sources cannot be. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LoadEngine } from '../../src/model/contracts.ts';
import type { loadEngines } from '../../src/registry.ts';

const root = join(import.meta.dirname, '..', '..');

/** Every registered engine out of `dist/`; throws when that is older than its sources, because old code would be tested. */
export async function builtEngines(): Promise<typeof loadEngines> {
  return ((await built('registry')) as { loadEngines: typeof loadEngines }).loadEngines;
}

/** The one of them that a mode asks for. */
export async function builtEngine(mode: string): Promise<LoadEngine> {
  const found = (await builtEngines()).find(({ kind }) => kind === mode);
  if (!found) throw new Error(`no engine is registered for ${mode}`);
  return found;
}

/** The start of the metronome's thread out of `dist/`, likewise. */
export async function builtMetronome(): Promise<typeof import('../../src/load/pacing/metronome.ts').startMetronome> {
  return ((await built('load/pacing/metronome')) as typeof import('../../src/load/pacing/metronome.ts')).startMetronome;
}

/** The rehearsal of an open load out of `dist/`, likewise. */
export async function builtRehearsal(): Promise<typeof import('../../src/load/open/rehearsal.ts').rehearse> {
  return ((await built('load/open/rehearsal')) as typeof import('../../src/load/open/rehearsal.ts')).rehearse;
}

/** The start of an echo's thread out of `dist/`, likewise. */
export async function builtEcho(): Promise<typeof import('../../src/load/echo/echo.ts').startEcho> {
  return ((await built('load/echo/echo')) as typeof import('../../src/load/echo/echo.ts')).startEcho;
}

/** The fleet of generators out of `dist/`, likewise. */
export async function builtFleet(): Promise<typeof import('../../src/load/generators/fleet.ts')> {
  return (await built('load/generators/fleet')) as typeof import('../../src/load/generators/fleet.ts');
}

function built(wanted: string): Promise<unknown> {
  const sources = join(root, 'src');
  for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const built = statSync(join(root, 'dist', name.replace(/\.ts$/, '.js')), { throwIfNoEntry: false });
    if (!built || built.mtimeMs < statSync(join(sources, name)).mtimeMs) {
      throw new Error(`dist is older than src/${name}: run npm run build first`);
    }
  }
  return import(pathToFileURL(join(root, 'dist', `${wanted}.js`)).href);
}
