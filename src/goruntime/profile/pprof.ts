/** Bytes of a profile.proto, already inflated, to a profile that holds together (rules: pprof's profile.CheckValid). */
import { type ProfileMessage, readProfileMessage } from './messages.ts';
import { toInt64, type Varint } from './protobuf-wire.ts';
import {
  type PprofProfile,
  ProfileError,
  type ProfileFunction,
  type ProfileLabel,
  type ProfileLocation,
  type ProfileMapping,
  type ProfileSample,
  type ValueType,
} from './types.ts';

/** Limits of a profile: small files can refer to the same long stack very often. */
interface ProfileLimits {
  /** How many frames all stacks may have together. */
  readonly maxFrames: number;
}

const defaultLimits: ProfileLimits = { maxFrames: 20_000_000 };

type Fields = (field: number) => Varint;

/** The profile in these bytes; throws a ProfileError that says what is wrong when they are not one, or not a whole one. */
export function decodeProfile(bytes: Uint8Array, { maxFrames } = defaultLimits): PprofProfile {
  if (bytes.length === 0) throw new ProfileError('empty', 'not a profile: it is empty');
  const message = readProfileMessage(bytes);
  const text = textIn(message.strings);
  const typeOf = (fields: Fields): ValueType => ({ type: text(fields(1)), unit: text(fields(2)) });
  const sampleTypes = message.sampleTypes.map(typeOf);
  if (sampleTypes.length === 0 || sampleTypes.some(({ type }) => type === '')) {
    throw notWhole('it does not say what its values are');
  }
  const mappings = tableOf('mapping', message.mappings, (fields) => [fields(1), mappingOf(fields, text)]);
  const functions = tableOf('function', message.functions, (fields) => [fields(1), functionOf(fields, text)]);
  const locations = tableOf('location', message.locations, locationReader(mappings, functions));
  return {
    sampleTypes,
    samples: readSamples({ message, locations, text, maxFrames, columns: sampleTypes.length }),
    mappings: [...mappings.values()],
    periodType: typeOf(message.periodType),
    period: toInt64(message.fields(12)),
    timeNanos: toInt64(message.fields(9)),
    durationNanos: toInt64(message.fields(10)),
    dropFrames: text(message.fields(7)),
    keepFrames: text(message.fields(8)),
    comments: message.comments.map(text),
    defaultSampleType: text(message.fields(14)),
    docUrl: text(message.fields(15)),
  };
}

function notWhole(what: string): ProfileError {
  return new ProfileError('not whole', `not a whole profile: ${what}`);
}

function textIn(strings: readonly string[]): (index: Varint) => string {
  if (strings[0] !== '') {
    throw new ProfileError('not a profile', 'not a profile: its string table does not begin with an empty string');
  }
  return (index) => {
    const found = strings[Number(index)];
    if (found === undefined) throw notWhole('a string is missing');
    return found;
  };
}

function tableOf<Message, Item>(
  what: string,
  messages: readonly Message[],
  read: (message: Message) => readonly [id: Varint, item: Item],
): ReadonlyMap<Varint, Item> {
  const table = new Map<Varint, Item>();
  for (const message of messages) {
    const [id, item] = read(message);
    if (id === 0) throw new ProfileError('not a profile', `not a profile: a ${what} has the id 0`);
    if (table.has(id)) throw new ProfileError('not a profile', `not a profile: two ${what}s have the id ${id}`);
    table.set(id, item);
  }
  return table;
}

function required<Item>(table: ReadonlyMap<Varint, Item>, id: Varint, what: string): Item {
  const found = table.get(id);
  if (found === undefined) throw notWhole(`${what} ${id} is missing`);
  return found;
}

function mappingOf(fields: Fields, text: (index: Varint) => string): ProfileMapping {
  return {
    start: BigInt(fields(2)),
    limit: BigInt(fields(3)),
    offset: BigInt(fields(4)),
    file: text(fields(5)),
    buildId: text(fields(6)),
    hasFunctions: fields(7) !== 0,
    hasFilenames: fields(8) !== 0,
    hasLineNumbers: fields(9) !== 0,
    hasInlineFrames: fields(10) !== 0,
  };
}

function functionOf(fields: Fields, text: (index: Varint) => string): ProfileFunction {
  return {
    name: text(fields(2)),
    systemName: text(fields(3)),
    file: text(fields(4)),
    startLine: Number(toInt64(fields(5))),
  };
}

function locationReader(
  mappings: ReadonlyMap<Varint, ProfileMapping>,
  functions: ReadonlyMap<Varint, ProfileFunction>,
): (message: ProfileMessage['locations'][number]) => readonly [Varint, ProfileLocation] {
  return ({ fields, lines }) => [
    fields(1),
    {
      mapping: fields(2) === 0 ? undefined : required(mappings, fields(2), 'mapping'),
      address: BigInt(fields(3)),
      lines: lines.map((line) => ({
        function: required(functions, line(1), 'function'),
        line: Number(toInt64(line(2))),
        column: Number(toInt64(line(3))),
      })),
      isFolded: fields(5) !== 0,
    },
  ];
}

function readSamples(parts: {
  readonly message: ProfileMessage;
  readonly locations: ReadonlyMap<Varint, ProfileLocation>;
  readonly text: (index: Varint) => string;
  readonly maxFrames: number;
  readonly columns: number;
}): readonly ProfileSample[] {
  let frames = 0;
  return parts.message.samples.map(({ locationIds, values, labels }) => {
    if (values.length !== parts.columns) {
      throw notWhole(`a sample has ${values.length} values, and there are ${parts.columns} sample types`);
    }
    const locations = locationIds.map((id) => required(parts.locations, id, 'location'));
    for (const { lines } of locations) frames += Math.max(1, lines.length);
    if (frames > parts.maxFrames) {
      throw new ProfileError('too large', `a profile too large: its stacks have more than ${parts.maxFrames} frames`);
    }
    return { locations, values, labels: labels.length === 0 ? [] : readLabels(labels, parts.text) };
  });
}

/** Like pprof, drops a label whose text is empty, or whose number is zero and has no unit. */
function readLabels(labels: readonly Fields[], text: (index: Varint) => string): readonly ProfileLabel[] {
  const found = labels.flatMap((fields): ProfileLabel[] => {
    const key = text(fields(1));
    if (fields(2) !== 0) return [{ key, text: text(fields(2)) }];
    if (fields(3) === 0 && fields(4) === 0) return [];
    return [{ key, number: toInt64(fields(3)), unit: text(fields(4)) }];
  });
  return sortLabels(found);
}

/** Labels in the order that a sample keeps them in: texts before numbers, each by key, equal keys as they came. */
export function sortLabels(labels: readonly ProfileLabel[]): readonly ProfileLabel[] {
  const rank = (label: ProfileLabel) => ('text' in label ? 0 : 1);
  return labels.toSorted((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : Number(a.key > b.key)));
}
