import { expect, it } from 'vitest';
import { whyUnreadable } from '../../../src/analysis/inspect/unreadable.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

it.each([
  ['zip', Buffer.from('PK\x03\x04'), 'zip archive'],
  ['zstd', hex('28b52ffd00'), 'zstd -d'],
  ['bzip2', Buffer.from('BZh91AY'), 'bunzip2'],
  ['lz4', hex('04224d1860'), 'lz4 -d'],
  ['tar', Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar')]), 'tar archive'],
  ['a program', hex('7f454c460201'), 'is a program'],
  ['a picture', hex('89504e470d0a1a0a'), 'is a picture'],
  ['HTML', '<!DOCTYPE html><p>404', 'HTML'],
  ['HTML behind a comment', '\n<!-- sign-in -->\n<html lang="en">', 'HTML'],
  ['an answer with its head', 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n', 'without -i'],
  ['an error of a router', '404 page not found\n', 'no profile there'],
  ['an error in JSON', '{"error":"unauthorized"}', 'not logged in'],
  ['an error in XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 'XML'],
  ['an error of pprof', 'Could not enable CPU profiling: cpu profiling already in use\n', 'take the profile again'],
  ['k6, summary', '{"metrics":{"http_req_duration":{"avg":1}}}', 'k6'],
  ['k6, points', '{"type":"Point","metric":"vus"}\n{"type":"Point"}', 'k6'],
  ['vegeta', '{"latencies":{"total":1},"requests":2}', 'vegeta'],
  ['wrk', 'Running 30s test @ http://127.0.0.1:8080/\n', 'wrk'],
  ['a result of rampart', '{\n  "schemaVersion": 3, "kind": "run"}', 'rampart report'],
  ['percentiles', '       Value     Percentile TotalCount 1/(1-Percentile)\n', 'intervals'],
  ['folded stacks', 'main.main;main.work;runtime.memmove 42\n', 'folded'],
  ['zeros', Buffer.alloc(100), 'zero bytes only'],
  ['blanks', '\n \n', 'blanks only'],
])('says what %s is and what to do', (_, head, words) => {
  expect(whyUnreadable(Buffer.from(head))).toContain(words);
});

it.each([
  'gc 1 @0.1s',
  '{"level":"info","msg":"ready"}\n',
  '{"message":"ready"}\n{"message":"steady"}\n',
  '<nil> was returned\n',
  'Value of the day\n',
])('takes %j for what it may be', (text) => {
  expect(whyUnreadable(Buffer.from(text))).toBeUndefined();
});
