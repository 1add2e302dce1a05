/** An execution trace of more requests than are held: what is told is of some of them, and says so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createTraceInspector } from '../../../src/analysis/inspect/trace.ts';
import { traceNotes } from '../../../src/report/words/trace-words.ts';

const bytes = gunzipSync(readFileSync(join(import.meta.dirname, '..', 'traces', 'grpc', 'plain.trace.gz')));

function inspected(most?: number) {
  const records: object[] = [];
  const inspector = createTraceInspector((record) => records.push(record), most);
  inspector.push(bytes);
  return { found: inspector.end('plain.trace'), records };
}

it('has some requests stand for all, and still tells how many there were, the slowest, and each as a record', () => {
  const { found: whole, records: each } = inspected();
  const { found, records } = inspected(40);
  expect(found.drawn).toBe(40);
  expect(found.all?.count).toBe(40);
  expect(found.routes.reduce((sum, { count }) => sum + count, 0)).toBe(40);
  expect(found.requests).toEqual(whole.requests);
  expect(found.slowest).toEqual(whole.slowest);
  expect(found.all?.maxUs).toBe(whole.all?.maxUs);
  expect(records).toEqual(each);
  expect(traceNotes(found)).toContain(
    `40 requests, drawn by lot, stand for all ${whole.requests.found}, which are more than are held in memory; the slowest are those of all.`,
  );
});

it('says nothing of it where all are held', () => {
  const { found } = inspected();
  expect(found).not.toHaveProperty('drawn');
  expect(found.all?.count).toBe(found.requests.found);
  expect(traceNotes(found).join(' ')).not.toContain('drawn');
});
