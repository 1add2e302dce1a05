/** What is emitted of a pod whose kubelet is asked, because its node is another machine. */
import { expect, it } from 'vitest';
import type { PodPlace, Target } from '../../src/model/topology.ts';
import { readCadvisor } from '../../src/samplers/cadvisor-text.ts';
import type { ContainerUse } from '../../src/samplers/container-stats.ts';
import { useValues } from '../../src/samplers/container-use.ts';
import type { DatedPage } from '../../src/samplers/kubelet-pages.ts';
import { createMissingSeries } from '../../src/samplers/missing-series.ts';
import { polledPod } from '../../src/samplers/pod-use.ts';
import { createStampErrors } from '../../src/samplers/stamp-errors.ts';
import { bareTarget, manualRun } from './manual-run.ts';

const containerId = 'f0c1'.repeat(16);
const pod: PodPlace = {
  context: undefined,
  kubeconfig: undefined,
  ...{ namespace: 'shop', name: 'api-x', node: 'node-1', container: 'api', containerId, sharesNetwork: true },
};

interface Told {
  readonly atS: number;
  readonly cpuS: number;
  readonly oomKills?: number;
}

/** A page with a limited container; its node's clock is an hour ahead of ours. */
function page({ atS, cpuS, oomKills = 0 }: Told): DatedPage {
  const rows: Readonly<Record<string, number>> = {
    cpu_usage_seconds_total: cpuS,
    memory_working_set_bytes: 2 * 1024 ** 2,
    oom_events_total: oomKills,
    spec_memory_limit_bytes: 64 * 1024 ** 2,
  };
  const line = ([name, value]: [string, number]) =>
    `container_${name}{id="/kubepods/${containerId}"} ${value} ${(atS + 3600) * 1000}`;
  return { page: readCadvisor(Object.entries(rows).map(line).join('\n')), offsetUs: -3600e6 };
}

/** Looks once at each of these pages; the same one twice is the same promise. */
function watched(target: Target = { ...bareTarget('api-1'), pod }) {
  const run = manualRun([target]);
  const uses: { readonly use: ContainerUse; readonly atUs: number }[] = [];
  const missing = createMissingSeries('containers', run.context);
  let now: Promise<DatedPage> = Promise.resolve(page({ atS: 0, cpuS: 0 }));
  const watch = {
    ...run.context,
    source: 'containers',
    pages: { of: () => now, relationOf: () => undefined, close: () => {} },
    missing,
    errors: createStampErrors('containers', 'read-here', run.context),
    onUse: (use: ContainerUse, atUs: number) => uses.push({ use, atUs }),
  };
  // No process of the container is found in a folder that is not there.
  const polled = polledPod(target, watch, '/no-such-folder');
  return {
    ...run,
    uses,
    missing,
    values: () => uses.map(({ use }, index) => useValues(use, uses[index - 1]?.use)),
    look: async (next?: DatedPage) => {
      if (next) now = Promise.resolve(next);
      await polled.look(new AbortController().signal);
    },
  };
}

it('rates are between the stamps of the kubelet, and stand at the later one, on our clock', async () => {
  const { look, uses, values } = watched();
  await look(page({ atS: 10, cpuS: 4 }));
  await look(page({ atS: 24, cpuS: 11 }));
  expect(uses.map(({ atUs }) => atUs)).toEqual([10e6, 24e6]);
  expect(values()[1]).toMatchObject({ 'container.cpu_percent': 50, 'container.memory_mib': 2 });
});

it('one reading on two pages, and one page looked at twice, is one', async () => {
  const { look, uses } = watched();
  const same = page({ atS: 10, cpuS: 4 });
  await look(same);
  await look();
  await look(page({ atS: 10, cpuS: 4 }));
  expect(uses).toHaveLength(1);
});

it('what cAdvisor no longer looks at is a failure and no value', async () => {
  const { look, advance, uses } = watched();
  await look(page({ atS: 10, cpuS: 4 }));
  await advance(90_000);
  await expect(look(page({ atS: 10, cpuS: 4 }))).rejects.toThrow('cAdvisor last looked at it 80 s ago');
  expect(uses).toHaveLength(1);
});

it('a page without the container is a failure that names it', async () => {
  const { look } = watched();
  await expect(look({ page: readCadvisor(''), offsetUs: 0 })).rejects.toThrow(
    'the kubelet of node-1 does not tell of container f0c1f0c1f0c1',
  );
});

it('a kill for want of memory is an event at the moment of the stamp', async () => {
  const { look, samples } = watched();
  await look(page({ atS: 10, cpuS: 4, oomKills: 2 }));
  await look(page({ atS: 20, cpuS: 5, oomKills: 3 }));
  expect(samples.filter(({ kind }) => kind === 'event')).toEqual([
    { kind: 'event', atUs: 20e6, target: 'api-1', event: 'oom', message: 'out of memory: its limit is 64 MiB' },
  ]);
});

it('the bytes of the network of its node are not its own, and that is said once', async () => {
  const { look, missing, samples, values } = watched();
  await look(page({ atS: 10, cpuS: 4 }));
  await look(page({ atS: 20, cpuS: 5 }));
  missing.tell();
  const doubts = samples.filter(({ kind }) => kind === 'doubt');
  expect(doubts).toMatchObject([{ message: expect.stringContaining('no container.network_rx_kib_s') }]);
  expect(Object.keys(values()[1] ?? {})).not.toContain('container.network_rx_kib_s');
});

it('between two containers of a replica there is nothing to look at', async () => {
  const { look, uses } = watched({ ...bareTarget('api-1'), pod: { ...pod, containerId: undefined } });
  await look();
  expect(uses).toEqual([]);
});
