/** The accounts of an open loop: what an arrival's times are counted from. */
import { expect, it } from 'vitest';
import { Accounts } from '../../../src/load/accounts/accounts.ts';
import { Exchanges } from '../../../src/load/accounts/exchanges.ts';
import { noCounts } from '../../../src/load/accounts/ticks.ts';
import { type Visit, wireRequest } from '../../../src/load/requests/wire-request.ts';
import { exchangesOfText, type ToldExchange } from '../../../src/model/exchange-text.ts';
import { decodeHistogram } from '../../../src/model/histogram.ts';
import type { LoadWindow } from '../../../src/model/load.ts';
import { plainRequest } from '../load-run.ts';

const request = wireRequest(plainRequest, Buffer.from('GET / HTTP/1.1\r\n\r\n'), '', 0);

/** The window of one arrival, due at 3 s and sent and answered when it is said. */
async function windowOf(sentUs: number, answeredUs: number): Promise<LoadWindow | undefined> {
  const accounts = new Accounts(noCounts(), { requests: [plainRequest], flows: [] });
  const arrival = accounts.fellDue(2, 3_000_000, sentUs, request);
  accounts.sending(arrival, sentUs);
  accounts.answered(arrival, undefined, answeredUs);
  const windows: LoadWindow[] = [];
  await accounts.flush((message) => message.kind === 'window' && windows.push(message));
  return windows[0];
}

const only = (text = '') => decodeHistogram(text).maxValue;

it('counts a late arrival from when it was due', async () => {
  const window = await windowOf(3_000_200, 3_000_700);
  expect([only(window?.lag), only(window?.response), only(window?.service)]).toEqual([200, 700, 500]);
});

it('counts one that was sent a little early from when it was sent, in the second it was due in', async () => {
  const window = await windowOf(2_999_900, 3_000_400);
  expect([only(window?.lag), only(window?.response), only(window?.service)]).toEqual([0, 500, 500]);
  expect(window).toMatchObject({ step: 2, dueUs: 3_000_000, planned: 1, completed: 1 });
});

it('tells each exchange of an arrival with when it was due itself, and on which connection it went', async () => {
  const exchanges = new Exchanges([{ step: 0, atUs: 0, untilUs: 1e9 }], 0);
  exchanges.begins(0, 0);
  const accounts = new Accounts(noCounts(), { requests: [plainRequest], flows: [] }, undefined, exchanges);
  const visit = { servedUs: 0, redirectsUs: 0, pausedUs: 0, decodedBytes: 0 } as Visit;
  const arrival = accounts.fellDue(0, 1000, 1010, request);
  const exchange = (sentUs: number, connection: number) => {
    accounts.sending(arrival, sentUs);
    arrival.carrier = { connection, abandon: () => {} };
  };
  exchange(1020, 3);
  accounts.redirected(arrival, visit, request, 1500);
  exchange(1510, 4);
  arrival.firstByteUs = 1600;
  accounts.passed(arrival, visit, 1700);
  accounts.asksAgain(arrival, request, 5000);
  exchange(5040, 3);
  accounts.answered(arrival, 'status 500', 5100);
  const told: ToldExchange[] = [];
  await accounts.flush((message) => message.kind === 'exchanges' && told.push(...exchangesOfText(message.exchanges)));
  expect(told).toEqual([
    { connection: 3, request: 0, dueUs: 1000, writtenUs: 1020, firstByteUs: 1500, endUs: 1500 },
    { connection: 4, request: 0, dueUs: 1500, writtenUs: 1510, firstByteUs: 1600, endUs: 1700 },
    { connection: 3, request: 0, dueUs: 5000, writtenUs: 5040, firstByteUs: 5100, endUs: 5100 },
  ]);
});
