/** Profiles in tables of integers to one, by the rules of pprof (github.com/google/pprof, profile/merge.go). */

import { at, createInts, type Ints, lengthen, push, refill } from './ints.ts';
import { type LocalProfile, width } from './local-profile.ts';
import { addHeader, type MergedHeader } from './merged-header.ts';
import { createRows, internRow, type Rows } from './row-table.ts';
import { createTexts, internText, type Texts } from './text-table.ts';
import type { ProfileLabel } from './types.ts';

/** The sum of profiles: each different thing once, in the order in which it came first; texts by their number in `texts`. */
export interface Merged {
  header: MergedHeader | undefined;
  readonly texts: Texts;
  /** What makes a mapping the same: its size in whole pages, offset, and build id or else file. */
  readonly mappings: Rows;
  /** Of each mapping the cells of the first one: start, limit, offset, file, build id, flags. */
  readonly firstMappings: Ints;
  /** Name, system name, file, start line. */
  readonly functions: Rows;
  /** Mapping or -1, address less the start of the mapping, folded, and of each line function, line, column. */
  readonly locations: Rows;
  /** Of each label in order: 1 for a number, key, text, number, unit. */
  readonly labels: Rows;
  /** Labels, and locations from the innermost on. */
  readonly samples: Rows;
  /** Two cells for each column of each sample. */
  readonly values: Ints;
}

/** The sum of nothing. */
function createMerged(): Merged {
  return {
    header: undefined,
    texts: createTexts(),
    mappings: createRows(),
    firstMappings: createInts(),
    functions: createRows(),
    locations: createRows(),
    labels: createRows(),
    samples: createRows(),
    values: createInts(),
  };
}

/** Folds profiles into one sum. */
export interface Folder {
  readonly merged: Merged;
  /**
   * Adds the values to those of the sum, or to others that are given, two cells for each column of each sample of the sum; labels
   * are put on every sample that has none with the same key. Throws a ProfileError when the profile has other columns or
   * another period than the first; the sum is then as before.
   */
  fold(local: LocalProfile, into?: Ints, labels?: readonly ProfileLabel[]): void;
}

/** Numbers in the sum of what one profile has, -1 as long as they were not asked for: most samples share their parts. */
interface Places {
  readonly texts: Ints;
  readonly mappings: Ints;
  readonly functions: Ints;
  readonly locations: Ints;
  readonly row: Ints;
  readonly inner: Ints;
}

/** A sum of nothing that profiles can be folded into. */
export function createFolder(): Folder {
  const merged = createMerged();
  const places: Places = {
    texts: createInts(),
    mappings: createInts(),
    functions: createInts(),
    locations: createInts(),
    row: createInts(),
    inner: createInts(),
  };
  return {
    merged,
    fold(local, into = merged.values, labels = []) {
      refill(places.texts, local.strings.length / 2, -1);
      refill(places.mappings, local.mappings.length / width.mapping, -1);
      refill(places.functions, local.functions.length / width.function, -1);
      refill(places.locations, local.locations.length / width.location, -1);
      merged.header = addHeader(merged.header, local, merged.texts, (index) => textOf(merged, local, places, index));
      // The main binary comes first, even when no sample is in it.
      if (merged.mappings.ends.length === 0 && local.mappings.length > 0) mappingOf(merged, local, places, 0);
      foldSamples(merged, local, places, { into, labels: labels.map((label) => labelCells(merged, label)) });
    },
  };
}

interface Target {
  readonly into: Ints;
  /** As in the rows of labels. */
  readonly labels: readonly (readonly number[])[];
}

