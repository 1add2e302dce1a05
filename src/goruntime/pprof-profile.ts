/** Bytes of a profile.proto, already inflated, to stacks and values (format: github.com/google/pprof, proto/profile.proto). */
import { Profile } from 'pprof-format';

/** One stack of a profile: function names, innermost first, inlined ones included; one value for each sample type. */
interface ProfileSample {
  readonly frames: readonly string[];
  readonly values: readonly bigint[];
}

/** What a column of values is, such as `goroutine` in `count` or `cpu` in `nanoseconds`. */
interface SampleType {
  readonly type: string;
  readonly unit: string;
}

/** A decoded profile. */
export interface PprofProfile {
  readonly sampleTypes: readonly SampleType[];
  readonly samples: readonly ProfileSample[];
}

/** The profile in these bytes; throws an Error that says what is wrong when they are not one, or not a whole one. */
export function decodeProfile(bytes: Uint8Array): PprofProfile {
  checkFields(bytes);
  const profile = Profile.decode(bytes);
  const { strings } = profile.stringTable;
  if (strings[0] !== '') throw new Error('not a profile: its string table does not begin with an empty string');
  if (profile.sampleType.length === 0) throw new Error('not a whole profile: it does not say what its values are');
  const text = (index: number | bigint) => {
    const found = strings[Number(index)];
    if (found === undefined) throw new Error('not a whole profile: a string is missing');
    return found;
  };
  const sampleTypes = profile.sampleType.map(({ type, unit }) => ({ type: text(type), unit: text(unit) }));
  const names = new Map(profile.function.map(({ id, name }) => [Number(id), text(name)]));
  const locations = new Map(
    profile.location.map(({ id, line, address }) => [
      Number(id),
      line.length === 0
        ? [`0x${BigInt(address).toString(16)}`]
        : line.map(({ functionId }) => required(names, Number(functionId), 'function')),
    ]),
  );
  const samples = profile.sample.map(({ locationId, value }) => {
    if (value.length !== sampleTypes.length) throw new Error('not a whole profile: a sample lacks values');
    return {
      frames: locationId.flatMap((id) => required(locations, Number(id), 'location')),
      // The decoder returns a negative int64 as the unsigned number with the same bits.
      values: value.map((number) => BigInt.asIntN(64, BigInt(number))),
    };
  });
  return { sampleTypes, samples };
}

function required<Value>(table: ReadonlyMap<number, Value>, id: number, what: string): Value {
  const found = table.get(id);
  if (found === undefined) throw new Error(`not a whole profile: ${what} ${id} is missing`);
  return found;
}

/** The decoder takes a cut buffer for a whole one; so the lengths of the outermost fields are checked before. */
function checkFields(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new Error('not a profile: it is empty');
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at];
      if (byte === undefined || factor > 2 ** 63) throw new Error('not a whole profile: it is cut in a number');
      at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const wireType = varint() % 8;
    if (wireType !== 0 && wireType !== 2) throw new Error(`not a profile: it has a field of wire type ${wireType}`);
    const number = varint();
    if (wireType === 2) at += number;
    if (at > bytes.length) throw new Error('not a whole profile: it is cut in a field');
  }
}
