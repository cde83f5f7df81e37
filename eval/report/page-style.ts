/** Style of the report: follows the reader's light or dark setting; one column on a phone, four on a wide screen. */
export const PAGE_STYLE = `
:root {
  --paper: #f7f7f5; --panel: #fff; --ink: #1d2126; --dim: #646c76; --line: #e3e4e1; --sunk: #f2f2ef;
  --one: #3b6fd4; --one-soft: #b9cdf2; --two: #c2621a; --good: #1f7a45; --bad: #bf2f38; --warn: #b7791f;
  --tag: #fdeccd; --tag-ink: #74500f; --said: #eaf0fb;
}
@media (prefers-color-scheme: dark) { :root {
  --paper: #131619; --panel: #1b1f23; --ink: #e5e8eb; --dim: #99a3ad; --line: #2d3339; --sunk: #15181b;
  --one: #7aa7f5; --one-soft: #34507f; --two: #eda15f; --good: #5fc98a; --bad: #ff8086; --warn: #e0b155;
  --tag: #3f3419; --tag-ink: #f0d493; --said: #1f2a3d;
} }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 72px; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, "Segoe UI", sans-serif; overflow-wrap: break-word; }
header, main { max-width: 1680px; margin: 0 auto; padding: 0 clamp(14px, 3vw, 40px); }
main { padding-bottom: 60px; }
h1 { font-size: 28px; letter-spacing: -.01em; margin: 0 0 2px; padding-top: 28px; }
h2 { font-size: 19px; margin: 36px 0 10px; }
h3 { font-size: 15px; margin: 0 0 6px; }
h4 { font-size: 12px; margin: 0 0 8px; color: var(--dim); text-transform: uppercase; letter-spacing: .06em; }
h5 { font-size: 13px; margin: 12px 0 2px; color: var(--dim); font-weight: 600; }
header p { margin: 0 0 18px; color: var(--dim); }
header span:not(:last-child)::after { content: " · "; white-space: pre; }
.dim, small { color: var(--dim); } small { display: block; font-size: 12px; line-height: 1.4; font-weight: 400; }
a { color: var(--one); text-decoration-thickness: 1px; text-underline-offset: 2px; }
code, pre { font: 12.5px/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
pre { white-space: pre-wrap; background: var(--sunk); border-radius: 6px; padding: 8px 10px; margin: 6px 0; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 6px 10px; text-align: left; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--dim); font-size: 12px; line-height: 1.3; vertical-align: bottom; overflow-wrap: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead .number { white-space: normal; }
.good { color: var(--good); } .bad { color: var(--bad); }
.tag { display: inline-block; background: var(--tag); color: var(--tag-ink); border-radius: 20px; padding: 0 9px; font-size: 12px; line-height: 1.6; white-space: nowrap; text-transform: none; letter-spacing: 0; }
.tag.plain { background: var(--sunk); color: var(--dim); border: 1px solid var(--line); line-height: 1.5; }
.label { font-size: 12px; color: var(--dim); }
.card, .tile, figure, .case, .note { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(138px, 100%), 1fr)); gap: 12px; }
.tile { padding: 12px 14px; } .tile strong { display: block; font-size: 28px; font-weight: 600; line-height: 1.25; font-variant-numeric: tabular-nums; letter-spacing: -.01em; } .tile small { margin-top: 6px; }
.bar { position: relative; display: block; width: 100%; height: 6px; margin: 3px 0; background: var(--line); border-radius: 3px; }
.bar i { position: absolute; inset: 0 auto 0 0; background: var(--one); border-radius: 3px; }
.bar.lower i { background: var(--two); }
.bar b { position: absolute; top: -3px; bottom: -3px; border: solid var(--ink); border-width: 0 1px; opacity: .75; } .bar b::before { content: ""; position: absolute; inset: 5px 0 auto; border-top: 1px solid var(--ink); }
.note { padding: 8px 14px; margin: 12px 0 0; } .note.bad { border-color: var(--bad); color: inherit; }
summary { cursor: pointer; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 12px; margin-top: 12px; }
figure { margin: 0; padding: 14px 16px 6px; } figcaption { font-weight: 600; margin-bottom: 6px; }
svg { display: block; overflow: visible; width: 100%; max-width: 760px; height: auto; } svg text { fill: var(--dim); font-size: 11px; } svg .name { font-size: 12px; font-weight: 600; }
.scroll { overflow-x: auto; }
.groups th[scope="row"] { position: sticky; left: 0; background: var(--panel); min-width: 150px; max-width: 260px; overflow-wrap: normal; } .groups small a { margin-right: 4px; white-space: nowrap; }
.groups th, .groups td { padding: 6px 8px; }
.shade { background: color-mix(in srgb, var(--one) calc(var(--share, 0%) * .16), transparent); }
.all > summary { margin-top: 28px; } .all > summary h2 { display: inline; margin: 0; }
.cards { columns: 2 430px; column-gap: 12px; margin-top: 12px; } .cards .card { break-inside: avoid; margin: 0 0 12px; }
.card { padding: 14px 6px 6px; } .card h3 { padding: 0 10px; } .scroll.card { padding: 4px; }
.track { width: 34%; padding-top: 9px; }
#filters { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: center; margin: 0 -8px 10px; padding: 10px 8px; background: var(--paper); border-bottom: 1px solid var(--line); }
#filters label { font-size: 13px; color: var(--dim); display: flex; gap: 6px; align-items: center; } #filters .wide { flex: 1 1 220px; } #filters .wide input { flex: 1; min-width: 0; }
select, input, button { font: inherit; font-size: 14px; color: var(--ink); background: var(--panel); border: 1px solid var(--line); border-radius: 7px; padding: 4px 9px; max-width: 100%; } button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--one); outline-offset: 1px; }
output { color: var(--dim); font-size: 13px; font-variant-numeric: tabular-nums; min-width: 74px; }
.case { margin: 8px 0; border-left: 4px solid var(--line); } .case[hidden] { display: none; }
.case.grave { border-left-color: var(--bad); } .case.slight { border-left-color: var(--warn); } .case.fine { border-left-color: var(--good); }
.case > summary { display: grid; grid-template-columns: 150px minmax(0, 1fr) minmax(0, 320px); gap: 2px 16px; padding: 10px 14px; list-style: none; } .case > summary::-webkit-details-marker { display: none; }
.case > summary:hover { background: color-mix(in srgb, var(--one) 5%, transparent); }
.case .name .dim { display: block; font-size: 12px; } .asked { font-weight: 500; white-space: pre-line; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; } .case[open] .asked { -webkit-line-clamp: unset; }
.faults { display: flex; flex-wrap: wrap; gap: 4px; justify-content: flex-end; align-content: flex-start; }
.figures { grid-column: 2 / -1; display: flex; flex-wrap: wrap; gap: 0 14px; font-size: 12px; color: var(--dim); } .figures b { font-weight: 600; font-variant-numeric: tabular-nums; } .figures .none b { color: var(--bad); } .figures .part b { color: var(--warn); } .figures .full b { color: var(--good); }
.notes { margin: 0 14px 10px; color: var(--dim); font-style: italic; }
article { border-top: 1px solid var(--line); padding: 12px 14px 14px; }
.question, .resolved, .said { margin: 0 0 6px; display: block; } article .label { display: block; }
.question { font-weight: 500; white-space: pre-line; } .said { background: var(--said); border-radius: 8px; padding: 8px 12px; white-space: pre-line; margin-bottom: 10px; }
.columns { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 12px; margin-top: 12px; align-items: start; }
.columns > section { overflow-wrap: anywhere; background: var(--sunk); border-radius: 8px; padding: 12px 14px; min-width: 0; } .columns pre { background: var(--panel); }
.columns .answer { background: var(--panel); box-shadow: inset 0 0 0 1px var(--line); }
.columns p { margin: 0 0 8px; } .remark { border-left: 3px solid var(--two); padding-left: 10px; }
.claim { margin: 4px 0 8px; white-space: pre-line; } .claim code { background: var(--sunk); border-radius: 4px; padding: 1px 4px; } sup { color: var(--one); font-size: 11px; line-height: 1; }
ul, ol { margin: 4px 0; padding-left: 22px; } li { margin: 3px 0; } q { display: block; color: var(--dim); font-size: 13.5px; } .note q { display: inline; }
li.gold::marker { color: var(--good); font-weight: 700; } li.gold > a::after, li.gold > details > summary::after { content: "gold"; margin-left: 6px; font-size: 11px; font-weight: 600; color: var(--good); border: 1px solid currentColor; border-radius: 20px; padding: 0 7px; display: inline-block; line-height: 1.5; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 12px; margin: 0 0 8px; font-size: 13.5px; } dt { color: var(--dim); } dd { margin: 0; }
.candidates { font-size: 13px; } .candidates td { padding: 4px 8px 4px 0; } .candidates .left { opacity: .65; } .candidates .kept td:first-child { color: var(--good); }
@media (max-width: 1500px) { .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 760px) {
  .columns { grid-template-columns: minmax(0, 1fr); } #filters { position: static; } html { scroll-padding-top: 8px; }
  .case > summary { grid-template-columns: minmax(0, 1fr); } .case .name .dim { display: inline; } .faults { justify-content: flex-start; } .figures { grid-column: 1; }
  svg text { font-size: 15px; } svg .name { font-size: 15px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); } .groups th[scope="row"] { min-width: 116px; max-width: 130px; }
}
@media print { #filters { display: none; } .case { break-inside: avoid; } }
`;
