import { expect, it } from 'vitest';
import { createExchanges, Exchanges } from '../../../src/load/accounts/exchanges.ts';
import { exchangesOfText } from '../../../src/model/exchange-text.ts';
import type { LoadExchanges } from '../../../src/model/load.ts';
import { planFor } from '../load-run.ts';

const exchange = (writtenUs: number, endUs: number, connection = 1) => ({
  ...{ connection, request: 0, dueUs: writtenUs - 1, writtenUs, firstByteUs: endUs, endUs },
});

async function flushed(exchanges: Exchanges): Promise<LoadExchanges[]> {
  const messages: LoadExchanges[] = [];
  await exchanges.flush((message) => messages.push(message));
  return messages;
}

it('tells those that were on the wire in one of the stretches, once each', async () => {
  const stretches = [
    { step: 7, atUs: 100, untilUs: 200 },
    { step: 7, atUs: 180, untilUs: 300 },
  ];
  const exchanges = new Exchanges(stretches, 2);
  exchanges.begins(7, 0);
  const over = [
    exchange(10, 99),
    exchange(20, 100),
    exchange(190, 195),
    exchange(150, 310),
    exchange(300, 320),
    exchange(301, 400),
  ];
  for (const each of over) exchanges.add(7, each);
  const messages = await flushed(exchanges);
  expect(messages).toMatchObject([{ kind: 'exchanges', step: 7, worker: 2 }]);
  const told = messages.flatMap((message) => [...exchangesOfText(message.exchanges)]);
  expect(told).toEqual(over.slice(1, 5));
  expect(await flushed(exchanges)).toEqual([]);
});

it('tells those of each step by themselves, and many in several messages', async () => {
  const exchanges = new Exchanges([{ step: 0, atUs: 0, untilUs: 1e6 }], 0);
  exchanges.begins(0, 0);
  for (let us = 1; us <= 1000; us++) exchanges.add(us <= 10 ? 0 : 1, exchange(us, us, us));
  const messages = await flushed(exchanges);
  expect(messages.length).toBeGreaterThan(2);
  const told = messages.flatMap(({ step, exchanges: text }) =>
    [...exchangesOfText(text)].map((each) => ({ step, ...each })),
  );
  expect(told.map(({ connection }) => connection)).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1));
  expect(told.filter(({ step }) => step === 0)).toHaveLength(10);
});

it('moves the stretches of a step with it, by a second more where it begins at no whole one', async () => {
  const of = (step: number) => ({ step, atUs: 1e6, untilUs: 2e6 });
  const exchanges = new Exchanges([of(0), of(1)], 0);
  exchanges.begins(0, 5e6);
  for (const us of [5.9e6, 6e6, 7e6, 7.1e6]) exchanges.add(0, exchange(us, us));
  exchanges.begins(1, 19.5e6);
  for (const us of [20.4e6, 20.5e6, 22.5e6, 22.6e6]) exchanges.add(1, exchange(us, us));
  const messages = await flushed(exchanges);
  const told = messages.flatMap((message) => [...exchangesOfText(message.exchanges)].map(({ endUs }) => endUs / 1e6));
  expect(told).toEqual([6, 7, 20.5, 22.5]);
});

it('are nothing where the plan asks for none', () => {
  expect(createExchanges(planFor(1))).toBeUndefined();
  expect(createExchanges(planFor(1, { exchangesIn: [] }))).toBeUndefined();
});
