import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { beginningOf, recognise } from '../../../src/analysis/inspect/recognise.ts';
import { histogramLog } from '../../../src/archive/histogram-log.ts';
import { window } from '../../helpers/raw-run.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'goruntime', name));
const text = (value: string) => new TextEncoder().encode(value);

it.each([
  ['a log', fixture('go126-trace.log'), 'text'],
  ['a dump', fixture('go126-waits.txt'), 'text'],
  ['a profile', gunzipSync(fixture('go126-waits.pb.gz')), 'binary'],
  ['a profile of Go 1.19', gunzipSync(fixture('go119-waits.pb.gz')), 'binary'],
  ['the text of a goroutine profile', text('goroutine profile: total 3\n1 @ 0x43d0ee\n'), 'profile text'],
  ['the text of a heap profile', text('heap profile: 1: 2 [3: 4] @ heap/1048576\n'), 'profile text'],
  ['the text of a mutex profile', text('--- mutex:\ncycles/second=1\n'), 'profile text'],
  ['a histogram log', text([...histogramLog([window(1, 2_000_000, 10, 1000)], 0)].join('')), 'hlog'],
  ['a histogram log without comments', text('Tag=a,0.1,1.0,2.5,HISTFAAAAB\n'), 'hlog'],
  ['an execution trace', text('go 1.26 trace\0\0\0'), 'execution trace'],
  ['a log that speaks of a goroutine profile', text('wrote goroutine profile: total 3\n'), 'text'],
  ['a log that was truncated under its writer', Buffer.concat([Buffer.alloc(300), fixture('go126-trace.log')]), 'text'],
  ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452000000100000001008060000001ff3ff61', 'hex'), 'binary'],
])('knows %s by its beginning', (_, bytes, form) => {
  expect(recognise(bytes)).toBe(form);
});

it('shows how something begins: text as text, bytes as bytes', () => {
  expect(beginningOf(text('\n  hello "you"\nmore'))).toBe('"  hello \\"you\\""');
  expect(beginningOf(Buffer.from('89504e47', 'hex'))).toBe('the bytes 89 50 4e 47');
});
