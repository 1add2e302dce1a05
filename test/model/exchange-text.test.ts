import { expect, it } from 'vitest';
import { exchangesOfText, exchangeText, type ToldExchange } from '../../src/model/exchange-text.ts';

const exchange = (dueUs: number, more: Partial<ToldExchange> = {}): ToldExchange => {
  const times = { dueUs, writtenUs: dueUs + 40, firstByteUs: dueUs + 900, endUs: dueUs + 1000 };
  return { connection: 3, request: 0, ...times, ...more };
};

it('reads exchanges back as they were told, in any order of due times', () => {
  const told = [
    exchange(5_000_000),
    exchange(1000, { connection: 70, request: 4 }),
    exchange(9e9, { endUs: 9e9 + 6e7 }),
  ];
  expect([...exchangesOfText(exchangeText(told))]).toEqual(told);
  expect([...exchangesOfText(exchangeText([]))]).toEqual([]);
});

it('tells whole microseconds, each moment rounded by itself', () => {
  const [read] = exchangesOfText(exchangeText([exchange(10.4, { writtenUs: 11.6, firstByteUs: 12.5, endUs: 13.49 })]));
  expect(read).toMatchObject({ dueUs: 10, writtenUs: 12, firstByteUs: 13, endUs: 13 });
});
