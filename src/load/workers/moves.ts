/** Where the target of a load is, as a worker is told while it works. */
import type { DialAddress } from '../../model/load.ts';

/** Hears what connections are opened to from now on. */
export type OnMoved = (listener: (addresses: readonly DialAddress[]) => void) => void;

/** Remembers the last move for the one who listens, who may come later. */
export function createMoves(): { tell(addresses: readonly DialAddress[]): void; readonly listen: OnMoved } {
  let last: readonly DialAddress[] | undefined;
  let heard = (_addresses: readonly DialAddress[]) => {};
  return {
    tell(addresses) {
      last = addresses;
      heard(addresses);
    },
    listen(listener) {
      heard = listener;
      if (last) listener(last);
    },
  };
}
