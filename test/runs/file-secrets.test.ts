import { expect, it } from 'vitest';
import { bodyFileSecrets, rowSecrets } from '../../src/runs/file-secrets.ts';

it('columns that are called like secrets hold them, but for words and short numbers', () => {
  const rows = [
    { id: '10001', token: 'tok-1', password: 'hunter2' },
    { id: '10002', token: 'tok-2', password: 'abc' },
    { id: '10003', token: 'tok-1', password: 'admin' },
  ];
  expect(rowSecrets('user', rows).map(({ value, label }) => [value, label])).toEqual([
    ['tok-1', 'user.token'],
    ['tok-2', 'user.token'],
    ['hunter2', 'user.password'],
  ]);
  expect(rowSecrets('user', [])).toEqual([]);
});

it('a column that only later rows have is looked for, too', () => {
  const rows: Record<string, string>[] = [{ id: '10001' }, { id: '10002', token: 'tok-2' }];
  expect(rowSecrets('user', rows).map(({ value }) => value)).toEqual(['tok-2']);
});

it('fields of a body that are called like secrets hold them', () => {
  const found = bodyFileSecrets('login.json', Buffer.from('{"user":"anna","password":"hunter2"}'));
  expect(found.map(({ value }) => value)).toEqual(['hunter2']);
});
