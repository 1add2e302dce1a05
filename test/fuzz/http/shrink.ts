/** Makes an exchange smaller for as long as the clients differ on it in the same way. */
import { compare, type Difference } from './compare.ts';
import type { Exchange } from './outcome.ts';
import { cutAt, cutsOf } from './random-exchange.ts';

/** The smallest exchange found that differs in the same kind of way. */
export async function shrink(first: Difference): Promise<Difference> {
  let best = first;
  const adopt = async (exchange: Exchange) => {
    const { difference } = await compare(exchange);
    if (difference?.kind !== first.kind) return false;
    best = difference;
    return true;
  };
  const { isHead } = first.exchange;
  const withBytes = (bytes: Uint8Array) => ({ reads: cutAt(bytes, cutsOf(best.exchange)), isHead });
  for (const cut of cutsOf(best.exchange)) {
    const others = cutsOf(best.exchange).filter((each) => each !== cut);
    await adopt({ ...best.exchange, reads: cutAt(Buffer.concat(best.exchange.reads), others) });
  }
  for (const length of [256, 64, 16, 8, 4, 2, 1]) {
    for (let at = 0; at < Buffer.concat(best.exchange.reads).length; ) {
      const bytes = Buffer.concat(best.exchange.reads);
      const shorter = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
      if (!(await adopt(withBytes(shorter)))) at++;
    }
  }
  if (isHead) await adopt({ reads: best.exchange.reads, isHead: false });
  return best;
}
