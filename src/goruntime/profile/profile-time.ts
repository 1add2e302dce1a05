/** When a profile was taken, read without the rest of it. */
import { numberIn, readFields, toInt64 } from './protobuf-wire.ts';

/** Both in nanoseconds; 0 where the profile does not say. */
interface ProfileTime {
  readonly timeNanos: bigint;
  readonly durationNanos: bigint;
}

const fieldNames: Readonly<Record<number, keyof ProfileTime>> = { 9: 'timeNanos', 10: 'durationNanos' };

/** The time in these bytes of a profile.proto, already inflated; throws a ProfileError when they are cut or have another form. */
export function profileTime(bytes: Uint8Array): ProfileTime {
  const found = { timeNanos: 0n, durationNanos: 0n };
  readFields(bytes, (field, value) => {
    const name = fieldNames[field];
    if (name) found[name] = toInt64(numberIn(value));
  });
  return found;
}
