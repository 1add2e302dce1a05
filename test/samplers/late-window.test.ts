import { expect, it } from 'vitest';
import { latenessText } from '../../src/samplers/late-window.ts';

it('a window may begin a little late', () => {
  expect(latenessText({ atUs: 1_000_000, readyUs: 1_240_000, nowUs: 1_250_000 }, 'the profile')).toBeUndefined();
});

it('what held it up is named', () => {
  expect(latenessText({ atUs: 1_000_000, readyUs: 1_500_000, nowUs: 1_500_100 }, 'the profile')).toBe(
    'the profile before it took too long',
  );
  expect(latenessText({ atUs: 1_000_000, readyUs: 900_000, nowUs: 1_400_000 }, 'the profile')).toBe(
    'rampart itself woke 400 ms too late for it: its processor was busy with something else',
  );
});
