/** When a profile was taken, read without the rest of it. */
import { createCursor, numberExpected, readTag, readVarint, skipField, wireOf } from './cursor.ts';
import { field } from './local-profile.ts';

/** Both in nanoseconds; 0 where the profile does not say. */
interface ProfileTime {
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
}

/** The time in these bytes of a profile.proto, already inflated; throws a ProfileError when they are cut or have another form. */
export function profileTime(bytes: Uint8Array): ProfileTime {
  const found = { timeNanos: 0n, durationNanos: 0n };
  const cursor = createCursor(bytes);
  while (cursor.at < cursor.end) {
    const tag = readTag(cursor);
    const number = tag >> 3;
    if (number !== field.timeNanos && number !== field.durationNanos) skipField(cursor, tag);
    else if (wireOf(tag) === 0) {
      readVarint(cursor);
      const value = (BigInt(cursor.high) << 32n) | BigInt(cursor.low >>> 0);
      found[number === field.timeNanos ? 'timeNanos' : 'durationNanos'] = value;
    } else {
      skipField(cursor, tag);
      throw numberExpected();
    }
  }
  return found;
}
