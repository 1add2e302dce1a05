/** Names of stored profiles, of the form of rs/xid: 4 bytes of time, 5 of the process, 3 of a counter, in base32hex. */

const digits = '0123456789abcdefghijklmnopqrstuv';

/** Whether a text is an id; what is not is never a name of anything stored. */
export function isProfileId(text: string): boolean {
  // Of the last digit only one bit is in use.
  return /^[0-9a-v]{19}[0g]$/.test(text);
}

/**
 * Gives ids, which sort by the second they were given in. `random` is 8 bytes, which tell this process from any other and start its counter; after
 * 2^24 ids in one second the next would come again.
 */
export function createProfileIds(random: Uint8Array, wallMs: () => number): () => string {
  const process = toNumber(random.subarray(0, 5));
  let count = toNumber(random.subarray(5, 8));
  return () => {
    count = (count + 1) % 2 ** 24;
    const seconds = BigInt(Math.floor(wallMs() / 1000));
    return profileId(seconds, (BigInt(process) << 24n) | BigInt(count));
  };
}

/** The id of a second since 1970 (its lower 32 bits), and 64 bits that tell it from others of that second. */
export function profileId(seconds: bigint, rest: bigint): string {
  return toDigits((BigInt.asUintN(32, seconds) << 64n) | BigInt.asUintN(64, rest));
}

/** The second since 1970 that an id was given in, its lower 32 bits. */
export function secondsOf(id: string): number {
  const bits = [...id.slice(0, 7)].reduce((sum, digit) => sum * 32 + digits.indexOf(digit), 0);
  return Math.floor(bits / 8);
}

function toNumber(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** 96 bits, most significant first, as 19 digits of 5 bits and one of the last bit. */
function toDigits(bits: bigint): string {
  const padded = bits << 4n;
  return Array.from({ length: 20 }, (_, at) => digits[Number((padded >> BigInt(95 - 5 * at)) & 31n)]).join('');
}
