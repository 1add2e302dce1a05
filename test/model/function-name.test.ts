import { expect, it } from 'vitest';
import { shortFunction } from '../../src/model/function-name.ts';

it.each([
  ['example.com/shop/checkout.Encode', 'checkout.Encode'],
  ['net/http.(*Server).Serve', 'http.(*Server).Serve'],
  ['main.main.func1', 'main.main.func1'],
  ['runtime.mallocgc', 'runtime.mallocgc'],
  ['slices.SortFunc[go.shape.[]example.com/shop/v2.Item]', 'slices.SortFunc[go.shape.[]example.com/shop/v2.Item]'],
  ['example.com/list/v2.Each[example.com/shop/v3.Item]', 'list.Each[example.com/shop/v3.Item]'],
  ['go.etcd.io/raft/v3.(*raft).Step', 'raft.(*raft).Step'],
  ['github.com/jackc/pgx/v5/pgxpool.(*Pool).Acquire', 'pgxpool.(*Pool).Acquire'],
  ['example.com/tool/v12.Run', 'tool.Run'],
  ['k8s.io/api/core/v1.Pod.Marshal', 'v1.Pod.Marshal'],
  ['v3.Run', 'v3.Run'],
])('%s is called %s', (name, short) => {
  expect(shortFunction(name)).toBe(short);
});
