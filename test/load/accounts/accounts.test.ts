/** The accounts of an open loop: what an arrival's times are counted from. */
import { expect, it } from 'vitest';
import { Accounts } from '../../../src/load/accounts/accounts.ts';
import { wireRequest } from '../../../src/load/requests/wire-request.ts';
import { decodeHistogram } from '../../../src/model/histogram.ts';
import type { LoadWindow } from '../../../src/model/load.ts';
import { plainRequest } from '../load-run.ts';

const request = wireRequest(plainRequest, Buffer.from('GET / HTTP/1.1\r\n\r\n'), '', 0);

/** The window of one arrival, due at 3 s and sent and answered when it is said. */
async function windowOf(sentUs: number, answeredUs: number): Promise<LoadWindow | undefined> {
  const accounts = new Accounts({ due: 0, sent: 0, completed: 0, opened: 0 }, [plainRequest]);
  const arrival = accounts.fellDue(2, 3_000_000, sentUs, request);
  accounts.sending(arrival, sentUs);
  accounts.answered(arrival, undefined, answeredUs);
  const windows: LoadWindow[] = [];
  await accounts.flush((window) => windows.push(window));
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
