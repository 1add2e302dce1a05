import { expect, it } from 'vitest';
import { createProfileIds, isProfileId } from '../../../src/profiles/store/profile-id.ts';

it('is time, process and counter as rs/xid writes them', () => {
  // The first of xid's own test vectors.
  const bytes = Uint8Array.of(0x60, 0xf4, 0x86, 0xe4, 0x28, 0x41, 0x2d, 0xc8);
  expect(createProfileIds(bytes, () => 0x4d88e15b * 1000)()).toBe('9m4e2mr0ui3e8a215n4g');
});

it('sorts by its second, and never comes twice, also when the counter begins anew', () => {
  let ms = 1_769_900_000_000;
  const newId = createProfileIds(Uint8Array.of(1, 2, 3, 4, 5, 255, 255, 250), () => ms);
  const ids = Array.from({ length: 20 }, (_, at) => {
    ms += at === 10 ? 1000 : 0;
    return newId();
  });
  expect(new Set(ids).size).toBe(20);
  expect(ids.every(isProfileId)).toBe(true);
  expect(ids.slice(0, 10).every((early) => ids.slice(10).every((late) => early < late))).toBe(true);
});

it.each(['', '9m4e2mr0ui3e8a215n4', '9m4e2mr0ui3e8a215n4g0', '9M4E2MR0UI3E8A215N4G', '9m4e2mr0ui3e8a215n4h', '..'])(
  'is not %j',
  (text) => expect(isProfileId(text)).toBe(false),
);
