/** A profile to the bytes of a profile.proto, not compressed, as `go tool pprof` reads them. */
import { type ByteList, createByteList, writeBytes, writeMessage, writeNumber, writeVarint } from './byte-list.ts';
import { field } from './local-profile.ts';
import type {
  PprofProfile,
  ProfileFunction,
  ProfileLabel,
  ProfileLocation,
  ProfileMapping,
  ProfileSample,
  ValueType,
} from './types.ts';

/** The ids of things, from 1 on in the order of first use. */
interface Ids<Item> {
  readonly known: ReadonlyMap<Item, number>;
  of(item: Item): number;
}

interface Writer {
  readonly out: ByteList;
  readonly message: ByteList;
  readonly inner: ByteList;
  readonly texts: Ids<string>;
  readonly mappings: Ids<ProfileMapping>;
  readonly functions: Ids<ProfileFunction>;
  readonly locations: Ids<ProfileLocation>;
}

/** The profile.proto of a profile; its ids are given anew. */
export function encodeProfile(profile: PprofProfile): Uint8Array<ArrayBuffer> {
  const writer: Writer = {
    out: createByteList(),
    message: createByteList(),
    inner: createByteList(),
    texts: createIds(['']),
    mappings: createIds(profile.mappings),
    functions: createIds(),
    locations: createIds(),
  };
  const { out, texts } = writer;
  for (const type of profile.sampleTypes) writeType(writer, field.sampleType, type);
  for (const sample of profile.samples) writeSample(writer, sample);
  // A map that grows while it is read is read to its new end.
  for (const [location, id] of writer.locations.known) writeLocation(writer, id, location);
  for (const [mapping, id] of writer.mappings.known) writeMapping(writer, id, mapping);
  for (const [item, id] of writer.functions.known) writeFunction(writer, id, item);
  writeHeader(writer, profile);
  const encoder = new TextEncoder();
  for (const text of texts.known.keys()) writeBytes(out, field.string, encoder.encode(text));
  return out.bytes.slice(0, out.length);
}

function createIds<Item>(first: readonly Item[] = []): Ids<Item> {
  const known = new Map(first.map((item, index) => [item, index + 1]));
  return {
    known,
    of(item) {
      const id = known.get(item);
      if (id !== undefined) return id;
      known.set(item, known.size + 1);
      return known.size;
    },
  };
}

function writeText(list: ByteList, number: number, texts: Ids<string>, text: string): void {
  writeNumber(list, number, texts.of(text) - 1, 0);
}

/** Signed or not: what counts is the lowest 64 bits. */
function writeWide(list: ByteList, number: number, value: bigint): void {
  writeNumber(list, number, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
}

function writeType({ out, message, texts }: Writer, number: number, { type, unit }: ValueType): void {
  writeText(message, 1, texts, type);
  writeText(message, 2, texts, unit);
  writeMessage(out, number, message);
}

function writeHeader(writer: Writer, profile: PprofProfile): void {
  const { out, message, texts } = writer;
  const { type, unit } = profile.periodType;
  writeText(out, field.dropFrames, texts, profile.dropFrames);
  writeText(out, field.keepFrames, texts, profile.keepFrames);
  writeWide(out, field.timeNanos, profile.timeNanos);
  writeWide(out, field.durationNanos, profile.durationNanos);
  if (type !== '' || unit !== '') writeType(writer, field.periodType, profile.periodType);
  writeWide(out, field.period, profile.period);
  for (const comment of profile.comments) writeVarint(message, texts.of(comment) - 1, 0);
  if (profile.comments.length > 0) writeMessage(out, field.comment, message);
  writeText(out, field.defaultSampleType, texts, profile.defaultSampleType);
  writeText(out, field.docUrl, texts, profile.docUrl);
}

function writeSample({ out, message, inner, locations, texts }: Writer, sample: ProfileSample): void {
  for (const location of sample.locations) writeVarint(inner, locations.of(location), 0);
  if (inner.length > 0) writeMessage(message, 1, inner);
  for (const value of sample.values) {
    writeVarint(inner, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  }
  writeMessage(message, 2, inner);
  for (const label of sample.labels) {
    writeLabel(inner, label, texts);
    writeMessage(message, 3, inner);
  }
  writeMessage(out, field.sample, message);
}

function writeLabel(list: ByteList, label: ProfileLabel, texts: Ids<string>): void {
  writeText(list, 1, texts, label.key);
  if ('text' in label) writeText(list, 2, texts, label.text);
  else {
    writeWide(list, 3, label.number);
    writeText(list, 4, texts, label.unit);
  }
}

function writeLocation(writer: Writer, id: number, { mapping, address, lines, isFolded }: ProfileLocation): void {
  const { out, message, inner } = writer;
  writeNumber(message, 1, id, 0);
  if (mapping) writeNumber(message, 2, writer.mappings.of(mapping), 0);
  writeWide(message, 3, address);
  for (const line of lines) {
    writeNumber(inner, 1, writer.functions.of(line.function), 0);
    writeWide(inner, 2, BigInt(line.line));
    writeWide(inner, 3, BigInt(line.column));
    writeMessage(message, 4, inner);
  }
  writeNumber(message, 5, Number(isFolded), 0);
  writeMessage(out, field.location, message);
}

function writeFunction({ out, message, texts }: Writer, id: number, item: ProfileFunction): void {
  writeNumber(message, 1, id, 0);
  writeText(message, 2, texts, item.name);
  writeText(message, 3, texts, item.systemName);
  writeText(message, 4, texts, item.file);
  writeWide(message, 5, BigInt(item.startLine));
  writeMessage(out, field.function, message);
}

function writeMapping({ out, message, texts }: Writer, id: number, mapping: ProfileMapping): void {
  writeNumber(message, 1, id, 0);
  writeWide(message, 2, mapping.start);
  writeWide(message, 3, mapping.limit);
  writeWide(message, 4, mapping.offset);
  writeText(message, 5, texts, mapping.file);
  writeText(message, 6, texts, mapping.buildId);
  const { hasFunctions, hasFilenames, hasLineNumbers, hasInlineFrames } = mapping;
  const flags = [hasFunctions, hasFilenames, hasLineNumbers, hasInlineFrames];
  for (const [index, flag] of flags.entries()) writeNumber(message, 7 + index, Number(flag), 0);
  writeMessage(out, field.mapping, message);
}
