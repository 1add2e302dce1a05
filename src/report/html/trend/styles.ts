/** Style rules that only the page of a trend needs. */

/** They come after those of every report and of verdicts. */
export const trendStyles = `
.trends { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 480px), 1fr)); gap: 14px 40px; }
.trends figure { margin: 0; min-width: 0; }
.trends figcaption { display: flex; gap: 10px; align-items: baseline; }
.trends h3 { margin: 0; }
.trend .tolerance { fill: var(--band-aside); }
.trend .reference { stroke: var(--muted); stroke-width: 1.2; fill: none; }
.trend .change { stroke: var(--ink); stroke-dasharray: 2 3; opacity: 0.7; fill: none; }
.trend .level { stroke: var(--orange); stroke-width: 3; opacity: 0.85; fill: none; }
.trend .point path { stroke: var(--blue); stroke-width: 2; opacity: 0.4; fill: none; }
.trend .point circle { fill: var(--blue); stroke: var(--paper); stroke-width: 1.5; }
.trend .point.worse path, .trend .point.waived path { stroke: var(--red); }
.trend .point polygon { fill: var(--red); stroke: var(--paper); stroke-width: 1.5; }
.trend .point.open circle { fill: var(--paper); stroke: var(--blue); stroke-width: 2; }
.drawing .shift { font-size: 12px; font-weight: 650; }
.drawing .shift.bad { fill: var(--red-text); }
.drawing .shift.good { fill: var(--green-text); }
`;
