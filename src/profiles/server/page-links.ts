/** Where the pages lead: addresses with what is asked for in them; pure. */
import type { StoredLabel } from '../../model/profile-store.ts';
import { tokenVariable } from './access.ts';
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

/**
 * What opens an address in a terminal; no quote can stand in it, for a query has them encoded. `go tool pprof` sends a token only where it stands in the
 * address, which it prints; so where one is wanted, the file is fetched first.
 */
export function pprofCommand(address: string, { wantsToken }: { readonly wantsToken: boolean }): string {
  const quoted = `'${address.replaceAll("'", '%27')}'`;
  if (!wantsToken) return `go tool pprof -http=: ${quoted}`;
  return `curl -sSfo profile.pb.gz -H "Authorization: Bearer $${tokenVariable}" ${quoted} && go tool pprof -http=: profile.pb.gz`;
}
