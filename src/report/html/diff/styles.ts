/** Style rules that only the page of runs beside each other needs. */

/** They come after those of every report and of verdicts. */
export const diffStyles = `
.diffed { list-style: none; padding: 0; margin-top: 18px; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr)); gap: 12px 28px; }
.diffed > li { border-left: 4px solid var(--run); padding: 2px 0 2px 14px; min-width: 0; }
.letter { display: inline-block; min-width: 1.5em; text-align: center; font-weight: 700; color: var(--ink); border-bottom: 3px solid var(--run); }
.pictures figure { margin: 0; min-width: 0; }
.pictures figure h3 { margin: 0; }
.drawing .band { fill: var(--band-aside); }
.met tr:not(.first) { border-top-color: transparent; }
.met td, .met th { padding: 3px 10px; }
.values td { overflow-wrap: anywhere; min-width: 12ch; }
`;
