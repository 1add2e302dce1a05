/** What a kubelet's page tells of containers. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CadvisorName, readCadvisor } from '../../src/samplers/cadvisor-text.ts';

const recorded = readFileSync(new URL('../fixtures/kubernetes/cadvisor-1.34.txt', import.meta.url), 'utf8');
const limited = 'f8d10b83536e7fabd3eafc51bb7a67f010a7749ae8063454121a27c4d7edf8ab';
const unlimited = 'e205a4ec68560bb2fc74920f3a6c0210e9594b6b4a36e693f69264c0cb92e772';

const id = 'f0c1'.repeat(16);
const api: CadvisorName = { containerId: id, namespace: 'shop', pod: 'api-x', container: 'api', sharesNetwork: false };

/** A row as kubelets write it, in the group of version 2 that systemd makes. */
function row(name: string, value: number | string, { stamp = '1700000000000', labels = '', group = scope(id) } = {}) {
  return `container_${name}{container="api",id="${group}",image="i",name="n",namespace="shop",pod="api-x"${labels}} ${value} ${stamp}\n`;
}

function scope(containerId: string): string {
  return `/kubepods.slice/kubepods-podb7.slice/cri-containerd-${containerId}.scope`;
}

function sandbox(name: string, value: number, { stamp = '1700000003000', labels = ',interface="eth0"' } = {}): string {
  return `container_${name}{container="",id="/kubepods.slice/kubepods-podb7.slice",image="",name="",namespace="shop",pod="api-x"${labels}} ${value} ${stamp}\n`;
}

it('a container with limits, of a page that a kubelet gave', () => {
  const page = readCadvisor(recorded);
  expect(page.useOf({ ...api, containerId: limited })).toEqual({
    readUs: 1_795_914_128_258_000,
    cpuUs: expect.closeTo(11_840.694, 3),
    memoryBytes: 1_273_856,
    throttling: { periods: 2, throttledPeriods: 0, throttledMs: 0 },
    limits: { cpus: 0.3, memoryBytes: 67_108_864 },
    network: undefined,
    oomKills: 0,
  });
});

it('a container without limits is not said to have been held back, not even for no time', () => {
  const use = readCadvisor(recorded).useOf({ ...api, containerId: unlimited });
  expect(use).toMatchObject({ throttling: undefined, limits: { cpus: undefined, memoryBytes: undefined } });
});

it('a container that the page does not have is none with zeros', () => {
  expect(readCadvisor(recorded).useOf(api)).toBeUndefined();
  expect(readCadvisor('').useOf(api)).toBeUndefined();
});

it('the moment of the page is when containers were last seen', () => {
  const seen = [...recorded.matchAll(/^container_last_seen.* (\d{13})$/gm)].map(([, stamp]) => Number(stamp));
  expect(readCadvisor(recorded).newestMs).toBe(Math.max(...seen));
  expect(readCadvisor('').newestMs).toBeUndefined();
});

it.each([
  ['systemd and containerd', scope(id)],
  ['systemd and CRI-O', `/kubepods.slice/kubepods-podb7.slice/crio-${id}.scope`],
  ['systemd and dockershim', `/kubepods.slice/kubepods-podb7.slice/docker-${id}.scope`],
  ['cgroupfs', `/kubepods/burstable/podb7/${id}`],
])('it is known by the id in its control group: %s', (_, group) => {
  const page = readCadvisor(row('cpu_usage_seconds_total', 2, { group, labels: ',cpu="total"' }));
  expect(page.useOf({ ...api, namespace: 'other', pod: 'other' })?.cpuUs).toBe(2e6);
});

it('the helper of CRI-O beside it is not it', () => {
  const group = `/kubepods.slice/kubepods-podb7.slice/crio-conmon-${id}.scope`;
  expect(readCadvisor(row('cpu_usage_seconds_total', 2, { group })).useOf({ ...api, pod: 'other' })).toBeUndefined();
});

it('without its id it is known by its names, and of two under them it is the one seen last', () => {
  const page = readCadvisor(
    row('cpu_usage_seconds_total', 90, { group: '/old', stamp: '1700000000000' }) +
      row('spec_cpu_quota', 100_000, { group: '/old', stamp: '' }) +
      row('cpu_usage_seconds_total', 1, { group: '/new', stamp: '1700000010000' }) +
      row('spec_cpu_quota', 50_000, { group: '/new', stamp: '' }) +
      row('spec_cpu_period', 100_000, { group: '/new', stamp: '' }),
  );
  expect(page.useOf(api)).toMatchObject({ cpuUs: 1e6, readUs: 1_700_000_010_000_000, limits: { cpus: 0.5 } });
});

it('CPUs that are told one by one are added up, and not counted twice beside their total', () => {
  const each = row('cpu_usage_seconds_total', 1, { labels: ',cpu="cpu00"' });
  const other = row('cpu_usage_seconds_total', 2, { labels: ',cpu="cpu01"' });
  const total = row('cpu_usage_seconds_total', 3.5, { labels: ',cpu="total"' });
  expect(readCadvisor(each + other).useOf(api)?.cpuUs).toBe(3e6);
  expect(readCadvisor(each + other + total).useOf(api)?.cpuUs).toBe(3.5e6);
});

it('the network is that of its pod, of all its interfaces, read at another moment', () => {
  const page = readCadvisor(
    row('cpu_usage_seconds_total', 1) +
      sandbox('network_receive_bytes_total', 1000) +
      sandbox('network_receive_bytes_total', 24, { labels: ',interface="net1"' }) +
      sandbox('network_transmit_bytes_total', 7),
  );
  expect(page.useOf(api)?.network).toEqual({ rxBytes: 1024, txBytes: 7, readUs: 1_700_000_003_000_000 });
  expect(page.useOf({ ...api, sharesNetwork: true })?.network).toBeUndefined();
});

it('a number that can be none is not there', () => {
  const page = readCadvisor(row('cpu_usage_seconds_total', 1) + row('memory_working_set_bytes', 'NaN'));
  expect(page.useOf(api)).toMatchObject({ cpuUs: 1e6, memoryBytes: undefined });
  expect(readCadvisor(row('cpu_usage_seconds_total', 1, { stamp: '' })).useOf(api)).toBeUndefined();
});

it('no text makes it fail, and none makes a number that is not finite or below zero', () => {
  const line = fc.constantFrom(...recorded.split('\n').filter((each) => each.includes(limited)));
  const hurt = fc.tuple(line, fc.nat(), fc.nat({ max: 40 }), fc.string()).map(([text, at, length, instead]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + instead + text.slice(from + length);
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(line, hurt, fc.string())), (lines) => {
      const page = readCadvisor(lines.join('\n'));
      const use = page.useOf({ ...api, containerId: limited });
      const numbers = JSON.stringify(use ?? {}, (_, value) =>
        typeof value === 'number' && !(value >= 0) ? 'wrong' : value,
      );
      expect(numbers).not.toContain('wrong');
    }),
    { numRuns: 500 },
  );
});

it('what stands on a page beside it changes nothing', () => {
  const others = recorded.split('\n').filter((each) => !each.includes(limited));
  fc.assert(
    fc.property(fc.shuffledSubarray(others), (around) => {
      const own = recorded.split('\n').filter((each) => each.includes(limited));
      const page = readCadvisor([...around, ...own].join('\n'));
      expect(page.useOf({ ...api, containerId: limited })?.cpuUs).toBeCloseTo(11_840.694, 3);
    }),
    { numRuns: 50 },
  );
});
