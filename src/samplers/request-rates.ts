/**
 * What a service says of its requests, as series: of all counters of a page that may count the same requests one is taken, never their sum.
 */
import type { RequestFamilies, RequestFamily } from './request-families.ts';
import type { RequestSide } from './request-names.ts';

/** One answer of one target, and when it was true. */
export interface RequestsLook extends RequestFamilies {
  readonly atUs: number;
}

/** The values between two looks, and what is doubtful about them, which goes on from the address of the page. */
export interface RequestRates {
  readonly values: Readonly<Record<string, number>>;
  readonly doubts: readonly string[];
}

/**
 * Rates of the time between two looks of one process; `first` is the first look at it. Of the counters on one side that is taken which
 * says most surely what it counts: by its words, then by having codes. Where several say it as surely, it is the one that has
 * counted most since the first look: where one counts what passes the other, it is the outer one.
 */
export function requestRates(look: RequestsLook, before: RequestsLook, first: RequestsLook): RequestRates {
  const values: Record<string, number> = {};
  const doubts: string[] = [];
  const seconds = (look.atUs - before.atUs) / 1e6;
  if (seconds <= 0) return { values, doubts };
  const served = chosen('served', look, first, doubts);
  if (served) {
    const { total, byCode } = riseOf(served.counts, partsIn(before, served, 'counts'));
    if (total !== undefined) {
      values['app.requests_per_second'] = total / seconds;
      for (const [code, rise] of byCode) values[`app.requests_per_second.${code}`] = rise / seconds;
    }
    const mean = meanSeconds(look, before, served);
    if (mean !== undefined) values['app.request_mean_seconds'] = mean;
  }
  const sent = chosen('sent', look, first, doubts);
  const asked = sent && riseOf(sent.counts, partsIn(before, sent, 'counts')).total;
  if (asked !== undefined) values['app.client_requests_per_second'] = asked / seconds;
  const retries = look.families.flatMap((family) => {
    if (family.side !== 'retries') return [];
    return riseOf(family.counts, partsIn(before, family, 'counts')).total ?? [];
  });
  if (retries.length > 0) values['app.retries_per_second'] = Math.max(...retries) / seconds;
  return { values, doubts };
}

function chosen(
  side: RequestSide,
  look: RequestsLook,
  first: RequestsLook,
  doubts: string[],
): RequestFamily | undefined {
  const all = look.families.filter((family) => family.side === side && family.counts.length > 0);
  const named = all.filter(({ protocol }) => protocol !== undefined);
  const usable = named.length > 0 ? named : all;
  const surest = [...new Set(usable.map(({ protocol }) => protocol))].map((protocol) =>
    surestOf(usable.filter((family) => family.protocol === protocol)),
  );
  for (const same of surest) {
    const names = same.map(({ name }) => name).sort();
    if (names.length < 2) continue;
    const list = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
    doubts.push(
      `counts requests it ${side} under several names (${list}), which may be the same requests; only the one that counts most is taken`,
    );
  }
  const sinceFirst = (family: RequestFamily) => riseOf(family.counts, partsIn(first, family, 'counts')).total ?? 0;
  return surest
    .flat()
    .map((family) => ({ family, rise: sinceFirst(family) }))
    .sort((a, b) => b.rise - a.rise || order(a.family, b.family))[0]?.family;
}

/** Those that say most surely what they count: more than one where nothing tells which. */
function surestOf(families: readonly RequestFamily[]): RequestFamily[] {
  const sorted = [...families].sort(order);
  const best = sorted[0];
  return sorted.filter((family) => best && surer(family, best) === 0);
}

function surer(a: RequestFamily, b: RequestFamily): number {
  return Number(b.hasCodes) - Number(a.hasCodes) || a.rank - b.rank || Number(a.isDuration) - Number(b.isDuration);
}

function order(a: RequestFamily, b: RequestFamily): number {
  return surer(a, b) || a.name.length - b.name.length || (a.name < b.name ? -1 : 1);
}

/** What a request took: of the metric that counts them, or else of one that tells the time of as sure ones. */
function meanSeconds(look: RequestsLook, before: RequestsLook, served: RequestFamily): number | undefined {
  const timed = look.families.filter(({ side, protocol, sums }) => {
    return side === 'served' && protocol === served.protocol && sums.length > 0;
  });
  const family = timed.find(({ name }) => name === served.name) ?? timed.sort(order)[0];
  if (!family) return undefined;
  const count = riseOf(family.counts, partsIn(before, family, 'counts')).total;
  const sum = riseOf(family.sums, partsIn(before, family, 'sums')).total;
  return count !== undefined && count > 0 && sum !== undefined ? sum / count : undefined;
}

type Parts = RequestFamily['counts'];

function partsIn(look: RequestsLook, family: RequestFamily, which: 'counts' | 'sums'): Parts {
  return look.families.find(({ name }) => name === family.name)?.[which] ?? [];
}

/** How much a counter rose, altogether and by code; a set of labels that was not there had counted nothing. Undefined when one fell. */
function riseOf(
  now: Parts,
  then: Parts,
): { readonly total: number | undefined; readonly byCode: ReadonlyMap<string, number> } {
  const earlier = new Map(then.map(({ key, value }) => [key, value]));
  const byCode = new Map<string, number>();
  let total = 0;
  for (const { key, value, code } of now) {
    const rise = value - (earlier.get(key) ?? 0);
    if (rise < 0) return { total: undefined, byCode: new Map() };
    total += rise;
    if (code !== undefined) byCode.set(code, (byCode.get(code) ?? 0) + rise);
  }
  return { total, byCode };
}
