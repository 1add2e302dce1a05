import { expect, it } from 'vitest';
import { KubeRefusal, refused } from '../../../src/host/kube/failures.ts';
import { type GeneratorPlace, openFleet } from '../../../src/load/generators/fleet.ts';
import { throughServer } from '../../../src/load/pods/reach.ts';

const pod = { namespace: 'load', name: 'generator-1', node: 'a', address: '10.0.0.1', port: 7070 };
const forbidden = 'pods "generator-1" is forbidden: User "u" cannot get resource "pods/proxy"';

/** Opens a fleet of one pod that the API server does not lead to, for so long. */
async function openedOver(failure: Error, withinMs: number) {
  let calls = 0;
  const upgrade = async () => {
    calls += 1;
    throw failure;
  };
  const place: GeneratorPlace = {
    name: 'pod load/generator-1',
    open: () => throughServer({ upgrade }, pod, { path: '/', protocol: 'p' }, 'there is no way to it'),
  };
  const context = {
    token: 't',
    version: '0',
    run: 'r',
    hrUs: () => calls * 1e6,
    withinMs,
    network: 'here',
    signal: new AbortController().signal,
    info: () => undefined,
    warn: () => undefined,
  };
  const error: unknown = await openFleet({ kind: 'addresses', places: [place] }, context).catch((thrown) => thrown);
  return { error, calls };
}

it('a pod that is not reached is told as that, with the right that leads there', async () => {
  const { error } = await openedOver(new Error('it does not answer'), 0);
  expect(error).toMatchObject({
    code: 'generator-unreachable',
    message: expect.stringMatching(/^pod load\/generator-1 can be reached neither directly .* it does not answer/),
    hint: expect.stringMatching(/get pods\/proxy/),
  });
});

it('a pod is called again while it may come, and not where the cluster refuses', async () => {
  expect((await openedOver(new Error('it does not answer'), 1500)).calls).toBeGreaterThan(1);
  const refusal = refused(new KubeRefusal(403, 'Forbidden', forbidden), 'reach pod load/generator-1', 'c');
  expect(await openedOver(refusal, 1500)).toMatchObject({ calls: 1, error: { code: 'generator-unreachable' } });
});