function foldSamples(merged: Merged, local: LocalProfile, places: Places, { into, labels }: Target): void {
  const { stacks, stackEnds, values } = local;
  const { row } = places;
  const cells = local.sampleTypes.length;
  let from = 0;
  let firstLabel = 0;
  for (let sample = 0; sample < stackEnds.length; sample++) {
    const to = at(stackEnds, sample);
    const lastLabel = at(local.labelEnds, sample);
    if (hasValue(values, sample * cells, cells)) {
      pushLabels(merged, local, places, firstLabel, lastLabel);
      for (const label of labels) if (!hasKey(places.inner, label[1])) insertLabel(places.inner, label);
      row.length = 0;
      push(row, internRow(merged.labels, places.inner));
      for (let index = from; index < to; index++) push(row, locationOf(merged, local, places, at(stacks, index)));
      const number = internRow(merged.samples, row);
      lengthen(into, (number + 1) * cells);
      addCells(into, number * cells, values, sample * cells, cells);
    }
    from = to;
    firstLabel = lastLabel;
  }
}

/** Whether one of the cells is not 0. */
export function hasValue(values: Ints, from: number, cells: number): boolean {
  for (let index = from; index < from + cells; index++) if (at(values, index) !== 0) return true;
  return false;
}

/** Adds whole numbers of two cells each; int64 wraps around, as it does in pprof. */
export function addCells(sums: Ints, sumFrom: number, values: Ints, from: number, cells: number): void {
  for (let cell = 0; cell < cells; cell += 2) {
    const low = (at(sums, sumFrom + cell) >>> 0) + (at(values, from + cell) >>> 0);
    const carry = low > 0xffffffff ? 1 : 0;
    sums.cells[sumFrom + cell] = low;
    sums.cells[sumFrom + cell + 1] = at(sums, sumFrom + cell + 1) + at(values, from + cell + 1) + carry;
  }
}

function textOf(merged: Merged, { bytes, strings }: LocalProfile, { texts }: Places, index: number): number {
  const known = at(texts, index);
  if (known >= 0) return known;
  const number = internText(merged.texts, bytes, at(strings, index * 2), at(strings, index * 2 + 1));
  texts.cells[index] = number;
  return number;
}

function functionOf(merged: Merged, local: LocalProfile, places: Places, index: number): number {
  const known = at(places.functions, index);
  if (known >= 0) return known;
  const { inner } = places;
  const from = index * width.function;
  inner.length = 0;
  for (let cell = 0; cell < 3; cell++) push(inner, textOf(merged, local, places, at(local.functions, from + cell)));
  push(inner, at(local.functions, from + 3));
  push(inner, at(local.functions, from + 4));
  const number = internRow(merged.functions, inner);
  places.functions.cells[index] = number;
  return number;
}

function mappingOf(merged: Merged, local: LocalProfile, places: Places, index: number): number {
  const known = at(places.mappings, index);
  if (known >= 0) return known;
  const { inner } = places;
  const { mappings } = local;
  const from = index * width.mapping;
  const file = textOf(merged, local, places, at(mappings, from + 6));
  const buildId = textOf(merged, local, places, at(mappings, from + 7));
  inner.length = 0;
  pushPages(inner, mappings, from);
  push(inner, at(mappings, from + 4));
  push(inner, at(mappings, from + 5));
  push(inner, buildId === 0 ? file : buildId);
  const count = merged.mappings.ends.length;
  const number = internRow(merged.mappings, inner);
  if (number === count) {
    for (let cell = 0; cell < 6; cell++) push(merged.firstMappings, at(mappings, from + cell));
    push(merged.firstMappings, file);
    push(merged.firstMappings, buildId);
    push(merged.firstMappings, at(mappings, from + 8));
  }
  places.mappings.cells[index] = number;
  return number;
}

/** The size in bytes, rounded up to whole pages of 4096; the start is chosen anew for each process and left out. */
function pushPages(into: Ints, mappings: Ints, from: number): void {
  const low = (at(mappings, from + 2) >>> 0) - (at(mappings, from) >>> 0);
  const high = at(mappings, from + 3) - at(mappings, from + 1) - (low < 0 ? 1 : 0);
  const up = (low >>> 0) + 4095;
  push(into, up & ~4095);
  push(into, high + (up > 0xffffffff ? 1 : 0));
}

