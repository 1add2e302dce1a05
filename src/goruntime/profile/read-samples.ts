/** The samples of a profile.proto: stacks, values and labels, once everything that they refer to is known. */
import { type Cursor, readNumberFields, readRepeated, readTag, skipField } from './cursor.ts';
import { placeOf } from './ids.ts';
import { at, push } from './ints.ts';
import { messageEnd, notWhole, numbers, textIn, type Workshop } from './local-fields.ts';
import { type LocalProfile, width } from './local-profile.ts';
import { ProfileError } from './types.ts';

/** Reads them all into the tables. */
export function readSamples(cursor: Cursor, local: LocalProfile, workshop: Workshop): void {
  const columns = local.sampleTypes.length / 2;
  const { samples: ranges, maxFrames } = workshop;
  let frames = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    cursor.at = at(ranges, index);
    const [firstLocation, firstValue] = [local.stacks.length, local.values.length];
    readSample(cursor, at(ranges, index + 1), local, workshop);
    const values = (local.values.length - firstValue) / 2;
    if (values !== columns) throw notWhole(`a sample has ${values} values, and there are ${columns} sample types`);
    frames += framesOf(local, firstLocation);
    if (frames > maxFrames) {
      throw new ProfileError('too large', `a profile too large: its stacks have more than ${maxFrames} frames`);
    }
    push(local.stackEnds, local.stacks.length);
    push(local.labelEnds, local.labels.length);
  }
}

function framesOf({ stacks, locations }: LocalProfile, from: number): number {
  let frames = 0;
  for (let index = from; index < stacks.length; index++) {
    const location = at(stacks, index) * width.location;
    frames += Math.max(1, at(locations, location + 5) - at(locations, location + 4));
  }
  return frames;
}

function readSample(cursor: Cursor, end: number, local: LocalProfile, { locationIds, lows, highs }: Workshop): void {
  const outer = cursor.end;
  cursor.end = end;
  while (cursor.at < end) {
    const tag = readTag(cursor);
    const number = tag >> 3;
    if (tag < 0 || number > 3 || number === 0) skipField(cursor, tag);
    else if (number === 3) {
      readNumberFields(cursor, messageEnd(cursor, tag), 4, numbers);
      pushLabel(local);
    } else {
      lows.length = 0;
      highs.length = 0;
      readRepeated(cursor, tag, lows, highs);
      for (let index = 0; index < lows.length; index++) {
        if (number === 1) push(local.stacks, placeOf(locationIds, at(lows, index), at(highs, index)));
        else {
          push(local.values, at(lows, index));
          push(local.values, at(highs, index));
        }
      }
    }
  }
  cursor.end = outer;
}

/** Like pprof, drops a label whose text is empty, or whose number is zero and has no unit. */
function pushLabel(local: LocalProfile): void {
  const { low, high } = numbers;
  const key = textIn(local, 1);
  const text = textIn(local, 2);
  const isNumber = text === 0;
  if (isNumber && low[3] === 0 && high[3] === 0 && low[4] === 0 && high[4] === 0) return;
  push(local.labels, key);
  push(local.labels, text);
  push(local.labels, isNumber ? (low[3] as number) : 0);
  push(local.labels, isNumber ? (high[3] as number) : 0);
  push(local.labels, isNumber ? textIn(local, 4) : 0);
}
