/** Exchanges of a client one by one as text, of which a stretch of load has thousands. */

/** One exchange of the client, microseconds since the origin of the run, whole ones as it is read back. */
export interface ToldExchange {
  /** Of its worker, counted over a lot of steps. */
  readonly connection: number;
  /** Index of its request in the plan. */
  readonly request: number;
  /** When it was due: with its arrival, or when the answer before it and a pause were over. */
  readonly dueUs: number;
  /** When its request was handed to the system, or to the library that speaks HTTP/2. */
  readonly writtenUs: number;
  /** Its answer's, as far as that did not come in one piece; else as its end. */
  readonly firstByteUs: number;
  /** When its answer had been read. */
  readonly endUs: number;
}

const radix = 36;
const fields = 6;

/** Six numbers for each, to the base of 36: times as differences from the one before them. */
export function exchangeText(exchanges: readonly ToldExchange[]): string {
  let beforeUs = 0;
  return exchanges
    .map(({ connection, request, ...times }) => {
      const [dueUs, writtenUs, firstByteUs, endUs] = [times.dueUs, times.writtenUs, times.firstByteUs, times.endUs].map(
        Math.round,
      ) as [number, number, number, number];
      const numbers = [
        connection,
        request,
        dueUs - beforeUs,
        writtenUs - dueUs,
        firstByteUs - writtenUs,
        endUs - firstByteUs,
      ];
      beforeUs = dueUs;
      return numbers.map((number) => number.toString(radix)).join(' ');
    })
    .join(' ');
}

/** The exchanges in such a text, in its order. */
export function* exchangesOfText(text: string): Iterable<ToldExchange> {
  const numbers = text === '' ? [] : text.split(' ');
  const at = (place: number) => Number.parseInt(numbers[place] ?? '', radix);
  let dueUs = 0;
  for (let from = 0; from + fields <= numbers.length; from += fields) {
    dueUs += at(from + 2);
    const writtenUs = dueUs + at(from + 3);
    const firstByteUs = writtenUs + at(from + 4);
    const endUs = firstByteUs + at(from + 5);
    yield { connection: at(from), request: at(from + 1), dueUs, writtenUs, firstByteUs, endUs };
  }
}
