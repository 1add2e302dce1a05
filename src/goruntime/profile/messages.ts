/** Bytes of a profile.proto to its messages as they are written: with ids, and with indexes into the string table. */

import { bytesIn, numberIn, readFields, readNumbers, toInt64, type Varint, type WireValue } from './protobuf-wire.ts';
import { ProfileError } from './types.ts';

/** The numbers in a message that holds nothing else, by field number; a field that is missing is 0. */
type NumberFields = (field: number) => Varint;

/** A location and its lines. */
interface LocationMessage {
  readonly fields: NumberFields;
  readonly lines: readonly NumberFields[];
}

/** A sample and its labels. */
interface SampleMessage {
  readonly locationIds: readonly Varint[];
  readonly values: readonly bigint[];
  readonly labels: readonly NumberFields[];
}

/** A profile.proto, field by field. */
export interface ProfileMessage {
  readonly fields: NumberFields;
  readonly strings: readonly string[];
  readonly sampleTypes: readonly NumberFields[];
  readonly periodType: NumberFields;
  readonly samples: readonly SampleMessage[];
  readonly mappings: readonly NumberFields[];
  readonly locations: readonly LocationMessage[];
  readonly functions: readonly NumberFields[];
  readonly comments: readonly Varint[];
}

const timeNanosField = 9;

/** The messages in these bytes; throws a ProfileError when they are cut or have another form. */
export function readProfileMessage(bytes: Uint8Array): ProfileMessage {
  const scalars = new Map<number, Varint>();
  const strings: string[] = [];
  const sampleTypes: NumberFields[] = [];
  let periodType: NumberFields = () => 0;
  const samples: SampleMessage[] = [];
  const mappings: NumberFields[] = [];
  const locations: LocationMessage[] = [];
  const functions: NumberFields[] = [];
  const comments: Varint[] = [];
  const utf8 = new TextDecoder(undefined, { ignoreBOM: true });
  const readers: Readonly<Record<number, (value: WireValue) => void>> = {
    1: (value) => sampleTypes.push(readNumberFields(bytesIn(value))),
    2: (value) => samples.push(readSample(bytesIn(value))),
    3: (value) => mappings.push(readNumberFields(bytesIn(value))),
    4: (value) => locations.push(readLocation(bytesIn(value))),
    5: (value) => functions.push(readNumberFields(bytesIn(value))),
    6: (value) => strings.push(utf8.decode(bytesIn(value))),
    11: (value) => {
      periodType = readNumberFields(bytesIn(value));
    },
    13: (value) => readNumbers(value, (index) => index, comments),
  };
  readFields(bytes, (field, value) => {
    const reader = readers[field];
    if (reader) reader(value);
    else if (field <= 15) {
      if (field === timeNanosField && scalars.has(field)) {
        throw new ProfileError('not a profile', 'not one profile: it has two times, as two profiles in one file have');
      }
      scalars.set(field, numberIn(value));
    }
  });
  const fields = fieldsOf(scalars);
  return { fields, strings, sampleTypes, periodType, samples, mappings, locations, functions, comments };
}

function fieldsOf(found: ReadonlyMap<number, Varint>): NumberFields {
  return (field) => found.get(field) ?? 0;
}

function readNumberFields(bytes: Uint8Array): NumberFields {
  const found = new Map<number, Varint>();
  readFields(bytes, (field, value) => found.set(field, numberIn(value)));
  return fieldsOf(found);
}

function readLocation(bytes: Uint8Array): LocationMessage {
  const found = new Map<number, Varint>();
  const lines: NumberFields[] = [];
  readFields(bytes, (field, value) => {
    if (field === 4) lines.push(readNumberFields(bytesIn(value)));
    else found.set(field, numberIn(value));
  });
  return { fields: fieldsOf(found), lines };
}

function readSample(bytes: Uint8Array): SampleMessage {
  const locationIds: Varint[] = [];
  const values: bigint[] = [];
  const labels: NumberFields[] = [];
  readFields(bytes, (field, value) => {
    if (field === 1) readNumbers(value, (id) => id, locationIds);
    else if (field === 2) readNumbers(value, toInt64, values);
    else if (field === 3) labels.push(readNumberFields(bytesIn(value)));
  });
  return { locationIds, values, labels };
}