function locationOf(merged: Merged, local: LocalProfile, places: Places, index: number): number {
  const known = at(places.locations, index);
  if (known >= 0) return known;
  const { locations, lines } = local;
  const from = index * width.location;
  const [firstLine, end] = [at(locations, from + 4), at(locations, from + 5)];
  const source = at(locations, from);
  const mapping = source < 0 ? -1 : mappingOf(merged, local, places, source);
  // These use the inner row themselves, so all of them come before it is filled.
  for (let line = firstLine; line < end; line++) functionOf(merged, local, places, at(lines, line * width.line));
  const { inner } = places;
  inner.length = 0;
  push(inner, mapping);
  pushRelative(inner, local, from, source);
  push(inner, at(locations, from + 3));
  for (let line = firstLine; line < end; line++) {
    push(inner, at(places.functions, at(lines, line * width.line)));
    for (let cell = 1; cell < width.line; cell++) push(inner, at(lines, line * width.line + cell));
  }
  const number = internRow(merged.locations, inner);
  places.locations.cells[index] = number;
  return number;
}

function pushRelative(into: Ints, { locations, mappings }: LocalProfile, location: number, mapping: number): void {
  const startLow = mapping < 0 ? 0 : at(mappings, mapping * width.mapping);
  const startHigh = mapping < 0 ? 0 : at(mappings, mapping * width.mapping + 1);
  const low = (at(locations, location + 1) >>> 0) - (startLow >>> 0);
  push(into, low);
  push(into, at(locations, location + 2) - startHigh - (low < 0 ? 1 : 0));
}

/** The cells of a label in the sum. */
const labelWidth = 6;

/** The labels of one sample go to the inner row. */
function pushLabels(merged: Merged, local: LocalProfile, places: Places, from: number, to: number): void {
  const { inner } = places;
  inner.length = 0;
  for (let label = from; label < to; label += width.label) {
    const text = at(local.labels, label + 1);
    insertLabel(inner, [
      text === 0 ? 1 : 0,
      textOf(merged, local, places, at(local.labels, label)),
      textOf(merged, local, places, text),
      at(local.labels, label + 2),
      at(local.labels, label + 3),
      textOf(merged, local, places, at(local.labels, label + 4)),
    ]);
  }
}

const encoder = new TextEncoder();

function labelCells({ texts }: Merged, label: ProfileLabel): readonly number[] {
  const intern = (text: string) => {
    const bytes = encoder.encode(text);
    return internText(texts, bytes, 0, bytes.length);
  };
  const key = intern(label.key);
  if ('text' in label) return [0, key, intern(label.text), 0, 0, 0];
  const { number } = label;
  const halves = [Number(BigInt.asIntN(32, number)), Number(BigInt.asIntN(32, number >> 32n))];
  return [1, key, 0, ...halves, intern(label.unit)];
}

function hasKey(row: Ints, key: number | undefined): boolean {
  for (let index = 1; index < row.length; index += labelWidth) if (at(row, index) === key) return true;
  return false;
}

/** Keeps labels by kind and key, equal keys as they came; which key is before which does not matter here. */
function insertLabel(row: Ints, cells: readonly number[]): void {
  const [kind = 0, key = 0] = cells;
  let place = row.length;
  while (place > 0 && isBehind(row, place - labelWidth, kind, key)) place -= labelWidth;
  for (let index = 0; index < labelWidth; index++) push(row, 0);
  row.cells.copyWithin(place + labelWidth, place, row.length - labelWidth);
  row.cells.set(cells, place);
}

function isBehind(row: Ints, place: number, kind: number, key: number): boolean {
  const otherKind = at(row, place);
  return otherKind > kind || (otherKind === kind && at(row, place + 1) > key);
}
