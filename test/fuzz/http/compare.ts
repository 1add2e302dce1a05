/** Gives one exchange to our connection and to Node's client and judges where they differ. */
import { acceptedDifferences, type Case } from './accepted.ts';
import { readNodes } from './node-client.ts';
import { type OurOutcome, readOurs } from './our-client.ts';
import { differenceOf, type Exchange, type Outcome } from './outcome.ts';

/** Two outcomes that should be the same, and what sort of difference it is. */
export interface Difference {
  readonly kind: string;
  readonly exchange: Exchange;
  readonly ours: string | Outcome;
  readonly nodes: string | Outcome;
}

/** An exchange is the same to both, differs for the listed reason `accepted`, or differs without one. */
export interface Comparison {
  readonly accepted?: string;
  readonly difference?: Difference;
}

/** Compares one exchange; rejects never. */
export async function compare(exchange: Exchange): Promise<Comparison> {
  const { reads, isHead } = exchange;
  const bytes = Buffer.concat(reads);
  const different = (kind: string, ours: string | Outcome, nodes: string | Outcome): Comparison => ({
    difference: { kind, exchange, ours, nodes },
  });
  let mine: Mine;
  try {
    mine = readInTwoWays(exchange, bytes);
  } catch (error) {
    return different('ours threw', error instanceof Error ? error.message : String(error), 'not asked');
  }
  const { inReads, byByte, alone } = mine;
  if (JSON.stringify(inReads) !== JSON.stringify(byByte.outcome))
    return different('ours depends on the reads, or on the response before', inReads, byByte.outcome);
  if (mine.hasLeftovers && inReads.kind === 'done' && inReads.reusable)
    return different('ours kept a connection with bytes behind the response', inReads, 'not asked');
  // Node destroys, fails or ignores such a connection, depending on its reads: it is asked about the response alone.
  const response = alone.kind === 'done' ? bytes.subarray(0, byByte.usedBytes) : bytes;
  const nodes = await readNodes(response, isHead);
  const kind = differenceOf(alone, nodes);
  if (kind === undefined) return {};
  const accepted = await reasonOf({ text: response.toString('latin1'), isHead, ours: alone, nodes });
  return accepted === undefined ? different(kind, alone, nodes) : { accepted };
}

/** The id of the listed difference that explains this one; undefined when none does. */
async function reasonOf(found: Case): Promise<string | undefined> {
  for (const { id, applies, mended } of acceptedDifferences) {
    if (!applies(found)) continue;
    if (!mended) return id;
    for (const text of mended(found.text)) if (await isExplainedBy(text, found)) return id;
  }
  return undefined;
}

async function isExplainedBy(mended: string, { text, isHead, ours }: Case): Promise<boolean> {
  if (mended === text) return false;
  const bytes = Buffer.from(mended, 'latin1');
  const again = readOurs({ reads: [bytes], isHead }).outcome;
  if (differenceOf(again, ours) !== undefined) return false;
  const nodes = await readNodes(bytes, isHead);
  const isSame = differenceOf(again, nodes) === undefined;
  return isSame || (await reasonOf({ text: mended, isHead, ours: again, nodes })) !== undefined;
}

interface Mine {
  readonly inReads: Outcome;
  readonly byByte: OurOutcome;
  /** The outcome of the response without what came behind it. */
  readonly alone: Outcome;
  readonly hasLeftovers: boolean;
}

function readInTwoWays(exchange: Exchange, bytes: Uint8Array): Mine {
  const inReads = readOurs(exchange).outcome;
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  const byByte = readOurs({ reads: single, isHead: exchange.isHead }, { isSecond: true });
  const hasLeftovers = byByte.usedBytes < bytes.length;
  if (!hasLeftovers || inReads.kind === 'failed') return { inReads, byByte, alone: inReads, hasLeftovers };
  const alone = readOurs({ reads: single.slice(0, byByte.usedBytes), isHead: exchange.isHead }).outcome;
  return { inReads, byByte, alone, hasLeftovers };
}
