import { describe, expect, it } from 'vitest';
import { ResponseReader } from '../../../src/load/http1/response-reader.ts';
import { acceptedDifferences } from './accepted.ts';
import { compare } from './compare.ts';
import { differenceText, fuzz } from './http-fuzz.ts';
import { escaped, unescaped } from './outcome.ts';
import { cutAt } from './random-exchange.ts';

const exchangeOf = (text: string, isHead = false) => ({ reads: [Buffer.from(text, 'latin1')], isHead });

describe('our connection and Node', () => {
  it.each([1, 2])('make the same of the random responses of seed %i, but for the listed differences', async (seed) => {
    const { cases, differences } = await fuzz(seed, (done) => done >= 1000);
    expect(differences.map(differenceText).join('\n\n')).toBe('');
    expect(cases).toBe(1000);
  });

  it.each(acceptedDifferences.map((listed) => [listed.id, listed] as const))(
    'differ by %s',
    async (id, { example, isHead, parser }) => {
      const found = await compare(exchangeOf(example, isHead));
      if (parser === undefined) expect(found).toEqual({ accepted: id });
      else expect([{ accepted: id }, {}]).toContainEqual(found);
    },
  );

  it('say a section and a reason for each listed difference, and list none twice', () => {
    expect(new Set(acceptedDifferences.map(({ id }) => id)).size).toBe(acceptedDifferences.length);
    for (const { section, reason } of acceptedDifferences) {
      expect(section).toMatch(/\d/);
      expect(reason).not.toBe('');
    }
  });
});

describe('the fuzzer', () => {
  it('finds a reader that counts wrongly, and shows the smallest response that proves it', async () => {
    const right = Object.getOwnPropertyDescriptor(ResponseReader.prototype, 'status') as PropertyDescriptor;
    // A status of 404 is read as 405: a defect that only a comparison can find.
    Object.defineProperty(ResponseReader.prototype, 'status', {
      configurable: true,
      get(this: ResponseReader) {
        const status: unknown = right.get?.call(this);
        return status === 404 ? 405 : status;
      },
    });
    try {
      const { differences } = await fuzz(1, (done) => done >= 1000, 1);
      expect(differences).toHaveLength(1);
      expect(differenceText(differences[0]!)).toBe(
        [
          'difference: status',
          '  bytes  HTTP/1.1 404\\r\\n\\r\\n',
          '  ours   done at the end: status 405, 0 body bytes "", given up',
          '  Node\'s done at the end: status 404, 0 body bytes "", given up',
          "  npm run --silent fuzz:http -- --replay 'HTTP/1.1 404\\r\\n\\r\\n'",
        ].join('\n'),
      );
    } finally {
      Object.defineProperty(ResponseReader.prototype, 'status', right);
    }
  });

  it('writes any bytes as text that can be replayed', () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
    expect(escaped(all)).toMatch(/^[ -~]+$/);
    expect(escaped(all)).not.toContain("'");
    expect(unescaped(escaped(all))).toBe(all);
  });

  it('cuts bytes into reads that hold all of them', () => {
    const reads = cutAt(Buffer.from('abcdef'), [4, 1, 1, 9]);
    expect(reads.map((read) => Buffer.from(read).toString())).toEqual(['a', 'bcd', 'ef']);
  });
});
