/** What a network namespace has sent and received. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { networkBytes } from '../../src/host/net-dev.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rampart-net-dev-'));
  await mkdir(join(root, 'proc/7/net'), { recursive: true });
});

afterEach(() => rm(root, { recursive: true }));

const head = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 9000 10 0 0 0 0 0 0 9000 10 0 0 0 0 0 0
`;

it('all interfaces but the loopback one, also where no blank follows the name', async () => {
  await writeFile(
    join(root, 'proc/7/net/dev'),
    `${head}  eth0:1000 1 0 0 0 0 0 0 20 1 0 0 0 0 0 0\n  net1: 24 1 0 0 0 0 0 0 4 1 0 0 0 0 0 0\n`,
  );
  expect(networkBytes(7, root)).toEqual({ rxBytes: 1024, txBytes: 24 });
});

it('without such an interface, or without the process, nothing is known', async () => {
  await writeFile(join(root, 'proc/7/net/dev'), head);
  expect([networkBytes(7, root), networkBytes(8, root)]).toEqual([undefined, undefined]);
});
