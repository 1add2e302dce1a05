/** Where the pages lead: addresses with what is asked for in them; pure. */
import type { StoredLabel } from '../../model/profile-store.ts';
import { labelsText } from './labels.ts';
import { percentDecoded } from './query-string.ts';

/** Parameters of an address; those without a value are left out. */
type Asked = Readonly<Record<string, string | undefined>>;

/** An address on this server; what need not be encoded in a query is not, so that it can be read. */
export function linkTo(path: string, asked: Asked): string {
  const given = Object.entries(asked).flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : []));
  const query = new URLSearchParams(given).toString().replace(/%(?:3A|2C|3D|2F)/g, percentDecoded);
  return query === '' ? path : `${path}?${query}`;
}

/** The labels of a parameter, and one more. */
export function withLabel(labels: readonly StoredLabel[], key: string, value: string): string {
  return labelsText([...labels.filter((label) => label.key !== key || label.value !== value), { key, value }]);
}

/** What opens an address in a terminal; no quote can stand in it, for a query has them encoded. */
export function pprofCommand(origin: string, path: string): string {
  return `go tool pprof -http=: '${origin}${path.replaceAll("'", '%27')}'`;
}
