import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DialAddress } from '../../src/model/load.ts';
import { followName, followTarget } from '../../src/session/moving-target.ts';

const at = (port: number): DialAddress => ({ host: '127.0.0.1', port });

it('tells of each change once, to all who listen, and of none while nothing is there', async () => {
  let now: readonly DialAddress[] = [at(1)];
  const told: unknown[] = [];
  const heard: unknown[] = [];
  const followed = followTarget(
    () => now,
    (addresses) => told.push(addresses),
  );
  const forget = followed.onMoved((addresses) => heard.push(addresses));
  await delay(150);
  expect(told).toEqual([]);
  now = [at(1), at(2)];
  await expect.poll(() => told).toEqual([[at(1), at(2)]]);
  now = [];
  await delay(150);
  expect(told).toHaveLength(1);
  forget();
  now = [at(3)];
  await expect.poll(() => told.at(-1)).toEqual([at(3)]);
  followed.stop();
  now = [at(4)];
  await delay(150);
  expect(told).toHaveLength(2);
  expect(heard).toEqual([[at(1), at(2)]]);
});

describe('a name', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Follows shop.example, which stood for 10.0.0.7 and 10.0.0.8 when the load began. */
  function followed(allowed: readonly string[], answers: (() => Promise<readonly string[]>)[]) {
    const told: string[] = [];
    const refused: string[] = [];
    const heard: unknown[] = [];
    const name = { host: 'shop.example', port: 80, all: ['10.0.0.7', '10.0.0.8'], allowed };
    const events = { moved: (text: string) => told.push(text), refused: (text: string) => refused.push(text) };
    const lookup = () => answers.shift()?.() ?? Promise.resolve(['10.0.0.7', '10.0.0.8']);
    const { onMoved, stop } = followName(name, lookup, events);
    onMoved((addresses) => heard.push(addresses.map(({ host, port }) => `${host}:${port}`)));
    return { told, refused, heard, stop, wait: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
  }
  const answer =
    (...addresses: string[]) =>
    () =>
      Promise.resolve(addresses);

  it('is asked once a second, and moves the load only when it stands for something else', async () => {
    const { heard, told, stop, wait } = followed(
      ['10.0.0.0/24'],
      [answer('10.0.0.8', '10.0.0.7'), answer('10.0.0.9'), answer('10.0.0.9'), answer()],
    );
    await wait(1500);
    expect(heard).toEqual([]);
    await wait(4000);
    expect(heard).toEqual([['10.0.0.9:80'], ['10.0.0.7:80', '10.0.0.8:80']]);
    expect(told).toEqual(['shop.example now stands for 10.0.0.9', 'shop.example now stands for 10.0.0.7, 10.0.0.8']);
    stop();
    await wait(5000);
    expect(heard).toHaveLength(2);
  });

  it('that comes to stand for what nobody has allowed is told of once, and the engine hears it to refuse it', async () => {
    const bad = answer('192.0.2.9');
    const { heard, refused, wait } = followed(['10.0.0.7', '10.0.0.8'], [bad, answer('10.0.0.7'), bad]);
    await wait(4500);
    expect(heard).toContainEqual(['192.0.2.9:80']);
    expect(refused).toEqual([
      'while load ran, shop.example came to stand for 192.0.2.9, which is not allowed: no connection was opened there (if it is meant: --allow-host 192.0.2.9)',
    ]);
  });

  it('that nobody answers stands for what it stood for, which is said once', async () => {
    const fail = () => Promise.reject(new Error('EAI_AGAIN'));
    const { heard, told, wait } = followed([], [fail, fail]);
    await wait(2500);
    expect(heard).toEqual([]);
    expect(told).toEqual([
      'shop.example is not answered (EAI_AGAIN): it is taken to stand for 10.0.0.7, 10.0.0.8 still',
    ]);
  });
});
