/** Which addresses are one process: what listens there on this machine, as Linux tells. */
import { isLocalhost, isLoopback } from '../../host/loopback.ts';
import { listeningSockets, socketOwners } from '../../host/sockets.ts';

/** `process <pid>` by URL, of those on loopback whose owner can be seen; a process may have several addresses. */
export function processesBehind(urls: readonly string[]): ReadonlyMap<string, string> {
  const near = urls.filter((url) => isLoopback(new URL(url).hostname));
  if (near.length === 0) return new Map();
  const sockets = listeningSockets();
  const placed = near.flatMap((url) => {
    const { hostname, port } = new URL(url);
    const host = isLocalhost(hostname) ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
    const at = sockets.filter((each) => each.port === Number(port || 80));
    const socket = at.find(({ address }) => address === host) ?? at.find(({ address }) => isEverywhere(address));
    return socket ? [{ url, socket }] : [];
  });
  const owners = socketOwners(placed.map(({ socket }) => socket));
  return new Map(
    placed.flatMap(({ url, socket }) => {
      const pid = owners.get(socket.inode);
      return pid === undefined ? [] : [[url, `process ${pid}`] as const];
    }),
  );
}

function isEverywhere(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
