/** Ports that are free now and later. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { readTextIfAny } from '../../src/host/files.ts';
import { findFreePorts } from '../../src/host/free-ports.ts';

it('are different ones, can be bound, and are none that connections take by themselves', async () => {
  const ports = await findFreePorts(20);
  expect(new Set(ports).size).toBe(20);
  const range = await readTextIfAny('/proc/sys/net/ipv4/ip_local_port_range').catch(() => undefined);
  const [from = 32_768] = (range ?? '').split(/\s+/).filter(Boolean).map(Number);
  for (const port of ports) expect(port).toBeLessThan(from > 2048 ? from : 32_768);
});

it('leave out what somebody listens on', async () => {
  const [port = 0] = await findFreePorts(1, () => 0.5);
  const holder = createServer().listen(port, '127.0.0.1');
  await once(holder, 'listening');
  const others = await findFreePorts(3, () => 0.5);
  holder.close();
  expect(others).not.toContain(port);
});
