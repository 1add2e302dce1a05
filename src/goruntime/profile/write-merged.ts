/** A sum of profiles to the bytes of a profile.proto: without stacks that are zero in every column, and what only they refer to. */

import { type ByteList, createByteList, writeBytes, writeMessage, writeNumber, writeVarint } from './byte-list.ts';
import { at, createInts, type Ints, push, refill } from './ints.ts';
import { field } from './local-profile.ts';
import { hasValue, type Merged } from './merged.ts';
import { rowStart } from './row-table.ts';
import { textBytes } from './text-table.ts';
import { ProfileError } from './types.ts';

/** Numbers for what is written, from 1 on in the order of first use (of texts from 0 on). */
interface Numbering {
  readonly numbers: Ints;
  readonly order: Ints;
}

interface Writer {
  readonly out: ByteList;
  readonly message: ByteList;
  readonly inner: ByteList;
  readonly texts: Numbering;
  readonly mappings: Numbering;
  readonly functions: Numbering;
  readonly locations: Numbering;
}

/** The bytes of the sum, not compressed, with its own values and header or others; throws a ProfileError when nothing was added. */
export function writeMerged(
  merged: Merged,
  { header, values }: Pick<Merged, 'header' | 'values'> = merged,
): Uint8Array<ArrayBuffer> {
  if (!header) throw new ProfileError('empty', 'no profiles to merge');
  const writer: Writer = {
    out: createByteList(),
    message: createByteList(),
    inner: createByteList(),
    texts: createNumbering(merged.texts.ends.length),
    mappings: createNumbering(merged.mappings.ends.length),
    functions: createNumbering(merged.functions.ends.length),
    locations: createNumbering(merged.locations.ends.length),
  };
  textNumber(writer, 0);
  writeTypes(writer, field.sampleType, header.sampleTypes);
  if (merged.mappings.ends.length > 0) numberOf(writer.mappings, 0);
  writeSamples(writer, merged, values, header.sampleTypes.length);
  for (let index = 0; index < writer.locations.order.length; index++) writeLocation(writer, merged, index);
  for (let index = 0; index < writer.mappings.order.length; index++) writeMapping(writer, merged, index);
  for (let index = 0; index < writer.functions.order.length; index++) writeFunction(writer, merged, index);
  writeHeader(writer, header);
  const { out, texts } = writer;
  for (let index = 0; index < texts.order.length; index++) {
    writeBytes(out, field.string, textBytes(merged.texts, at(texts.order, index)));
  }
  return out.bytes.slice(0, out.length);
}

function createNumbering(count: number): Numbering {
  const numbers = createInts();
  refill(numbers, count, 0);
  return { numbers, order: createInts() };
}

/** The number of a thing of the sum in what is written, from 1 on. */
function numberOf({ numbers, order }: Numbering, thing: number): number {
  const known = at(numbers, thing);
  if (known !== 0) return known;
  push(order, thing);
  numbers.cells[thing] = order.length;
  return order.length;
}

function textNumber({ texts }: Writer, text: number): number {
  return numberOf(texts, text) - 1;
}

function writeTypes(writer: Writer, number: number, types: readonly number[]): void {
  for (let index = 0; index < types.length; index += 2) {
    writeNumber(writer.message, 1, textNumber(writer, types[index] ?? 0), 0);
    writeNumber(writer.message, 2, textNumber(writer, types[index + 1] ?? 0), 0);
    writeMessage(writer.out, number, writer.message);
  }
}

