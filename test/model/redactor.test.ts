import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, mask } from '../../src/model/redactor.ts';

describe('createRedactor', () => {
  it('leaves nothing of any pattern, whatever stands around it', () => {
    const piece = fc.string({ unit: 'binary', minLength: 4, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.array(fc.string()), (patterns, around) => {
        const text = patterns.map((pattern, index) => `${around[index] ?? ''}${pattern}`).join('');
        const clean = createRedactor(patterns).text(text);
        for (const part of clean.split(mask)) for (const pattern of patterns) expect(part).not.toContain(pattern);
      }),
    );
  });

  it('leaves a text without any pattern as it is', () => {
    const { text } = createRedactor(['pass-4711']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        if (!given.includes('pass-4711')) expect(text(given)).toBe(given);
      }),
    );
  });

  it('takes out the longest of several that begin alike, and what overlaps as one', () => {
    const { text } = createRedactor(['token', 'token-of-anna', 'anna-s-key']);
    expect(text('a token, token-of-anna, token-of-anna-s-key.')).toBe('a ***, ***, ***.');
  });

  it('takes out what is left of a pattern where a text was cut', () => {
    const { text } = createRedactor(['token-of-anna']);
    expect(text('got "token-of…" and "token-" and token-o')).toBe('got "***…" and "***" and ***');
    expect(text('token-of-berta, toke')).toBe('token-of-berta, toke');
  });

  it('knows no pattern of fewer than four characters', () => {
    expect(createRedactor(['abc', '']).text('abcabc')).toBe('abcabc');
  });
});
