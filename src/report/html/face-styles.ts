/** Style rules of the first screen: the diagnosis, its chain, and the main chart. */

/** They come before those of the rest of the page. */
export const faceStyles = `
.title { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; }
.run-line { color: var(--muted); font-size: 13px; margin-top: 6px; }
.state.slim { margin-top: 14px; padding: 6px 14px; }
.state.slim .word { font-size: 15px; }
.diagnosis { margin-top: 18px !important; border: 1px solid var(--rule); border-radius: 10px; border-top: 4px solid var(--tone); background: var(--panel); }
.questions { display: grid; grid-template-columns: minmax(0, 4fr) minmax(0, 6fr) minmax(0, 5fr); }
.questions > div { padding: 14px 20px 16px; border-left: 1px solid var(--rule); }
.questions > div:first-child { border-left: 0; }
.questions h2 { font-size: 13px; font-weight: 600; color: var(--muted); margin: 0 0 4px; }
.questions .say { font-size: 18px; line-height: 1.35; font-weight: 650; letter-spacing: -0.005em; }
.questions .rates { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 12px; align-items: baseline; margin-top: 2px; }
.questions .rates dt { color: var(--muted); font-size: 13px; }
.questions .rates dd { font-size: 26px; line-height: 1.3; font-weight: 650; letter-spacing: -0.02em; }
.questions .rates small { font-size: 13px; font-weight: 400; color: var(--muted); letter-spacing: 0; display: block; line-height: 1.4; }
.questions .hint { margin-top: 8px; }
.questions ul { font-size: 13px; margin-top: 6px; }
.questions .doubt { margin-top: 8px; font-size: 13px; color: var(--amber-text); }
.diagnosis.void { border-top: 1px solid var(--rule); border-style: dashed; background: none; --tone: var(--muted); }
.void-lead { padding: 10px 20px; font-size: 15px; border-bottom: 1px dashed var(--rule); }
.void-lead strong { color: var(--red-text); }
.void .questions, .void .links, .void .time-parts { color: var(--muted); }
.void .questions .say { font-size: 14px; font-weight: 500; }
.void .questions .rates dd { font-size: 15px; font-weight: 500; }
.void .time-bar { opacity: 0.55; }
.links { list-style: none; display: flex; flex-wrap: wrap; gap: 8px 10px; padding: 10px 20px 12px; border-top: 1px solid var(--rule); font-size: 13px; }
.links li { position: relative; max-width: 46ch; padding-left: 20px; }
.links li::before { content: "→"; position: absolute; left: 0; color: var(--muted); }
.links time { color: var(--muted); margin-left: 6px; white-space: nowrap; }
.time-parts { padding: 10px 20px 14px; border-top: 1px solid var(--rule); font-size: 13px; }
.time-parts h2 { font-size: 13px; font-weight: 600; color: var(--muted); margin: 0 0 6px; letter-spacing: 0; }
.time-bar { display: flex; height: 12px; gap: 1px; border-radius: 3px; overflow: hidden; }
.time-bar i { min-width: 2px; background: var(--hue); }
.time-parts .beside { margin-top: 6px; color: var(--muted); }
.time-parts ul { list-style: none; padding: 0; margin-top: 6px; display: flex; flex-wrap: wrap; gap: 2px 22px; }
.time-parts .swatch { width: 10px; height: 10px; border: 0; border-radius: 2px; background: var(--hue); margin-right: 5px; }
.time-parts h3 { margin-top: 6px; }
.time-parts > p { margin: 8px 0 2px; }
.step > .time-parts { padding-left: 0; padding-right: 0; border-top: 0; }
.step > .lead-sum { font-size: 15px; font-weight: 600; margin-top: 6px; }
.slowest { width: 100%; }
.slowest td:last-child { width: 60%; }
.slowest .time-bar { margin: 3px 0; }
.time-bar.ordered { display: block; position: relative; height: 14px; }
.time-bar.ordered i { position: absolute; top: 0; bottom: 0; min-width: 1px; box-shadow: inset -1px 0 color-mix(in srgb, var(--paper) 60%, var(--hue)); }
.time-bar.ordered i:hover { background: color-mix(in srgb, var(--hue) 75%, var(--ink)); }
.kinds { list-style: none; padding: 0; margin: 4px 0; display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 12.5px; }
.kinds .swatch { width: 10px; height: 10px; border: 0; border-radius: 2px; background: var(--hue); margin-right: 5px; }
.main-chart { margin-top: 20px !important; }
.lane { display: grid; grid-template-columns: 148px minmax(0, 1fr); gap: 0 12px; align-items: stretch; margin: 0; }
.lane figcaption { display: block; font-size: 12.5px; padding-top: 4px; min-height: 0; }
.lane figcaption b { display: block; font-weight: 600; }
.lane .range { color: var(--muted); }
.lane:not(.row) .range { display: block; }
.lane .strip { position: relative; min-height: 92px; border-top: 1px solid var(--rule); }
.lane.named .strip { min-height: 112px; }
.lane svg { position: absolute; left: 0; top: 0; width: 100%; height: 100%; overflow: visible; }
.lane.named svg { top: 20px; height: calc(100% - 20px); }
.lane path, .lane line { vector-effect: non-scaling-stroke; fill: none; }
.lane .b { fill: var(--band); stroke: none; }
.lane .broke { fill: color-mix(in srgb, var(--red) 14%, var(--paper)); stroke: none; }
.lane .broke-too { fill: color-mix(in srgb, var(--red) 6%, var(--paper)); stroke: var(--rule); }
.lane .line { stroke-width: 1.8; stroke-linejoin: round; }
.lane .planned { stroke: var(--muted); stroke-dasharray: 5 4; }
.lane .answered { stroke: var(--blue); }
.lane .p99 { stroke: var(--orange); }
.lane .moved { stroke: var(--purple); }
.lane .beside { stroke: var(--muted); stroke-width: 1.2; }
.lane .mark { stroke: var(--purple); stroke-width: 1; stroke-dasharray: 2 3; }
.lane .names, .lane .top, .lane .low, .lane .when { position: absolute; font-size: 12px; color: var(--muted); white-space: nowrap; }
.lane .names { top: 1px; overflow: hidden; text-overflow: ellipsis; padding-left: 4px; border-left: 1px solid var(--rule); }
.lane .when { top: 2px; color: var(--purple); background: color-mix(in srgb, var(--paper) 80%, transparent); padding: 0 4px; }
.lane .axis { position: relative; height: 20px; font-size: 12px; color: var(--muted); }
.lane .axis span { position: absolute; transform: translateX(-50%); white-space: nowrap; }
.key-line { white-space: nowrap; margin-right: 4px; }
.key-line::before { content: ""; display: inline-block; width: 16px; border-top: 2px solid var(--blue); vertical-align: middle; margin-right: 4px; }
.key-line.planned::before { border-top: 2px dashed var(--muted); }
.key-line.moved::before { border-top-color: var(--purple); }
.key-line.beside::before { border-top: 1px solid var(--muted); }
.key-line.moved, .key-line.beside { display: block; white-space: normal; padding-left: 20px; text-indent: -20px; }
.key-ground { white-space: nowrap; margin-right: 4px; }
.key-ground::before { content: ""; display: inline-block; width: 12px; height: 10px; border: 1px solid var(--rule); vertical-align: -1px; margin-right: 4px; }
.key-ground.broke::before { background: color-mix(in srgb, var(--red) 14%, var(--paper)); }
.key-ground.broke-too::before { background: color-mix(in srgb, var(--red) 6%, var(--paper)); }
.strip.traced { min-height: 22px !important; }
.traced .kept { top: 6px; height: 10px; min-width: 2px; border: 1px solid var(--muted); border-radius: 2px; }
.traced .kept.slow { background: var(--muted); }
.key-trace { white-space: nowrap; margin-right: 4px; }
.key-trace::before { content: ""; display: inline-block; width: 10px; height: 8px; border: 1px solid var(--muted); border-radius: 2px; margin-right: 4px; }
.key-trace.slow::before { background: var(--muted); }
.finding-links { font-size: 13px; display: flex; flex-wrap: wrap; gap: 2px 14px; }
.findings > .first { grid-column: 1 / -1; }
@media screen and (max-width: 900px) {
  .questions { grid-template-columns: minmax(0, 1fr); }
  .questions > div { border-left: 0; border-top: 1px solid var(--rule); padding: 12px 16px; }
  .questions > div:first-child { border-top: 0; }
  .links, .time-parts, .void-lead { padding: 10px 16px 12px; }
  .lane { grid-template-columns: minmax(0, 1fr); }
  .lane figcaption b { display: inline; margin-right: 8px; }
  .key-line.moved, .key-line.beside { display: inline; padding-left: 0; }
}
`;
