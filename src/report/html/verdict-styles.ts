/** Style rules that only the pages of comparisons and gates need. */

/** They come after those of every report. */
export const comparisonStyles = `
.drawing { display: block; width: 100%; max-width: 860px; height: auto; margin-top: 6px; }
.drawing text { fill: var(--muted); font-size: 12px; }
.drawing .grid { stroke: var(--rule); fill: none; }
.legend .key { padding: 1px 12px 1px 0; cursor: default; }
.legend .name { color: var(--ink); }
ul.statements { list-style: none; padding: 0; margin: 0; }
.statements li { margin-top: 3px; }
.pictures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 40px; }
.pictures h3 { margin-top: 0; }
.wide { width: 100%; }
.wide td, .wide th { padding: 6px 10px; }
.best { color: var(--green-text); font-weight: 650; }
.nowrap { white-space: nowrap; }
.wide tbody th .observed { font-weight: 400; }
@media screen and (max-width: 820px) {
  .stacked thead { display: none; }
  .stacked tr { display: block; padding: 6px 0; }
  .stacked td, .stacked th { display: block; padding: 1px 0; }
}
@media screen and (max-width: 900px) { .pictures { grid-template-columns: minmax(0, 1fr); } }
.chain { list-style: none; padding: 0; margin: 0 0 16px; display: grid; gap: 2px; }
.chain li { padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px; position: relative; }
.chain li + li { margin-top: 14px; }
.chain li + li::before { content: "↓"; position: absolute; top: -18px; left: 14px; color: var(--muted); }
.chain li:last-child { font-weight: 600; }
`;
