/** How far the clock of another machine is ahead of ours, by exchanges over one stream; the quickest tells most (Mills, RFC 5905, 10). */

/** One exchange: when we asked and were answered on our clock, when it heard and said on the other, microseconds. */
export interface ClockExchange {
  readonly askedUs: number;
  readonly heardUs: number;
  readonly saidUs: number;
  readonly answeredUs: number;
}

/** What is added to our time to have theirs, and how far that may be from the truth: half of the time on the way. */
export interface ClockOffset {
  readonly offsetUs: number;
  readonly uncertaintyUs: number;
}

/** By the exchange that was least time on its way; undefined without any. */
export function offsetBy(exchanges: readonly ClockExchange[]): ClockOffset | undefined {
  let best: ClockOffset | undefined;
  for (const { askedUs, heardUs, saidUs, answeredUs } of exchanges) {
    const onTheWayUs = Math.max(0, answeredUs - askedUs - (saidUs - heardUs));
    if (best && onTheWayUs / 2 >= best.uncertaintyUs) continue;
    best = { offsetUs: (heardUs - askedUs + (saidUs - answeredUs)) / 2, uncertaintyUs: onTheWayUs / 2 };
  }
  return best;
}
