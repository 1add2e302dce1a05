/** Style rules of charts, their legends, the toolbar and the tooltip. */

/** Rules that come after those of uPlot and override them. */
export const chartStyles = `
button, select { font: inherit; font-size: 12.5px; color: var(--ink); background: var(--paper); border: 1px solid var(--rule); border-radius: 5px; padding: 3px 9px; cursor: pointer; max-width: min(100%, 420px); overflow: hidden; text-overflow: ellipsis; }
button.sort { border: 0; padding: 0; background: none; color: inherit; font: inherit; }
[aria-sort] button.sort { color: var(--ink); font-weight: 600; }
label { min-width: 0; max-width: 100%; }
button:hover, select:hover { border-color: var(--muted); }
button:disabled { color: var(--faint); cursor: default; border-color: var(--rule); }
button[aria-pressed="true"]:not(.key) { background: var(--panel); border-color: var(--muted); }
.toolbar { position: sticky; top: 0; z-index: 3; display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; padding: 8px 0; margin-top: 10px; background: var(--paper); border-bottom: 1px solid var(--rule); font-size: 12.5px; color: var(--muted); }
.toolbar details { margin: 0; }
.keys { display: inline-flex; flex-wrap: wrap; gap: 2px 4px; align-items: center; }
.keys .key:first-of-type { margin-left: 6px; }
.key { display: inline-flex; align-items: center; gap: 6px; border-color: transparent; padding: 1px 6px; background: none; }
.key[aria-pressed="false"] { color: var(--faint); text-decoration: line-through; }
.key[aria-pressed="false"] .swatch { opacity: 0.25; }
.key .value { min-width: 5.5ch; text-align: left; font-weight: 600; }
.controls:empty { display: none; }
.swatch { display: inline-block; width: 14px; border-top: 3px solid currentColor; }
.swatch.dashed { border-top-style: dashed; border-top-width: 2px; }
figure { margin: 10px 0 0; scroll-margin-top: 64px; border-radius: 4px; }
figure[data-time="yes"] { margin-bottom: 10px; }
figcaption { display: flex; flex-wrap: wrap; align-items: center; gap: 0 14px; min-height: 26px; }
figcaption h4 { margin-right: 4px; }
.legend { display: flex; min-width: 0; flex-wrap: wrap; gap: 0 2px; flex: 1 1 auto; font-size: 12.5px; }
.controls { display: flex; flex-wrap: wrap; gap: 4px 10px; min-width: 0; align-items: center; font-size: 12.5px; color: var(--muted); }
svg.shape { display: block; width: 100%; min-width: 720px; height: auto; margin-top: 6px; }
svg.shape text { fill: var(--muted); font-size: 11px; }
svg.shape .grid { stroke: var(--rule); fill: none; }
svg.shape .empty { fill: var(--band-aside); }
svg.shape .mark { stroke: var(--ink); stroke-dasharray: 1.5 3; opacity: 0.65; fill: none; }
.curves { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 12.5px; margin-top: 4px; }
.curves i { display: inline-block; width: 14px; height: 3px; margin-right: 6px; vertical-align: middle; }
.curves .ink { height: 11px; background: color-mix(in srgb, var(--blue) var(--ink-share), var(--band-aside)); }
.plot { width: 100%; min-height: 60px; overflow: hidden; }
.uplot { font: inherit; }
.uplot .u-select { background: color-mix(in srgb, var(--blue) 16%, transparent); }
.u-hz .u-cursor-x, .u-vt .u-cursor-y { border-right: 1px solid var(--muted); }
.tip { position: fixed; left: 0; top: 0; z-index: 9; pointer-events: none; background: var(--paper); color: var(--ink); border: 1px solid var(--rule); border-radius: 6px; padding: 7px 10px; font-size: 12.5px; max-width: 380px; box-shadow: 0 4px 18px rgb(0 0 0 / 0.16); }
.tip table { margin-top: 3px; font-size: 12.5px; }
.tip tr { border: 0; }
.tip td { padding: 1px 6px 1px 0; white-space: nowrap; }
.tip td:first-child .swatch { margin-right: 6px; vertical-align: middle; }
.tip td:nth-child(2) { font-weight: 600; padding-left: 12px; }
.tip td:last-child { color: var(--muted); }
.tip p { color: var(--muted); margin-top: 3px; }
.close { margin-top: 2px; }
`;
