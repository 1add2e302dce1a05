/** Watches a process that is only looked at: says when it ends, and finds the one that listens in its place afterwards. */
import { isOwnerAlive, ownerMark } from '../../host/owner.ts';
import { listeningSockets, socketOwner } from '../../host/sockets.ts';
import { type GoProcess, isGoProcess, lookAtProcess } from './local-process.ts';

/** Whom to tell. */
export interface ProcessListener {
  onExit(message: string): void;
  onReturn(successor: GoProcess): void;
}

const pollMs = 250;

/** Watches until `close`, from one successor to the next; a process that listens nowhere has no successor. */
export function watchProcess(first: GoProcess, listener: ProcessListener): { close(): void } {
  let seen = first;
  let mark = ownerMark(first.pid);
  let isGone = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async () => {
    if (!isGone && !isOwnerAlive(mark)) {
      isGone = true;
      const noPlace =
        seen.listens.length === 0 ? '; it listened nowhere, so a successor cannot be told from others' : '';
      listener.onExit(`process ${seen.pid} (${seen.name}) ended${noPlace}`);
    }
    const next = isGone ? await successor(seen) : undefined;
    if (!next || isClosed) return;
    seen = next;
    mark = ownerMark(next.pid);
    isGone = false;
    listener.onReturn(next);
  };
  const schedule = () => {
    timer = setTimeout(() => {
      void look().finally(() => {
        if (!isClosed) schedule();
      });
    }, pollMs);
  };
  schedule();
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** The Go process that holds one of the addresses now. */
async function successor({ pid, listens }: GoProcess): Promise<GoProcess | undefined> {
  const places = new Set(listens.map(({ address, port }) => `${address}:${port}`));
  const socket = listeningSockets().find(({ address, port }) => places.has(`${address}:${port}`));
  const owner = socket && socketOwner(socket);
  if (owner === undefined || owner === pid) return undefined;
  const looked = await lookAtProcess(owner);
  return isGoProcess(looked) ? looked : undefined;
}
