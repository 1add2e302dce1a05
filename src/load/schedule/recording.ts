/** Arrivals that were recorded: a line for each, its time in seconds and, after a blank, the request that it sends. */
import { type GivenFiles, givenChunks } from '../../host/given-files.ts';
import { inflated } from '../../host/input-bytes.ts';
import { splitLines } from '../../host/lines.ts';

/** The arrivals of a file, in the order of their times, whatever the order of its lines. */
export interface Recording {
  /** Seconds since the first of them. */
  readonly atS: Float64Array;
  /** What each sends, as a place among `names`; -1 where its line does not say. */
  readonly requests: Int32Array;
  readonly names: readonly string[];
}

/** 12 bytes of memory each, in every worker. */
const mostArrivals = 20_000_000;
const toldLines = 3;

/** The arrivals of a text file, gzipped or not; empty lines and those that begin with # are left out. Rejects with the lines that cannot be read. */
export async function readRecording(file: string, files?: GivenFiles): Promise<Recording> {
  const reader = createRecordingReader();
  const lines = splitLines(reader.line);
  for await (const chunk of await inflated(givenChunks(file, files))) lines.write(Buffer.from(chunk));
  lines.end();
  return reader.end();
}

/** Takes the lines of a recording one by one. */
export interface RecordingReader {
  line(text: string): void;
  /** Throws an Error that names the lines that could not be read. */
  end(): Recording;
}

/** A reader that holds 12 bytes for each arrival. */
export function createRecordingReader(): RecordingReader {
  let atS = new Float64Array(1024);
  let requests = new Int32Array(1024);
  let [count, lineNumber, bad] = [0, 0, 0];
  let isInOrder = true;
  const told: string[] = [];
  const places = new Map<string, number>();
  const placeOf = (name: string) => {
    const known = places.get(name) ?? places.size;
    places.set(name, known);
    return known;
  };
  const grow = () => {
    const [times, sent] = [new Float64Array(2 * count), new Int32Array(2 * count)];
    times.set(atS);
    sent.set(requests);
    [atS, requests] = [times, sent];
  };
  return {
    line(given) {
      lineNumber++;
      const text = given.trim();
      if (text === '' || text.startsWith('#')) return;
      const blank = text.search(/[ \t]/);
      const time = blank < 0 ? text : text.slice(0, blank);
      const seconds = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(time) ? Number(time) : Number.NaN;
      if (!Number.isFinite(seconds)) {
        if (bad++ < toldLines) told.push(`line ${lineNumber}, ${JSON.stringify(text.slice(0, 60))}`);
        return;
      }
      if (count === mostArrivals) throw new Error(`it has more than ${mostArrivals} arrivals: split it`);
      if (count === atS.length) grow();
      isInOrder &&= count === 0 || seconds >= (atS[count - 1] ?? 0);
      atS[count] = seconds;
      requests[count] = blank < 0 ? -1 : placeOf(text.slice(blank).trim());
      count++;
    },
    end() {
      if (bad > 0) {
        const more = bad > told.length ? `, and ${bad - told.length} more lines` : '';
        const wanted = 'a time in seconds and perhaps the name of a request (example: 12.345 list)';
        throw new Error(`${told.join('; ')}${more}: must be ${wanted}`);
      }
      if (count === 0) throw new Error('there are no arrivals in it');
      const found = { atS: atS.subarray(0, count), requests: requests.subarray(0, count), names: [...places.keys()] };
      return fromZero(isInOrder ? found : inOrder(found));
    },
  };
}

/** Stable, so that arrivals of one moment stay in the order of their lines. */
function inOrder({ atS, requests, names }: Recording): Recording {
  const order = Uint32Array.from(atS.keys()).sort((a, b) => (atS[a] ?? 0) - (atS[b] ?? 0) || a - b);
  return {
    atS: Float64Array.from(order, (index) => atS[index] ?? 0),
    requests: Int32Array.from(order, (index) => requests[index] ?? -1),
    names,
  };
}

function fromZero({ atS, ...rest }: Recording): Recording {
  const first = atS[0] ?? 0;
  return { atS: first === 0 ? atS : atS.map((seconds) => seconds - first), ...rest };
}
