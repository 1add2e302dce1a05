/** What a killed run left in an engine, and what is somebody else's. */
import { expect, it } from 'vitest';
import type { EngineThing } from '../../../src/host/docker-engine.ts';
import { machineMark, ownerMark } from '../../../src/host/owner.ts';
import { ownerLabels, removeOrphanContainers, removeRun } from '../../../src/topology/orphans/containers.ts';
import { fakeEngine } from '../../helpers/fake-engine.ts';
import { testRun } from '../../helpers/run-context.ts';

const dead = `${process.pid}:1@${machineMark()}`;
const elsewhere = `1:1@another-machine/boot/pid:[1]`;

function shelf() {
  const removed: string[] = [];
  const things: EngineThing[] = [];
  const add = (kind: EngineThing['kind'], name: string, runId: string, owner: string, failure?: Error) => {
    const remove = async () => {
      if (failure) throw failure;
      removed.push(name);
    };
    things.push({ kind, id: name, name, labels: { 'dev.rampart.run': runId, 'dev.rampart.owner': owner }, remove });
  };
  return { removed, add, engine: fakeEngine({ things: async () => things }) };
}

it('is removed, containers before the networks and images that they use', async () => {
  const { removed, add, engine } = shelf();
  add('image', 'i', 'killed', dead);
  add('network', 'n', 'killed', dead);
  add('container', 'c', 'killed', dead);
  add('volume', 'v', 'killed', dead);
  const run = testRun();
  expect(await removeOrphanContainers(engine, run.context.log)).toEqual(['killed']);
  expect(removed).toEqual(['c', 'n', 'v', 'i']);
  expect(run.logged).toEqual([
    'removing image i, network n, container c, volume v, left behind by run killed, which was killed',
  ]);
});

it('is left alone when its owner lives, or cannot be judged from here', async () => {
  const { removed, add, engine } = shelf();
  add('container', 'living', 'now', `${ownerMark()}@${machineMark()}`);
  add('container', 'far', 'there', elsewhere);
  expect(await removeOrphanContainers(engine, testRun().context.log)).toEqual([]);
  expect(removed).toEqual([]);
});

it('is named when it cannot be removed, and the rest goes all the same', async () => {
  const { removed, add, engine } = shelf();
  add('container', 'stuck', 'killed', dead, new Error(' device busy \n'));
  add('network', 'n', 'killed', dead);
  const run = testRun();
  await removeOrphanContainers(engine, run.context.log);
  expect(removed).toEqual(['n']);
  expect(run.logged).toContain('could not remove container stuck: device busy');
});

it('of one run goes whoever owns it', async () => {
  const { removed, add, engine } = shelf();
  add('container', 'own', 'this', ownerLabels('this')['dev.rampart.owner'] ?? '');
  add('container', 'other', 'that', dead);
  await removeRun(engine, 'this', testRun().context.log);
  expect(removed).toEqual(['own']);
});
