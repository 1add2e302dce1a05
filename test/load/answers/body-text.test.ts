import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Answer, AnswerKeeper, fieldNamed, mostBodyBytes } from '../../../src/load/answers/answer.ts';
import { bodyText } from '../../../src/load/answers/body-text.ts';
import { codingNamed } from '../../../src/load/answers/content-coding.ts';

const answer = (body: Buffer | undefined, coding?: string): Answer => ({
  status: 200,
  fields: coding === undefined ? [] : [['content-encoding', coding]],
  body,
  hasWantedBody: false,
});
const text = Buffer.from('grüße, 世界');

describe('the text of a body', () => {
  it.each([
    [text, undefined],
    [text, 'identity'],
    [gzipSync(text), 'gzip'],
    [gzipSync(text), 'X-GZIP'],
    [deflateSync(text), 'deflate'],
    [brotliCompressSync(text), 'br'],
    [gzipSync(deflateSync(text)), 'deflate, gzip'],
  ])('is what it was before its coding (%#)', (body, coding) => {
    expect(bodyText(answer(body, coding))).toMatchObject({ text: text.toString(), bytes: text.length });
    expect(bodyText(answer(body, coding)).wasEncoded).toBe(coding !== undefined && coding !== 'identity');
  });

  it('is empty where the body is, whatever its coding', () => {
    expect(bodyText(answer(Buffer.alloc(0), 'gzip')).text).toBe('');
  });

  it.each([
    [gzipSync(text).subarray(0, 12), 'gzip', 'body is no gzip, although it says so'],
    [text, 'br', 'body is no br, although it says so'],
    [text, 'zstd', 'body has a content coding that rampart cannot take off'],
    [gzipSync(Buffer.alloc(mostBodyBytes + 1)), 'gzip', 'body is longer than 1 MiB'],
    [undefined, undefined, 'body is longer than 1 MiB'],
  ])('is not there (%#)', (body, coding, why) => {
    expect(() => bodyText(answer(body, coding))).toThrow(why);
  });
});

describe('what is kept of an answer', () => {
  const push = (keeper: AnswerKeeper, line: string) =>
    keeper.takeField(Buffer.from(`..${line}..`), 2, 2 + Buffer.byteLength(line));

  it('has its fields, folded ones as well, and nothing of an interim answer', () => {
    const keeper = new AnswerKeeper();
    keeper.start(true);
    push(keeper, 'Link: early');
    keeper.startHead();
    for (const line of ['X-A: 1', 'x-a:2', 'Folded: a', '\t b', 'Emp:']) push(keeper, line);
    const kept = keeper.answer(200, false);
    expect(kept.fields).toEqual([
      ['x-a', '1'],
      ['x-a', '2'],
      ['folded', 'a b'],
      ['emp', ''],
    ]);
    expect([fieldNamed(kept, 'x-a'), fieldNamed(kept, 'link')]).toEqual(['1, 2', undefined]);
  });

  it('has its body in one piece, out of a buffer that is used again, and none that is too long', () => {
    const keeper = new AnswerKeeper();
    keeper.start(true);
    const buffer = Buffer.from('..one..');
    keeper.take(buffer, 2, 5);
    buffer.fill('x');
    keeper.take(Buffer.from('two'), 0, 3);
    expect(keeper.answer(200, false).body?.toString()).toBe('onetwo');
    keeper.start(true);
    expect(keeper.answer(204, false).body?.length).toBe(0);
    keeper.take(Buffer.alloc(mostBodyBytes + 1), 0, mostBodyBytes + 1);
    expect(keeper.answer(200, false).body).toBeUndefined();
    keeper.start(false);
    keeper.take(buffer, 0, 3);
    expect(keeper.answer(200, false).body).toBeUndefined();
  });
});

it.each([
  ['gzip', 'gzip'],
  ['X-GZip', 'gzip'],
  [' br ', 'br'],
  ['identity', undefined],
  ['', undefined],
  ['compress', 'other'],
  ['gzip, br', 'other'],
])('counts the coding %j as %s', (value, name) => {
  expect(codingNamed(value)).toBe(name);
  expect(codingNamed(value, 'gzip')).toBe(name === undefined ? 'gzip' : 'other');
});
