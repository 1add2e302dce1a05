import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../src/profiles/store/open-store.ts';
import { describeWith } from '../../helpers/programs.ts';
import { createS3Server } from '../../helpers/s3-server.ts';
import { killWriters } from './killed-writers.ts';

/** Some dozens of processes start, on a machine that has other work. */
const longest = 120_000;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-killed-writers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it(
  'loses nothing that was stored, and serves no half of anything, when 8 writers are killed again and again',
  async () => {
    const folder = newFolder();
    const place = join(folder, 'store');
    await killWriters({ place, env: {}, writers: 8, kills: 2 });
    const index = join(place, 'index.sqlite');
    const open = (warn: (message: string) => void) =>
      openStore(place, {
        ...{ cwd: folder, env: {}, time: { wallMs: Date.now, monotonicMs: () => 0 }, log: { info: () => {}, warn } },
      });
    const intact = await open(expect.fail);
    const found = await intact.find({});
    await intact.close();
    rmSync(index, { force: true });
    const lost = await open(expect.fail);
    expect(await lost.find({})).toEqual(found);
    await lost.close();
    const told: string[] = [];
    writeFileSync(index, 'what another program wrote');
    const damaged = await open((message) => told.push(message));
    expect(await damaged.find({})).toEqual(found);
    await damaged.close();
    expect(told).toEqual([expect.stringContaining('is damaged')]);
  },
  longest,
);

describeWith('versitygw', 'writers and server of object storage that are killed', (versitygw) => {
  it(
    'lose nothing that was stored',
    async () => {
      const folder = newFolder();
      const server = await createS3Server(versitygw, folder);
      const place = `${server.bucket('profiles')}/team`;
      await server.start();
      onTestFinished(() => server.kill());
      const env = { ...server.env, XDG_CACHE_HOME: join(folder, 'cache'), HOME: folder };
      /** Kills it after each so many stored profiles, and starts it again. */
      const meanwhile = async (stored: () => number) => {
        for (const when of [4, 12, 20]) {
          await expect.poll(stored, { timeout: longest }).toBeGreaterThanOrEqual(when);
          await server.kill();
          await server.start();
        }
      };
      await killWriters({ place, env, writers: 8, kills: 1, meanwhile });
    },
    longest,
  );
});
