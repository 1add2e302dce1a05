import { describe, expect, it } from 'vitest';
import { createSecrets, type Secret } from '../../src/model/secrets.ts';

const secret = (value: string, isSought = true): Secret => ({ value, label: 'env.X', isSought, isWritten: false });
const knowing = (...found: Secret[]) => {
  const secrets = createSecrets();
  secrets.learn(found);
  return secrets;
};

describe('secrets', () => {
  it('take a word out of what users send, and leave it where programs read words', () => {
    const { value, words, text } = knowing(secret('pass'));
    expect(value({ outcome: 'pass', headers: { 'X-A': 'pass', 'X-B': 'by-pass' }, message: 'pass' })).toEqual({
      outcome: 'pass',
      headers: { 'X-A': '***', 'X-B': 'by-***' },
      message: '***',
    });
    expect(words('{"outcome":"pass"}')).toBe('{"outcome":"pass"}');
    expect(text('pass')).toBe('***');
  });

  it('take what is no word out of everything, keys among it', () => {
    expect(knowing(secret('tok-4711')).value({ kind: 'tok-4711', 'tok-4711': [1, 'a tok-4711'] })).toEqual({
      kind: '***',
      '***': [1, 'a ***'],
    });
  });

  it('take what is too short only out of what users send', () => {
    const { value, text } = knowing(secret('12', false));
    expect(value({ name: 'at-12', headers: { Pin: '12' } })).toEqual({ name: 'at-12', headers: { Pin: '***' } });
    expect(text('12 of 12')).toBe('12 of 12');
  });

  it('tell what they have learned only once', () => {
    const secrets = createSecrets();
    expect(secrets.learn([secret('tok-4711', false)])).toHaveLength(1);
    expect(secrets.learn([secret('tok-4711', false)])).toHaveLength(0);
    expect(secrets.learn([secret('tok-4711')])).toHaveLength(1);
    expect(secrets.text('tok-4711')).toBe('***');
  });

  it('blot out bytes and leave their number', () => {
    const given = Buffer.from('\x0a\x08tok-ü711\x12', 'utf8');
    expect(Buffer.from(knowing(secret('tok-ü711')).bytes(given)).toString()).toBe('\x0a\x08*********\x12');
    expect(knowing(secret('other-one')).bytes(given)).toBe(given);
  });
});
