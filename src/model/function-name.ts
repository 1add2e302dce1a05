/** Names of Go functions as people read them. */

/**
 * A function without the path of its package: `checkout.Encode` of `example.com/shop/checkout.Encode`. A path that ends in the major
 * version of its module is called by what stands before it, as the package is: `raft.New` of `go.etcd.io/raft/v3.New`
 * (https://go.dev/ref/mod#major-version-suffixes). A closed function: pages embed its source.
 */
export function shortFunction(name: string): string {
  const generic = name.indexOf('[');
  const slash = name.lastIndexOf('/', generic < 0 ? name.length : generic);
  const own = name.slice(slash + 1);
  const version = /^v(?:[2-9]|[1-9]\d+)(?=\.)/.exec(own);
  if (!version || slash <= 0) return own;
  return name.slice(name.lastIndexOf('/', slash - 1) + 1, slash) + own.slice(version[0].length);
}
