/** What is kept of each process that prints on the stream of one target: a shell and its child, or one life after the other. */

/** By the number of the process. */
export interface PerProcess<State> {
  of(process: number): State;
  all(): readonly State[];
}

/** As many as a scanner tells apart at one time. */
const most = 8;

/** The state of the process that printed nothing for longest is given up for that of a ninth. */
export function createPerProcess<State>(
  make: () => State,
  givenUp: (state: State) => void = () => {},
): PerProcess<State> {
  /** Who printed last comes last. */
  const states = new Map<number, State>();
  return {
    of(process) {
      const state = states.get(process) ?? make();
      states.delete(process);
      states.set(process, state);
      const [oldest] = states;
      if (states.size > most && oldest) {
        states.delete(oldest[0]);
        givenUp(oldest[1]);
      }
      return state;
    },
    all: () => [...states.values()],
  };
}
