/** What an engine streams, wherever its bytes are cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventsIn, linesIn, logLinesIn } from '../../src/host/docker-streams.ts';

async function* pieces(bytes: Buffer, size: number, failure?: Error): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  if (failure) throw failure;
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('a log', () => {
  const framed = Buffer.concat([frame(1, 'one\ntw'), frame(2, 'érror\n'), frame(1, 'o\n'), frame(2, 'rest')]);
  const lines = [
    { stream: 'stdout', text: 'one' },
    { stream: 'stderr', text: 'érror' },
    { stream: 'stdout', text: 'two' },
    { stream: 'stderr', text: 'rest' },
  ];

  it('has the same lines however its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: framed.length }), async (size) => {
        expect(await all(logLinesIn(pieces(framed, size), false))).toEqual(lines);
      }),
    );
  });

  it('of a terminal is one stream of plain bytes, in which lines of the runtime are looked for', async () => {
    expect(await all(logLinesIn(pieces(Buffer.from('a\r\nb'), 2), true))).toEqual([
      { stream: 'stderr', text: 'a' },
      { stream: 'stderr', text: 'b' },
    ]);
  });

  it('that breaks off has ended, with what it said', async () => {
    expect(await all(logLinesIn(pieces(framed, 7, new Error('aborted')), false))).toEqual(lines);
  });
});

describe('lines of answers', () => {
  it('leave out one that was cut off', async () => {
    expect(await all(linesIn(pieces(Buffer.from('{"a":1}\n{"a":2}\n{"a"'), 3)))).toEqual(['{"a":1}', '{"a":2}']);
  });

  it('tell that the engine broke off', async () => {
    await expect(all(linesIn(pieces(Buffer.from('x\n'), 1, new Error('gone'))))).rejects.toThrow('gone');
  });
});

it('events come with what they are of', async () => {
  const text = '{"Action":"die","Actor":{"ID":"c1","Attributes":{"exitCode":"3","a":"b"}}}\n\n{"Action":"oom"}\n';
  expect(await all(eventsIn(pieces(Buffer.from(text), 11)))).toEqual([
    { action: 'die', containerId: 'c1', attributes: { exitCode: '3', a: 'b' } },
    { action: 'oom', containerId: '', attributes: {} },
  ]);
});
