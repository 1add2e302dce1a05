import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Arrival, createArrival, createPendingList } from '../../../src/load/accounts/arrival.ts';
import { Windows } from '../../../src/load/accounts/windows.ts';
import { wireRequest } from '../../../src/load/requests/wire-request.ts';
import { createWaitingLine } from '../../../src/load/transport/waiting-line.ts';
import { plainRequest } from '../load-run.ts';

const window = new Windows().plan(0, 0);
const request = wireRequest(plainRequest, Buffer.alloc(0), '', 0);
const arrivals = (count: number) => Array.from({ length: count }, (_, dueUs) => createArrival(dueUs, window, request));

it('a pending list knows its oldest, whatever is removed in which order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), (order) => {
      const list = createPendingList();
      const left = arrivals(order.length);
      for (const arrival of left) list.add(arrival);
      for (const place of order) {
        expect(list.oldest).toBe(left[0]);
        list.remove(left.splice(place % left.length, 1)[0]!);
      }
      expect(list.oldest).toBeUndefined();
    }),
    { seed: 3 },
  );
});

it('a waiting line serves in order and passes over those that left, however long it is', () => {
  const line = createWaitingLine();
  const all = arrivals(5000);
  for (const arrival of all) line.push(arrival);
  for (const arrival of all.filter((_, index) => index % 3 === 0)) {
    arrival.state = 'over';
    line.left();
  }
  const served: Arrival[] = [];
  for (let next = line.shift(); next; next = line.shift()) served.push(next);
  expect(served).toEqual(all.filter((_, index) => index % 3 !== 0));
  expect(line.length).toBe(0);
});
