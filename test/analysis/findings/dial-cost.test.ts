import { describe, expect, it } from 'vitest';
import {
  costOfConnecting,
  costOfDialling,
  costText,
  severityOfCost,
} from '../../../src/analysis/findings/dial-cost.ts';
import { step } from '../../helpers/evidence.ts';
import { parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

describe('what dialling costs', () => {
  /** 10 requests under way, of which so many wait for a connection. */
  const costOf = (waiting: number) => {
    const own = [
      request(waiting, parkedIn.getConn, 'shop/front.Get'),
      request(9, parkedIn.roundTrip, 'shop/front.Get'),
    ];
    const run = madeEvidence([{ rps: 100, responseMs: 100, stacks: { 'front-1': own } }]);
    const [only] = run.steps;
    return only ? costOfDialling(run, only, 'front-1') : {};
  };

  it('is the share of requests under way that wait for a connection, and rough where few were seen', () => {
    expect(costOf(4)).toMatchObject({ time: 0.4, isRough: false });
    expect(costOf(1)).toMatchObject({ time: 0.1, isRough: true });
    expect(costText(costOf(4))).toBe(": waiting for them is 40 % of a request's time");
    expect(costText(costOf(1))).toBe(": waiting for them is about 10 % of a request's time");
  });

  it('is told where there is none, and not where nobody looked', () => {
    expect(costText(costOf(0))).toBe(': no request was seen waiting for one');
    const run = madeEvidence([{ rps: 100, responseMs: 100, stacks: {} }]);
    const [only] = run.steps;
    expect(only && costText(costOfDialling(run, only, 'front-1'))).toBe('');
  });

  it('is of the generator what its exchanges took to connect', () => {
    const made = step(0, { rps: 100, p50Us: 5000 });
    const connectUs = { ...made.responseUs, count: 500, mean: 1000 };
    const phases = { connectUs, tlsUs: { ...connectUs, mean: 4000 }, firstByteUs: made.responseUs };
    expect(costOfConnecting({ ...made, phases })).toEqual({ time: 0.5 });
    expect(costOfConnecting(made)).toEqual({});
  });

  it('is a warning from a tenth on, or where users paid and nobody looked', () => {
    expect(severityOfCost({ time: 0.02 }, true)).toBe('note');
    expect(severityOfCost({ time: 0.02, cpu: 0.2 }, false)).toBe('warning');
    expect(severityOfCost({ time: 0.1 }, false)).toBe('warning');
    expect(severityOfCost({}, true)).toBe('warning');
    expect(severityOfCost({}, false)).toBe('note');
  });
});
