import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../src/profiles/store/open-store.ts';

it.each([
  ['what is named, from the working directory', 'kept', { XDG_DATA_HOME: '/nowhere' }, 'work/kept'],
  ['the data folder of the user', undefined, { XDG_DATA_HOME: 'HOME/data' }, 'data/rampart/profiles'],
  ['the home of the user where no data folder is named', undefined, {}, '.local/share/rampart/profiles'],
])('opens %s', async (_, named, env, expected) => {
  const home = mkdtempSync(join(tmpdir(), 'rampart-open-store-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const store = await openStore(named, {
    cwd: join(home, 'work'),
    env: {
      HOME: home,
      ...Object.fromEntries(Object.entries(env).map(([key, path]) => [key, path.replace('HOME', home)])),
    },
    time: { wallMs: Date.now, monotonicMs: () => 0 },
    log: { info: () => {}, warn: (message) => expect.fail(message) },
  });
  await store.put({ service: 'a', type: 'cpu', labels: [], createdNs: 0n, durationNs: 0n, content: Buffer.from('x') });
  await store.close();
  expect(existsSync(join(home, expected, 'entries', '1970-01-01'))).toBe(true);
});