function writeHeader(writer: Writer, header: NonNullable<Merged['header']>): void {
  const { out, message } = writer;
  const text = (number: number, value: number) => writeNumber(out, number, textNumber(writer, value), 0);
  const wide = (number: number, value: bigint) =>
    writeNumber(out, number, Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  text(field.dropFrames, header.dropFrames);
  text(field.keepFrames, header.keepFrames);
  wide(field.timeNanos, header.timeNanos);
  wide(field.durationNanos, header.durationNanos);
  if (header.periodType.some((each) => each !== 0)) writeTypes(writer, field.periodType, header.periodType);
  wide(field.period, header.period);
  for (const comment of header.comments) writeVarint(message, textNumber(writer, comment), 0);
  if (header.comments.length > 0) writeMessage(out, field.comment, message);
  text(field.defaultSampleType, header.defaultSampleType);
  text(field.docUrl, header.docUrl);
}

function writeSamples(writer: Writer, { samples, labels }: Merged, values: Ints, cells: number): void {
  const { out, message, inner } = writer;
  let from = 0;
  for (let sample = 0; sample < samples.ends.length; sample++) {
    const to = at(samples.ends, sample);
    if (hasValue(values, sample * cells, cells)) {
      for (let index = from + 1; index < to; index++) {
        writeVarint(inner, numberOf(writer.locations, at(samples.cells, index)), 0);
      }
      if (inner.length > 0) writeMessage(message, 1, inner);
      for (let cell = sample * cells; cell < (sample + 1) * cells; cell += 2) {
        writeVarint(inner, at(values, cell), at(values, cell + 1));
      }
      writeMessage(message, 2, inner);
      const set = at(samples.cells, from);
      for (let label = rowStart(labels, set); label < at(labels.ends, set); label += 6) {
        writeLabel(writer, labels.cells, label);
      }
      writeMessage(out, field.sample, message);
    }
    from = to;
  }
}

function writeLabel(writer: Writer, cells: Ints, label: number): void {
  const { message, inner } = writer;
  writeNumber(inner, 1, textNumber(writer, at(cells, label + 1)), 0);
  writeNumber(inner, 2, textNumber(writer, at(cells, label + 2)), 0);
  writeNumber(inner, 3, at(cells, label + 3), at(cells, label + 4));
  writeNumber(inner, 4, textNumber(writer, at(cells, label + 5)), 0);
  writeMessage(message, 3, inner);
}

function writeLocation(writer: Writer, { locations, firstMappings }: Merged, index: number): void {
  const { out, message, inner } = writer;
  const location = at(writer.locations.order, index);
  const { cells, ends } = locations;
  const from = rowStart(locations, location);
  const mapping = at(cells, from);
  const startLow = mapping < 0 ? 0 : at(firstMappings, mapping * 9);
  const startHigh = mapping < 0 ? 0 : at(firstMappings, mapping * 9 + 1);
  const low = (at(cells, from + 1) >>> 0) + (startLow >>> 0);
  writeNumber(message, 1, index + 1, 0);
  if (mapping >= 0) writeNumber(message, 2, numberOf(writer.mappings, mapping), 0);
  writeNumber(message, 3, low | 0, (at(cells, from + 2) + startHigh + (low > 0xffffffff ? 1 : 0)) | 0);
  for (let line = from + 4; line < at(ends, location); line += 5) {
    writeNumber(inner, 1, numberOf(writer.functions, at(cells, line)), 0);
    writeNumber(inner, 2, at(cells, line + 1), at(cells, line + 2));
    writeNumber(inner, 3, at(cells, line + 3), at(cells, line + 4));
    writeMessage(message, 4, inner);
  }
  writeNumber(message, 5, at(cells, from + 3), 0);
  writeMessage(out, field.location, message);
}

function writeMapping(writer: Writer, { firstMappings }: Merged, index: number): void {
  const { out, message } = writer;
  const from = at(writer.mappings.order, index) * 9;
  writeNumber(message, 1, index + 1, 0);
  for (let number = 2; number <= 4; number++) {
    const cell = from + (number - 2) * 2;
    writeNumber(message, number, at(firstMappings, cell), at(firstMappings, cell + 1));
  }
  writeNumber(message, 5, textNumber(writer, at(firstMappings, from + 6)), 0);
  writeNumber(message, 6, textNumber(writer, at(firstMappings, from + 7)), 0);
  for (let bit = 0; bit < 4; bit++) writeNumber(message, 7 + bit, (at(firstMappings, from + 8) >> bit) & 1, 0);
  writeMessage(out, field.mapping, message);
}

function writeFunction(writer: Writer, { functions }: Merged, index: number): void {
  const { out, message } = writer;
  const from = rowStart(functions, at(writer.functions.order, index));
  writeNumber(message, 1, index + 1, 0);
  for (let number = 2; number <= 4; number++) {
    writeNumber(message, number, textNumber(writer, at(functions.cells, from + number - 2)), 0);
  }
  writeNumber(message, 5, at(functions.cells, from + 3), at(functions.cells, from + 4));
  writeMessage(out, field.function, message);
}
