/** The stacks of a `debug=1` profile, which are addresses and, below them, the functions that they are in, to locations. */
import { type PprofProfile, ProfileError, type ProfileFunction, type ProfileLocation } from './types.ts';

type Lines = ProfileLocation['lines'];

/** Reads the stacks of one text. */
export interface StackReader {
  /**
   * The stack with these addresses (`0x43d0ee 0x406b29`) and these lines, each of which begins with `#`; throws a ProfileError when a line
   * is cut.
   */
  read(addresses: string, lines: readonly string[]): readonly ProfileLocation[];
}

/** A reader that knows the functions at some addresses already: those of another profile of the same process. */
export function createStackReader(known?: PprofProfile): StackReader {
  const functions = new Map<string, ProfileFunction>();
  const locations = new Map<string, ProfileLocation>();
  const symbols = symbolsOf(known);
  const locationOf = (address: bigint, lines: Lines): ProfileLocation => {
    const names = lines.map(({ function: { name, file }, line }) => `${name} ${file}:${line}`);
    const key = `${address} ${names.join(' ')}`;
    const location = locations.get(key) ?? { mapping: undefined, address, lines, isFolded: false };
    locations.set(key, location);
    return location;
  };
  return {
    read(addresses, texts) {
      const shown = texts.map((text) => parseLine(text, functions));
      const calls = (addresses.match(/0x[0-9a-f]+/g) ?? []).map((pc) => BigInt(pc) - 1n);
      const stack: ProfileLocation[] = [];
      let inlined: readonly string[] = [];
      let anyShown = false;
      for (const [index, call] of calls.entries()) {
        const here = takeLines(shown, call, calls[index + 1]);
        const symbol = here ? undefined : symbols.get(call);
        anyShown ||= here !== undefined;
        // The text has an address for each inlined function, the binary form one location for all of them.
        if (isNext(inlined, here, symbol)) inlined = inlined.slice(1);
        else {
          inlined = symbol?.slice(1).map((line) => line.function.name) ?? [];
          // Below the functions that are shown, one that is not is a wrapper, or the last, `runtime.goexit`.
          if (here || symbol || !anyShown) stack.push(locationOf(call, here ?? symbol ?? []));
        }
      }
      return stack;
    },
  };
}

/** Whether the functions at an address, shown or known, are the next of those that are inlined before it. */
function isNext(inlined: readonly string[], here: Lines | undefined, symbol: Lines | undefined): boolean {
  const [next] = inlined;
  return next !== undefined && (here ? here[0]?.function.name === next : !symbol);
}

interface ShownLine {
  readonly address: bigint;
  readonly lines: Lines;
}

/** `#`, an address, and unless it is unknown `function+0x1b` and `file:line`, with tabs between. */
function parseLine(text: string, functions: Map<string, ProfileFunction>): ShownLine {
  const [, address = '', symbol = '', place = ''] = text.split(/\t+/);
  const offset = symbol.lastIndexOf('+0x');
  const colon = place.lastIndexOf(':');
  const line = Number(place.slice(colon + 1));
  if (
    !/^0x[0-9a-f]{1,16}$/.test(address) ||
    (symbol !== '' && (offset < 0 || colon < 0 || !Number.isSafeInteger(line)))
  ) {
    throw new ProfileError('not whole', `not a whole profile: it has the line ${JSON.stringify(text.slice(0, 200))}`);
  }
  if (symbol === '') return { address: BigInt(address), lines: [] };
  const [name, file] = [symbol.slice(0, offset), place.slice(0, colon)];
  const key = `${name} ${file}`;
  const found = functions.get(key) ?? { name, systemName: name, file, startLine: 0 };
  functions.set(key, found);
  return { address: BigInt(address), lines: [{ function: found, line, column: 0 }] };
}

/**
 * Takes the line of one call from the front, if it is there; or several, which C code can have, unless the next call is at the same
 * address.
 */
function takeLines(shown: ShownLine[], call: bigint, next: bigint | undefined): Lines | undefined {
  const taken: Lines[] = [];
  // A return address is behind its call; that of a fault is the instruction itself.
  while (shown[0] && (shown[0].address === call || shown[0].address === call + 1n)) {
    taken.push(shown[0].lines);
    shown.shift();
    if (next === call) break;
  }
  return taken.length > 0 ? taken.flat() : undefined;
}

function symbolsOf(known: PprofProfile | undefined): ReadonlyMap<bigint, Lines> {
  const locations = new Set(known?.samples.flatMap((sample) => sample.locations));
  return new Map([...locations].map(({ address, lines }) => [address, lines]));
}
