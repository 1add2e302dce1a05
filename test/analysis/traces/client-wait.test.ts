import { expect, it } from 'vitest';
import { clientWait, exchangesIn, isAsked, type ReadTrace } from '../../../src/analysis/traces/client-wait.ts';
import { exchangeText } from '../../../src/model/exchange-text.ts';
import type { RawRun, RecordedScenario } from '../../../src/model/raw-run.ts';
import type { Sample, TraceWindow } from '../../../src/model/sample.ts';

const originHrUs = 5e9;
/** Between the clock of the service and that of the run. */
const otherUs = 7e8;

interface Change {
  readonly offsetUs?: number;
  /** What the trace takes to be there after its end. */
  readonly lateUs?: number;
  readonly samples?: readonly Sample[];
}

/** A connection that asks every 5 ms for a second, 100 us there, 1 ms in the service and 50 us back. */
function waited({ offsetUs = 0, lateUs = 900, samples = [] }: Change = {}) {
  const written = Array.from({ length: 180 }, (_, index) => 10_050_000 + index * 5000);
  const exchanges = written.map((writtenUs) => {
    const times = { dueUs: writtenUs - 30, writtenUs, firstByteUs: writtenUs + 1150, endUs: writtenUs + 1150 };
    return { connection: 4, request: 0, ...times };
  });
  const told: Sample = { kind: 'exchanges', step: 0, worker: 0, exchanges: exchangeText(exchanges) };
  const [atUs, untilUs] = [10e6, 11e6];
  const answeredUs = 11e6 + 200 + lateUs;
  const sample: TraceWindow = {
    ...{ kind: 'trace', atUs, untilUs, answeredUs, originHrUs, target: 'api-1', step: 0, number: 1, outcome: 'ok' },
  };
  const firstUs = 10_000_200;
  const requests = written.map((writtenUs) => ({
    beginNs: (writtenUs + 100 - firstUs) * 1000,
    endNs: (writtenUs + 1100 - firstUs) * 1000,
    ...{ goroutine: 18, route: 'main.list', parts: [], ranInstead: [] },
  }));
  const originNs = (firstUs + originHrUs - offsetUs) * 1000;
  const trace: ReadTrace = { sample, file: 'traces/api.out', requests, originNs, coveredS: 1 };
  const run = { manifest: { scenario: { load: {} } }, samples: [told, ...samples] } as unknown as RawRun;
  return clientWait([trace], exchangesIn(run, [sample]), run);
}

const way = { beforeUs: 30, thereUs: 100, serviceUs: 1000, backUs: 50 };

it('is split where both have one clock', () => {
  expect(waited()).toMatchObject({
    clock: { isSame: true, errorUs: 0 },
    exchanges: { whole: 180, joined: 180, ambiguous: 0, alone: 0 },
    p50Us: 1180,
    typical: { meanUs: 1180, ...way },
  });
});

it('is split by another clock as well, to the error that pairs leave', () => {
  const wait = waited({ offsetUs: otherUs });
  const { clock, typical } = wait ?? {};
  expect(wait?.exchanges.joined).toBe(180);
  expect(clock?.isSame).toBe(false);
  expect(Math.abs((clock?.offsetUs ?? 0) - otherUs)).toBeLessThanOrEqual(clock?.errorUs ?? 0);
  expect(clock?.errorUs).toBeLessThanOrEqual(75);
  expect((typical?.thereUs ?? 0) + (typical?.backUs ?? 0)).toBeCloseTo(150);
  expect(typical).toMatchObject({ beforeUs: 30, serviceUs: 1000 });
});

it('cannot be told where a clock may be too far off, and says how far', () => {
  const wait = waited({ offsetUs: otherUs, lateUs: 30_000 });
  expect(wait?.cannotTell).toMatch(/^its clock may be 15\.1 ms from that of the client/);
  expect(wait?.exchanges.joined).toBe(0);
});

it('has the error of the clocks of generators elsewhere', () => {
  const machine = { os: '', cpuModel: '', cpus: 1, memoryBytes: 1, node: '' };
  const facts = { atUs: 1, generator: 0, name: 'g', machine, workers: 1, offsetUs: 0, uncertaintyUs: 9000 };
  const told: Sample = { kind: 'exchanges', generator: 0, step: 0, worker: 0, exchanges: '' };
  const elsewhere: Sample = { kind: 'generator', isElsewhere: true, ...facts };
  const exchange = { connection: 1, request: 0, dueUs: 10.5e6, writtenUs: 10.5e6, firstByteUs: 10.6e6, endUs: 10.6e6 };
  const samples = [{ ...told, exchanges: exchangeText([exchange]) }, elsewhere];
  expect(waited({ samples })?.cannotTell).toContain('9 ms');
});

it('is of the service that the load goes to, or of the only one that was traced behind a URL', () => {
  const both = new Set(['lb', 'api']);
  const to = (target: object) => ({ target }) as unknown as RecordedScenario;
  expect(isAsked(to({ service: 'lb', port: 1 }), 'lb', both)).toBe(true);
  expect(isAsked(to({ service: 'lb', port: 1 }), 'api', both)).toBe(false);
  expect(isAsked(to({ url: 'http://x' }), 'api', both)).toBe(false);
  expect(isAsked(to({ url: 'http://x' }), 'api', new Set(['api']))).toBe(true);
});
