/** The engines as they are shipped: their threads run compiled files, which Node can load and TypeScript sources cannot be. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LoadEngine } from '../../src/model/contracts.ts';

const root = join(import.meta.dirname, '..', '..');

/** Both engines out of `dist/`; throws when that is older than its sources, because old code would be tested. */
export async function builtEngines(): Promise<Readonly<Record<'open' | 'closed', LoadEngine>>> {
  const open = (await built('open-engine')) as typeof import('../../src/load/open-engine.ts');
  const closed = (await built('closed-engine')) as typeof import('../../src/load/closed-engine.ts');
  return { open: open.openEngine, closed: closed.closedEngine };
}

/** The start of the metronome's thread out of `dist/`, likewise. */
export async function builtMetronome(): Promise<typeof import('../../src/load/pacing/metronome.ts').startMetronome> {
  return ((await built('pacing/metronome')) as typeof import('../../src/load/pacing/metronome.ts')).startMetronome;
}

/** The rehearsal of an open load out of `dist/`, likewise. */
export async function builtRehearsal(): Promise<typeof import('../../src/load/open/rehearsal.ts').rehearse> {
  return ((await built('open/rehearsal')) as typeof import('../../src/load/open/rehearsal.ts')).rehearse;
}

/** The start of an echo's thread out of `dist/`, likewise. */
export async function builtEcho(): Promise<typeof import('../../src/load/echo/echo.ts').startEcho> {
  return ((await built('echo/echo')) as typeof import('../../src/load/echo/echo.ts')).startEcho;
}

function built(wanted: string): Promise<unknown> {
  const sources = join(root, 'src', 'load');
  for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const built = statSync(join(root, 'dist', 'load', name.replace(/\.ts$/, '.js')), { throwIfNoEntry: false });
    if (!built || built.mtimeMs < statSync(join(sources, name)).mtimeMs) {
      throw new Error(`dist/load is older than src/load/${name}: run npm run build first`);
    }
  }
  return import(pathToFileURL(join(root, 'dist', 'load', `${wanted}.js`)).href);
}
