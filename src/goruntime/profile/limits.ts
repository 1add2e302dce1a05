/** How large a profile may be. */

/** How many frames all stacks of a profile may have together: some gigabytes of memory as objects. */
export const defaultMaxFrames = 20_000_000;
